// stats: what takes the room, what it cost to compute, and, with a log, what it saved.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "commands.hpp"
#include "files/errors.hpp"
#include "format/names.hpp"
#include "hit_log.hpp"
#include "json.hpp"
#include "scan.hpp"
#include "table.hpp"
#include "text.hpp"
#include "text/amounts.hpp"
#include "text/printable.hpp"
#include "units.hpp"

namespace cache_on_disk::tool {
namespace {

struct StatsOptions {
  std::string target;
  std::size_t top = 10;
  std::vector<std::string> logs;
};

/// A method of a class, over all tags and objects.
struct MethodSum {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  double seconds = 0;
  std::uint64_t hits = 0;
  double saved = 0;

  void add(const MethodSum& other) {
    entries += other.entries;
    bytes += other.bytes;
    seconds += other.seconds;
    hits += other.hits;
    saved += other.saved;
  }
};
using Methods = std::map<std::string, MethodSum>;

Methods sum_up(const Session& session, const Batch& batch, const HitLog& log, std::atomic<bool>& complete) {
  Methods methods;
  for (const File& file : batch.files) {
    if (!file.may_be_entry()) continue;
    const entry::Finding finding = look_at(*batch.directory, file.name);
    if (finding.judgement == entry::Judgement::missing) continue;  // it went meanwhile
    if (finding.judgement != entry::Judgement::sound) {
      complete = false;
      say(fmt::format("left out: {}/{}: {}", batch.directory->path(), file.name, finding.reason));
      continue;
    }
    const double seconds = std::max(0.0, finding.metadata.seconds);
    const std::string stem = stem_of(file.name, finding);
    std::uint64_t hits = log.hits(batch.directory->path() + "/" + file.name);
    if (file.name == entry::plain_file(stem))
      hits += log.hits_of_unknown_files(tag_of(session, batch.directory->place().component), stem);
    methods[method_of(file.name, finding)].add(
        {1, finding.status.size, seconds, hits, static_cast<double>(hits) * seconds});
  }
  return methods;
}

void print(const std::vector<std::pair<std::string, MethodSum>>& methods, const MethodSum& total, std::size_t tags,
           std::size_t top, bool with_hits) {
  fmt::print("{}, {}, {}, {} of computing", text::counted(tags, "tag"),
             text::counted(total.entries, "entry", "entries"), text::size_text(total.bytes),
             text::duration_text(total.seconds));
  if (with_hits) fmt::print(", {} that saved {}", text::counted(total.hits, "hit"), text::duration_text(total.saved));
  fmt::print("\n\n");
  std::vector<Column> columns = {
      {"METHOD"}, {"ENTRIES", Align::right}, {"SIZE", Align::right}, {"COMPUTING", Align::right}};
  if (with_hits) columns.insert(columns.end(), {{"HITS", Align::right}, {"SAVED", Align::right}});
  Table table(columns);
  for (const auto& [name, sum] : methods) {
    if (top-- == 0) break;
    std::vector<std::string> row = {text::printable(name), std::to_string(sum.entries), text::size_text(sum.bytes),
                                    text::duration_text(sum.seconds)};
    if (with_hits) row.insert(row.end(), {std::to_string(sum.hits), text::duration_text(sum.saved)});
    table.add(std::move(row));
  }
  if (!methods.empty()) table.print();
}

void add_members(JsonWriter& json, const MethodSum& sum, bool with_hits) {
  json.member("entries", sum.entries).member("bytes", sum.bytes).member("seconds", sum.seconds);
  if (with_hits)
    json.member("hits", sum.hits).member("seconds_saved", sum.saved);
  else
    json.key("hits").null().key("seconds_saved").null();
}

void print_json(const std::vector<std::pair<std::string, MethodSum>>& methods, const MethodSum& total, std::size_t tags,
                bool with_hits) {
  JsonWriter json(stdout);
  json.begin_object().member("tags", tags);
  add_members(json, total, with_hits);
  json.key("methods").begin_array();
  for (const auto& [name, sum] : methods) {
    json.begin_object().member("method", name);
    add_members(json, sum, with_hits);
    json.end_object();
  }
  json.end_array().end_object().finish();
}

Result<Exit> stats(Session& session, const StatsOptions& options) {
  const auto target = find_target(session, options.target);
  if (!target) return target.error();
  const auto tags = tags_of(session, *target);
  if (!tags) return tags.error();
  HitLog log;
  for (const std::string& path : options.logs)
    if (const auto read = log.read(path); !read) return read.error();

  Methods methods;
  std::vector<bool> has_entries(tags->size());
  std::atomic<bool> complete{true};
  std::mutex mutex;
  scan(
      *tags,
      [&](const Batch& batch) {
        const Methods part = sum_up(session, batch, log, complete);
        const std::lock_guard lock(mutex);
        if (!part.empty()) has_entries[batch.tag] = true;
        for (const auto& [name, sum] : part) methods[name].add(sum);
      },
      [&](std::size_t, const Error& error) {
        complete = false;
        say(system::describe(error));
      });
  std::vector<std::pair<std::string, MethodSum>> sorted(methods.begin(), methods.end());
  std::ranges::sort(sorted, [](const auto& a, const auto& b) {
    return a.second.bytes != b.second.bytes ? a.second.bytes > b.second.bytes : a.first < b.first;
  });
  MethodSum total;
  for (const auto& [name, sum] : sorted) total.add(sum);
  const auto count = static_cast<std::size_t>(std::ranges::count(has_entries, true));
  if (session.json())
    print_json(sorted, total, count, !options.logs.empty());
  else
    print(sorted, total, count, options.top, !options.logs.empty());
  return exit_of(complete);
}

}  // namespace

void add_stats(CLI::App& app, Session& session) {
  auto [command, options] = add_command<StatsOptions>(
      app, session, "stats", "Sum up: the biggest methods, what they cost, what they saved", stats);
  command->add_option("target", options->target, "Directory of tags, or a tag")->type_name("DIR|TAG");
  add_number(*command, "--top", options->top, "How many methods to list; JSON has all", "N");
  command->add_option("--log", options->logs, "Logs that set_logfile wrote at level debug: hits are counted from them")
      ->type_name("FILE");
}

}  // namespace cache_on_disk::tool
