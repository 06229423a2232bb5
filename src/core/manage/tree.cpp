// Clearing, refreshing and finding cells.
#include "cache_on_disk/detail/core/tree.hpp"

#include <fmt/format.h>

#include <deque>
#include <stdexcept>
#include <unordered_map>

#include "binding/binding.hpp"
#include "cache_on_disk/cached_method.hpp"
#include "cache_on_disk/detail/walk/walker.hpp"
#include "files/errors.hpp"
#include "log/log.hpp"
#include "upkeep/clear.hpp"

namespace cache_on_disk::core {
namespace {

/// The cells to clear in one tag directory.
struct Group {
  std::shared_ptr<const Context> context;
  std::deque<entry::ClearRequest> requests;
};

void clear_group(const Group& group, Cleared& cleared) {
  const Options options = cache_on_disk::options();
  if (options.mode == Mode::readonly) {
    cleared.left_alone.push_back("nothing is deleted in readonly mode");
    return;
  }
  if (group.context->tmpdir().empty()) return;
  const auto directory = open_tag_directory(group.context->place(), entry::IfMissing::report);
  if (!directory) {
    if (directory.error().code != ENOENT) cleared.left_alone.push_back(system::describe(directory.error()));
    return;
  }
  entry::ClearReport report = entry::clear(**directory, group.requests, options);
  cleared.deleted += report.deleted;
  const std::string& tag = *group.context->settings().tag;
  for (const std::string& name : report.deleted_names)
    system::log(LogLevel::debug, tag, name.substr(0, name.rfind('.')),
                fmt::format("deleted {}/{}", (*directory)->path(), name));
  for (std::string& name : report.left_alone) {
    system::log(LogLevel::info, tag, name, "not deleted");
    cleared.left_alone.push_back(std::move(name));
  }
  if ((*directory)->is_due_for_sweep()) entry::sweep(**directory);
}

/// Drops a cell's values, and notes what to delete of it.
void prepare(const Cell& cell, std::unordered_map<const Context*, Group>& groups) {
  cell.forget();
  const Binding* const binding = cell.binding().get();
  if (!is_tagged(binding)) return;
  Group& group = groups[&binding->context()];
  group.context = binding->shared_context();
  group.requests.push_back({binding->key({}), binding->method().by_arguments});
}

Cleared clear_groups(const std::unordered_map<const Context*, Group>& groups) {
  Cleared cleared;
  for (const auto& [context, group] : groups) clear_group(group, cleared);
  return cleared;
}

}  // namespace

Cleared clear(const Tree& tree) {
  std::unordered_map<const Context*, Group> groups;
  Walker walker([&](const FoundCell& found) { prepare(found.cell, groups); });
  tree(walker);
  return clear_groups(groups);
}

Cleared clear_cell(const Cell& cell) {
  std::unordered_map<const Context*, Group> groups;
  prepare(cell, groups);
  return clear_groups(groups);
}

void refresh(const Tree& tree) {
  Walker walker([&](const FoundCell& found) { found.cell.expect_refresh(); });
  tree(walker);
}

const Cell& find_cell(const Tree& tree, std::string_view method) {
  const Cell* match = nullptr;
  std::string known;
  // Bases come before the class itself: the last match is the one a call would reach.
  Walker walker(
      [&](const FoundCell& found) {
        const std::string full = found.function();
        if (method == full || method == std::string_view(full).substr(full.rfind('.') + 1)) match = &found.cell;
        known += (known.empty() ? "" : ", ") + full;
      },
      "root", Walker::Reach::one_object);
  tree(walker);
  if (match != nullptr) return *match;
  throw std::invalid_argument(
      fmt::format("cache_on_disk: there is no cached method '{}' here; known: {}", method, known));
}

}  // namespace cache_on_disk::core
