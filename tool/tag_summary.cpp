#include "tag_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <mutex>

#include "files/errors.hpp"
#include "json.hpp"
#include "marker.hpp"
#include "store/last_use.hpp"
#include "table.hpp"
#include "text.hpp"
#include "text/amounts.hpp"
#include "text/printable.hpp"
#include "units.hpp"

namespace cache_on_disk::tool {
namespace {

void count_entry(TagSummary& summary, const entry::TagDirectory& directory, const std::string& name) {
  const entry::Finding finding = look_at(directory, name);
  switch (finding.judgement) {
    case entry::Judgement::missing:
      return;  // it went meanwhile
    case entry::Judgement::sound:
      break;
    case entry::Judgement::damaged:
      ++summary.damaged;
      summary.bytes += finding.status.size;
      return;
    case entry::Judgement::not_ours:
    case entry::Judgement::refused:
      ++summary.unreadable;
      return;
  }
  ++summary.entries;
  summary.is_ours = summary.is_ours || is_marker(finding);
  summary.bytes += finding.status.size;
  summary.seconds += std::max(0.0, finding.metadata.seconds);
  summary.unchecked += finding.trailerless ? 1 : 0;
  const std::int64_t seconds = created(finding) / 1'000'000'000;
  if (seconds == 0) return;
  summary.oldest = summary.oldest == 0 ? seconds : std::min(summary.oldest, seconds);
  summary.newest = std::max(summary.newest, seconds);
}

TagSummary count(const Batch& batch) {
  TagSummary summary;
  for (const File& file : batch.files) {
    if (file.may_be_entry()) {
      count_entry(summary, *batch.directory, file.name);
    } else if (file.is_foreign()) {
      ++summary.foreign;
    } else if (file.is_left_over()) {
      ++summary.left_overs;
      system::FileStatus status;
      if (system::status_at(batch.directory->descriptor(), file.name.c_str(), status) == 0)
        summary.bytes += status.size;
    } else {
      summary.has_marker = true;
      summary.is_ours = summary.is_ours || is_marker(*batch.directory, file);
    }
  }
  return summary;
}

std::string notes(const TagSummary& tag) {
  std::string text;
  const auto note = [&](std::uint64_t count, const char* what) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  };
  note(tag.damaged, "damaged");
  note(tag.unreadable, "not readable");
  note(tag.unchecked, "unchecked");
  note(tag.left_overs, "left over");
  note(tag.foreign, "foreign");
  if (!tag.trouble.empty()) text += (text.empty() ? "" : ", ") + text::printable(tag.trouble);
  return text;
}

}  // namespace

void TagSummary::add(const TagSummary& part) {
  entries += part.entries;
  bytes += part.bytes;
  seconds += part.seconds;
  unchecked += part.unchecked;
  damaged += part.damaged;
  unreadable += part.unreadable;
  left_overs += part.left_overs;
  foreign += part.foreign;
  if (part.oldest != 0) oldest = oldest == 0 ? part.oldest : std::min(oldest, part.oldest);
  newest = std::max(newest, part.newest);
  has_marker = has_marker || part.has_marker;
  is_ours = is_ours || part.is_ours;
}

std::int64_t created(const entry::Finding& finding) {
  return finding.metadata.created != 0 ? finding.metadata.created : finding.status.modified_seconds * 1'000'000'000;
}

double age_of(std::int64_t seconds_since_1970) {
  return seconds_since_1970 == 0 ? 0 : std::max(0.0, std::difftime(std::time(nullptr), seconds_since_1970));
}

std::string age_text(std::int64_t seconds_since_1970) {
  return seconds_since_1970 == 0 ? "-" : text::duration_text(std::floor(age_of(seconds_since_1970)));
}

Result<Summaries> summarize(const Session& session, const Target& target) {
  const auto targets = tags_of(session, target);
  if (!targets) return targets.error();
  Summaries all;
  for (const Target& tag : *targets) {
    TagSummary& summary = all.tags.emplace_back();
    summary.tmpdir = tag.tmpdir;
    summary.component = tag.component;
  }
  std::mutex mutex;
  scan(
      *targets,
      [&](const Batch& batch) {
        const TagSummary part = count(batch);
        const std::lock_guard lock(mutex);
        TagSummary& whole = all.tags[batch.tag];
        whole.add(part);
        if (whole.last_use == 0) whole.last_use = entry::last_use(*batch.directory);
      },
      [&](std::size_t tag, const Error& error) {
        const std::lock_guard lock(mutex);
        all.tags[tag].trouble = "not readable";
        all.complete = false;
        say(system::describe(error));
      });
  return all;
}

void print_table(const Session& session, const std::string& tmpdir, const std::vector<TagSummary>& tags) {
  Table table({{"TAG"},
               {"ENTRIES", Align::right},
               {"SIZE", Align::right},
               {"COMPUTING", Align::right},
               {"AGE", Align::right},
               {"USED", Align::right},
               {"NOTES"}});
  TagSummary sum;
  for (const TagSummary& tag : tags) {
    table.add({text::printable(tag_of(session, tag.component)), std::to_string(tag.entries), text::size_text(tag.bytes),
               text::duration_text(tag.seconds), age_text(tag.oldest), age_text(tag.last_use), notes(tag)});
    if (tag.damaged > 0 || !tag.trouble.empty()) table.style_last(Style::bad);
    sum.add(tag);
  }
  if (tags.empty())
    say("there is nothing to list in " + tmpdir + ": tag directories there begin with '" + session.prefix + "'");
  if (!tags.empty()) table.print();
  if (!output_is_terminal()) return;
  fmt::print("{}\n", styled(Style::faint,
                            fmt::format("{} with {} in {}: {}, {} of computing", text::counted(tags.size(), "tag"),
                                        text::counted(sum.entries, "entry", "entries"), text::printable(tmpdir),
                                        text::size_text(sum.bytes), text::duration_text(sum.seconds))));
}

void print_json(const Session& session, const std::string& tmpdir, const std::vector<TagSummary>& tags) {
  JsonWriter json(stdout);
  json.begin_object().member("directory", tmpdir).key("tags").begin_array();
  for (const TagSummary& tag : tags) {
    json.begin_object()
        .member("tag", tag_of(session, tag.component))
        .member("path", entry::Place{tag.tmpdir, tag.component, {}}.path())
        .member("entries", tag.entries)
        .member("bytes", tag.bytes)
        .member("seconds", tag.seconds)
        .member("unchecked", tag.unchecked)
        .member("damaged", tag.damaged)
        .member("unreadable", tag.unreadable)
        .member("left_overs", tag.left_overs)
        .member("foreign_files", tag.foreign);
    const auto time = [](std::int64_t seconds) {
      return seconds == 0 ? std::string() : time_text(seconds * 1'000'000'000);
    };
    json.text_member("oldest", time(tag.oldest))
        .text_member("newest", time(tag.newest))
        .text_member("last_use", time(tag.last_use))
        .text_member("trouble", tag.trouble)
        .end_object();
  }
  json.end_array().end_object().finish();
}

}  // namespace cache_on_disk::tool
