#include "upkeep/import.hpp"

#include <cerrno>
#include <vector>

#include "format/footer.hpp"
#include "store/copy.hpp"
#include "store/entry_lock.hpp"
#include "store/judge.hpp"
#include "store/survey.hpp"

namespace cache_on_disk::entry {
namespace {

/// The footer and metadata of a sound entry.
struct Trailer {
  Footer footer;
  Metadata metadata;
};

Error bad(const std::string& name, const std::string& why) { return {name + ": " + why, EBADMSG}; }

Result<Trailer> read_trailer(const std::string& name, const ReadAt& read, std::uint64_t size,
                             const std::string& directory) {
  if (size < footer_size) return bad(name, "it is not an entry");
  std::vector<std::byte> bytes(footer_size);
  if (auto done = read(bytes, size - bytes.size()); !done) return done.error();
  Trailer trailer;
  switch (parse_footer(bytes, trailer.footer)) {
    case FooterState::none:
      return bad(name, "it is not an entry");
    case FooterState::newer:
      return bad(name, "written by a newer version of cache-on-disk");
    case FooterState::damaged:
      return bad(name, "the footer is damaged");
    case FooterState::sound:
      break;
  }
  const Footer& footer = trailer.footer;
  if (footer.metadata_size > largest_metadata || footer.payload_size > size ||
      footer.payload_size + footer.metadata_size + footer_size != size)
    return bad(name, "the lengths in its footer are not its own");
  bytes.resize(footer.metadata_size + footer_size);
  if (auto done = read(bytes, size - bytes.size()); !done) return done.error();
  const auto metadata = std::span<const std::byte>(bytes).first(footer.metadata_size);
  if (!checksum_matches(bytes, metadata)) return bad(name, "the metadata is damaged");
  trailer.metadata = parse_metadata({reinterpret_cast<const char*>(metadata.data()), metadata.size()});
  if (trailer.metadata.directory != directory || !is_file_of(trailer.metadata.stem, name) ||
      footer.identity != identity(directory, trailer.metadata.stem))
    return bad(name, "it was stored under another name or tag");
  return trailer;
}

}  // namespace

Result<Imported> import_entry(const TagDirectoryPtr& directory, const std::string& name, const ReadAt& read,
                              std::uint64_t size, const ImportRules& rules, const Options& options) {
  auto trailer = read_trailer(name, read, size, rules.from_directory);
  if (!trailer) return trailer.error();
  Metadata& metadata = trailer->metadata;
  metadata.foreign = metadata.foreign || rules.foreign;
  const EntryKey key = make_key(directory->place().component, metadata.stem, metadata.origin);

  EntryLock lock(directory, key.stem);
  if (lock.try_acquire() == EntryLock::State::busy) return Imported::busy;
  const Finding there = survey_entry(*directory, name, key.identity, options);
  const bool free = there.judgement == Judgement::missing || there.judgement == Judgement::damaged;
  if (!free && !(rules.replace && there.judgement == Judgement::sound)) return Imported::already_there;
  const auto stored = publish_copy(*directory, name, key, metadata, read, trailer->footer.payload_size,
                                   trailer->footer.payload_hash, options);
  if (!stored) return stored.error();
  return Imported::stored;
}

}  // namespace cache_on_disk::entry
