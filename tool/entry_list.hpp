// The entries of one tag, with what can be said of each without reading its value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "json.hpp"
#include "payload.hpp"
#include "scan.hpp"

namespace cache_on_disk::tool {

/// An entry of a listing.
struct EntryRow {
  std::string name;  ///< of the file
  std::string stem;
  std::string state;   ///< "sound", "unchecked", "damaged", "newer format", "refused"
  std::string reason;  ///< why it is not sound
  PayloadType type;
  std::uint64_t size = 0;
  std::int64_t created = 0;  ///< nanoseconds since 1970
  double seconds = 0;
  std::string writer;
  std::string language;
  bool foreign = false;  ///< brought from elsewhere
  bool durable = false;
};

struct EntryList {
  std::vector<EntryRow> entries;
  std::vector<std::string> foreign_files;
};

/// Reads the entries of a tag, or the one of an entry target.
Result<EntryList> read_entries(const Target& target);

/// In a word, for listings.
std::string state_text(const entry::Finding& finding);

/// What can be said of an entry without reading its value.
EntryRow row_of(const entry::TagDirectory& directory, const std::string& name, const entry::Finding& finding);
/// The members that tell it, of an object that is begun; null where nothing is known.
void add_members(JsonWriter& json, const std::string& tag_path, const EntryRow& row);

void print_table(const EntryList& list);
void print_json(const Target& tag, const EntryList& list);

}  // namespace cache_on_disk::tool
