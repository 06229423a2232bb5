// Giving cells their tags and names: what set_tag and its like do on a walk.
#include <fmt/format.h>

#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

#include "binding/binder.hpp"
#include "binding/roots.hpp"
#include "cache_on_disk/detail/core/tree.hpp"
#include "format/names.hpp"
#include "process/users.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::core {
namespace {

std::optional<Binder::First> change_settings(const Tree& tree, Binder::Change change) {
  Binder binder(std::move(change));
  Walker walker([&](const FoundCell& found) { binder.plan(found); });
  tree(walker);
  binder.finish(walker);
  try {
    return binder.first();
  } catch (const std::bad_alloc&) {  // all cells have got theirs
    return std::nullopt;
  }
}

void check_trust(const Trust& trust) {
  if (trust.kind == Trust::Kind::group && !system::find_group(trust.group_name))
    throw std::invalid_argument("cache_on_disk: there is no group '" + trust.group_name + "'");
}

/// Names that are given by hand become part of a file name, which must not lead elsewhere.
void check_name(std::string_view what, std::string_view name) {
  bool sound = !name.empty() && name.front() != '.' && text::is_utf8(name);
  for (const char c : name) sound = sound && c != '/' && c != '\x7f' && !(c >= 0 && c < ' ');
  if (!sound)
    throw std::invalid_argument(
        fmt::format("cache_on_disk: the {} name '{}' cannot be part of a file name", what, entry::encode_text(name)));
}

}  // namespace

void set_tag(const Tree& tree, std::string_view tag) {
  const auto first = change_settings(tree, [&](Settings& settings) { settings.tag = std::string(tag); });
  // By then nothing is left of the names that the same root had before.
  if (first) note_root(*first->method, first->name, first->context);
}

void clear_tag(const Tree& tree) {
  change_settings(tree, [](Settings& settings) { settings.tag.reset(); });
}

void set_tmpdir(const Tree& tree, std::string_view tmpdir) {
  if (tmpdir.empty() || tmpdir.find('\0') != std::string_view::npos)
    throw std::invalid_argument("cache_on_disk: the tmpdir is empty or contains a NUL character");
  change_settings(tree, [&](Settings& settings) { settings.tmpdir = std::string(tmpdir); });
}

void set_prefix(const Tree& tree, std::string_view prefix) {
  change_settings(tree, [&](Settings& settings) { settings.prefix = std::string(prefix); });
}

void set_trust(const Tree& tree, const Trust& trust) {
  check_trust(trust);
  change_settings(tree, [&](Settings& settings) { settings.trust = trust; });
}

void bind_alone(const Cell& cell, std::string_view function, std::string_view instance, const Settings& settings) {
  Method method;
  method.origin = {"c++", "", "", std::string(function), cell.kind().stored_type(), cell.options().version};
  method.by_arguments = cell.kind().by_arguments;
  check_name("function", function);
  bind_alone(cell, intern(method), instance, settings);
}

void bind_alone(const Cell& cell, const Method& method, std::string_view instance, const Settings& settings) {
  check_trust(settings.trust);
  check_name("function", method.origin.function);
  check_name("instance", instance);
  cell.bind(std::make_shared<Binding>(std::make_shared<const Context>(settings),
                                      std::make_shared<const NameNode>(NameNode{nullptr, std::string(instance)}),
                                      method));
}

}  // namespace cache_on_disk::core
