#include "entry_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "files/errors.hpp"
#include "table.hpp"
#include "tag_summary.hpp"
#include "text.hpp"
#include "text/amounts.hpp"
#include "text/printable.hpp"
#include "units.hpp"

namespace cache_on_disk::tool {
namespace {

constexpr std::size_t widest_type = 48;  // of reasons and structures, 'show' tells the rest

}  // namespace

EntryRow row_of(const entry::TagDirectory& directory, const std::string& name, const entry::Finding& finding) {
  EntryRow row;
  row.name = name;
  row.stem = stem_of(name, finding);
  row.state = state_text(finding);
  row.reason = finding.reason;
  row.size = finding.status.size;
  row.created = created(finding);
  if (finding.judgement != entry::Judgement::sound) return row;
  row.type = type_of(directory, name, finding);
  row.seconds = finding.metadata.seconds;
  row.writer = finding.metadata.writer;
  row.language = finding.metadata.origin.language;
  row.foreign = finding.metadata.foreign;
  row.durable = finding.durable;
  return row;
}

std::string state_text(const entry::Finding& finding) {
  switch (finding.judgement) {
    case entry::Judgement::missing:
      return "missing";
    case entry::Judgement::sound:
      return finding.trailerless ? "unchecked" : "sound";
    case entry::Judgement::damaged:
      return "damaged";
    case entry::Judgement::not_ours:
      return "newer format";
    case entry::Judgement::refused:
      break;
  }
  return "refused";
}

void add_members(JsonWriter& json, const std::string& tag_path, const EntryRow& row) {
  json.member("name", row.stem)
      .member("path", tag_path + "/" + row.name)
      .member("state", row.state)
      .text_member("reason", row.reason)
      .member("bytes", row.size)
      .text_member("type", row.type.type)
      .key("shape");
  if (row.type.shape) {
    json.begin_array();
    for (const std::size_t extent : *row.type.shape) json.value(extent);
    json.end_array();
  } else {
    json.null();
  }
  json.text_member("created", row.created == 0 ? "" : time_text(row.created))
      .optional_member("seconds", row.seconds > 0, row.seconds)
      .text_member("writer", row.writer)
      .text_member("language", row.language)
      .member("foreign", row.foreign)
      .member("durable", row.durable);
}

Result<EntryList> read_entries(const Target& target) {
  EntryList list;
  std::optional<Error> trouble;
  std::mutex mutex;
  scan(
      {&target, 1},
      [&](const Batch& batch) {
        EntryList part;
        for (const File& file : batch.files) {
          if (file.is_foreign()) part.foreign_files.push_back(file.name);
          if (!file.may_be_entry()) continue;
          const entry::Finding finding = look_at(*batch.directory, file.name);
          if (finding.judgement != entry::Judgement::missing)
            part.entries.push_back(row_of(*batch.directory, file.name, finding));
        }
        const std::lock_guard lock(mutex);
        std::ranges::move(part.entries, std::back_inserter(list.entries));
        std::ranges::move(part.foreign_files, std::back_inserter(list.foreign_files));
      },
      [&](std::size_t, const Error& error) { trouble = error; });
  if (trouble) return *trouble;
  std::ranges::sort(list.foreign_files);
  return list;
}

void print_table(const EntryList& list) {
  Table table(
      {{"ENTRY"}, {"TYPE"}, {"SIZE", Align::right}, {"AGE", Align::right}, {"COMPUTED", Align::right}, {"WRITER"}});
  std::uint64_t bytes = 0;
  double seconds = 0;
  for (const EntryRow& row : list.entries) {
    const bool sound = row.reason.empty();
    std::string what = sound ? row.type.text() : row.state + ": " + row.reason;
    if (row.foreign) what += " (foreign)";
    table.add({text::printable(row.name.substr(0, row.name.size() - 4)), fitted(text::printable(what), widest_type),
               text::size_text(row.size), age_text(row.created / 1'000'000'000),
               row.seconds > 0 ? text::duration_text(row.seconds) : "-",
               text::printable(sound && row.writer.empty() ? "unknown" : row.writer)});
    if (!sound) table.style_last(Style::bad);
    bytes += row.size;
    seconds += row.seconds;
  }
  if (!list.entries.empty()) table.print();
  for (const std::string& name : list.foreign_files) say("not part of the cache: " + name);
  if (output_is_terminal())
    fmt::print("{}\n", styled(Style::faint, fmt::format("{}: {}, {} of computing",
                                                        text::counted(list.entries.size(), "entry", "entries"),
                                                        text::size_text(bytes), text::duration_text(seconds))));
}

void print_json(const Target& tag, const EntryList& list) {
  JsonWriter json(stdout);
  json.begin_object().member("path", tag.tag_path()).key("entries").begin_array();
  for (const EntryRow& row : list.entries) {
    json.begin_object();
    add_members(json, tag.tag_path(), row);
    json.end_object();
  }
  json.end_array().list_member("foreign_files", list.foreign_files).end_object().finish();
}

}  // namespace cache_on_disk::tool
