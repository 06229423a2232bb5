// ls: the tags in a directory, or the entries of a tag.
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <mutex>

#include "commands.hpp"
#include "entry_list.hpp"
#include "json.hpp"
#include "table.hpp"
#include "tag_summary.hpp"
#include "text.hpp"
#include "units.hpp"

namespace cache_on_disk::tool {
namespace {

enum class Order { name, size, age, seconds, entries, use };

struct LsOptions {
  std::string target;
  Order order = Order::name;
  bool reverse = false;
  std::string match;
  std::optional<std::uint64_t> larger;
  std::optional<double> older;
};

bool matches(const std::string& pattern, const std::string& text) {
  return pattern.empty() || ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

/// Sorts rows that lie in the order of their names, so that equal ones stay in that.
template <class Row, class Key>
void sort_by(Key Row::* key, std::vector<Row>& rows, bool descending) {
  if (descending)
    std::ranges::stable_sort(rows, std::ranges::greater(), key);
  else
    std::ranges::stable_sort(rows, std::ranges::less(), key);
}

Result<Exit> list_tags(Session& session, const LsOptions& options, const Target& target) {
  auto all = summarize(session, target);
  if (!all) return all.error();
  std::vector<TagSummary> tags = std::move(all->tags);
  std::erase_if(tags, [](const TagSummary& tag) { return !tag.is_cache(); });
  const bool any = !tags.empty();
  std::erase_if(tags, [&](const TagSummary& tag) {
    return !matches(options.match, tag_of(session, tag.component)) || (options.larger && tag.bytes < *options.larger) ||
           (options.older && age_of(tag.last_use) < *options.older);
  });
  const Order by = options.order;
  sort_by(&TagSummary::component, tags, by == Order::name && options.reverse);
  if (by == Order::size) sort_by(&TagSummary::bytes, tags, !options.reverse);
  if (by == Order::age) sort_by(&TagSummary::oldest, tags, options.reverse);
  if (by == Order::seconds) sort_by(&TagSummary::seconds, tags, !options.reverse);
  if (by == Order::entries) sort_by(&TagSummary::entries, tags, !options.reverse);
  if (by == Order::use) sort_by(&TagSummary::last_use, tags, !options.reverse);
  if (session.json())
    print_json(session, target.tmpdir, tags);
  else if (any && tags.empty())
    say("no tag in " + target.tmpdir + " matches");
  else
    print_table(session, target.tmpdir, tags);
  return exit_of(all->complete &&
                 std::ranges::all_of(tags, [](const TagSummary& tag) { return tag.damaged + tag.unreadable == 0; }));
}

Result<Exit> list_entries(Session& session, const LsOptions& options, const Target& target) {
  auto list = read_entries(target);
  if (!list) return list.error();
  auto& entries = list->entries;
  const bool any = !entries.empty();
  std::erase_if(entries, [&](const EntryRow& row) {
    return !matches(options.match, row.stem) || (options.larger && row.size < *options.larger) ||
           (options.older && age_of(row.created / 1'000'000'000) < *options.older);
  });
  const Order by = options.order;
  const bool by_name = by == Order::name || by == Order::entries;  // one each
  sort_by(&EntryRow::name, entries, by_name && options.reverse);
  if (by == Order::size) sort_by(&EntryRow::size, entries, !options.reverse);
  if (by == Order::seconds) sort_by(&EntryRow::seconds, entries, !options.reverse);
  if (by == Order::age) sort_by(&EntryRow::created, entries, options.reverse);
  // Nobody notes the use of a single entry: it was stored, at least.
  if (by == Order::use) sort_by(&EntryRow::created, entries, !options.reverse);
  if (session.json())
    print_json(target, *list);
  else if (any && entries.empty())
    say("no entry in " + target.tag_path() + " matches");
  else
    print_table(*list);
  return exit_of(std::ranges::all_of(entries, [](const EntryRow& row) { return row.reason.empty(); }));
}

Result<Exit> ls(Session& session, const LsOptions& options) {
  const auto target = find_target(session, options.target);
  if (!target) return target.error();
  return target->component.empty() ? list_tags(session, options, *target) : list_entries(session, options, *target);
}

}  // namespace

void add_ls(CLI::App& app, Session& session) {
  auto [command, options] = add_command<LsOptions>(app, session, "ls", "List tags, or the entries of a tag", ls);
  command->add_option("target", options->target, "Directory of tags, or a tag whose entries to list")
      ->type_name("DIR|TAG");
  add_choice<Order>(*command, "--sort", options->order,
                    {{"name", Order::name},
                     {"size", Order::size},
                     {"age", Order::age},
                     {"seconds", Order::seconds},
                     {"entries", Order::entries},
                     {"use", Order::use}},
                    "Order: the largest, oldest, most expensive or most recently used come first");
  command->add_flag("-r,--reverse", options->reverse, "Reverse the order");
  command->add_option("--match", options->match, "Only names that fit a shell pattern, such as '*Residuals*'")
      ->type_name("PATTERN");
  add_size(*command, "--larger", options->larger, "Only what takes at least this much room");
  add_age(*command, "--older", options->older, "Only tags last used, or entries stored, at least this long ago");
}

}  // namespace cache_on_disk::tool
