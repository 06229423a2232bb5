// prune: make room, least recently used tags first.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <tuple>

#include "cleaning.hpp"
#include "commands.hpp"
#include "table.hpp"
#include "tag_summary.hpp"
#include "text.hpp"
#include "text/amounts.hpp"
#include "text/printable.hpp"
#include "units.hpp"

namespace cache_on_disk::tool {
namespace {

struct PruneOptions {
  std::string directory;
  std::optional<std::uint64_t> max_size;
  std::optional<double> older_than;
  std::vector<std::string> keep;
  bool dry_run = false;
};

/// The tags to keep, or an error: a pattern that fits nothing is likely a slip of the pen, and would cost a
/// tag.
Result<std::vector<std::string>> find_kept(const Session& session, const std::vector<TagSummary>& tags,
                                           const std::vector<std::string>& patterns) {
  std::vector<std::string> kept;
  for (const std::string& pattern : patterns) {
    bool any = false;
    for (const TagSummary& tag : tags) {
      if (::fnmatch(pattern.c_str(), tag_of(session, tag.component).c_str(), 0) != 0 && pattern != tag.component)
        continue;
      kept.push_back(tag.component);
      any = true;
    }
    if (!any) return Error{fmt::format("there is no tag '{}' to keep: nothing was deleted", pattern), 0};
  }
  return kept;
}

/// Takes out the directories that only bear the prefix and hold names that fit: somebody's own files, perhaps.
/// The tags of those that need not be kept anyway.
std::vector<std::string> take_unmarked(const Session& session, std::vector<TagSummary>& tags,
                                       const std::vector<std::string>& kept) {
  std::vector<std::string> unmarked;
  for (const TagSummary& tag : tags)
    if (!tag.is_ours && std::ranges::find(kept, tag.component) == kept.end())
      unmarked.push_back(tag_of(session, tag.component));
  std::erase_if(tags, [](const TagSummary& tag) { return !tag.is_ours; });
  return unmarked;
}

/// Those to delete, least recently used first.
std::vector<TagSummary> choose(std::vector<TagSummary> tags, const std::vector<std::string>& kept,
                               const PruneOptions& options) {
  std::uint64_t size = 0;
  for (const TagSummary& tag : tags) size += tag.bytes;
  std::erase_if(tags, [&](const TagSummary& tag) { return std::ranges::find(kept, tag.component) != kept.end(); });
  std::ranges::sort(tags, {}, [](const TagSummary& tag) { return std::tie(tag.last_use, tag.component); });
  std::vector<TagSummary> chosen;
  for (const TagSummary& tag : tags) {
    const bool old = options.older_than && age_of(tag.last_use) >= *options.older_than;
    const bool too_much = options.max_size && size > *options.max_size;
    if (!old && !too_much) continue;
    chosen.push_back(tag);
    size -= tag.bytes;
  }
  return chosen;
}

void print_chosen(const Session& session, const std::vector<TagSummary>& chosen) {
  if (chosen.empty()) return;
  Table table({{"TAG"},
               {"ENTRIES", Align::right},
               {"SIZE", Align::right},
               {"COMPUTING", Align::right},
               {"USED", Align::right}});
  for (const TagSummary& tag : chosen)
    table.add({text::printable(tag_of(session, tag.component)), std::to_string(tag.entries), text::size_text(tag.bytes),
               text::duration_text(tag.seconds), text::duration_text(age_of(tag.last_use)) + " ago"});
  table.print();
}

Result<Exit> prune(Session& session, const PruneOptions& options) {
  if (!options.max_size && !options.older_than) {
    say("nothing says what to delete: give --max-size, --older-than, or both");
    return Exit::usage;
  }
  const auto target = find_target(session, options.directory, BareWord::name);
  if (!target) return target.error();
  if (!target->component.empty())
    return Error{"'" + options.directory + "' is a tag: prune chooses among tags, clear deletes one", 0};
  auto all = summarize(session, *target);
  if (!all) return all.error();
  std::erase_if(all->tags, [](const TagSummary& tag) { return !tag.is_cache() || !tag.trouble.empty(); });
  const auto kept = find_kept(session, all->tags, options.keep);
  if (!kept) return kept.error();

  const std::vector<std::string> unmarked = take_unmarked(session, all->tags, *kept);

  std::uint64_t total = 0;
  for (const TagSummary& tag : all->tags) total += tag.bytes;
  const std::vector<TagSummary> chosen = choose(std::move(all->tags), *kept, options);
  if (!session.json()) print_chosen(session, chosen);
  Cleaned cleaned;
  for (const TagSummary& tag : chosen) clean({tag.tmpdir, tag.component, {}}, options.dry_run, cleaned);
  const std::uint64_t remaining = total - std::min<std::uint64_t>(total, cleaned.bytes);
  const bool reached = !options.max_size || remaining <= *options.max_size;
  if (session.json()) {
    JsonWriter json(stdout);
    json.begin_object().key("tags").begin_array();
    for (const TagSummary& tag : chosen) json.value(tag_of(session, tag.component));
    json.end_array().list_member("unmarked", unmarked);
    add_members(json, cleaned, options.dry_run);
    json.member("remaining_bytes", remaining).end_object().finish();
  } else {
    fmt::print("{}; {} remain\n", summary_of(cleaned, options.dry_run), text::size_text(remaining));
  }
  if (!unmarked.empty() && !session.json())
    say(
        fmt::format("left: nothing in them shows that they are caches: {}; 'cache-on-disk clear TAG' deletes "
                    "one by name",
                    fmt::join(unmarked, ", ")));
  if (!reached) say(fmt::format("more than {} is kept or could not be deleted", text::size_text(*options.max_size)));
  return exit_of(reached && cleaned.kept == 0 && all->complete);
}

}  // namespace

void add_prune(CLI::App& app, Session& session) {
  auto [command, options] = add_command<PruneOptions>(
      app, session, "prune", "Make room: delete whole tags, the least recently used first", prune);
  command->add_option("directory", options->directory, "Directory of tags")->type_name("DIR");
  add_size(*command, "--max-size", options->max_size, "Delete tags until the others take no more than this");
  add_age(*command, "--older-than", options->older_than, "Delete tags that have not been used for this long");
  command->add_option("--keep", options->keep, "Tags, or shell patterns for tags, to keep in any case")
      ->type_name("TAG");
  command->add_flag("-n,--dry-run", options->dry_run, "Only say what would be deleted");
}

}  // namespace cache_on_disk::tool
