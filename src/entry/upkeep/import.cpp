#include "upkeep/import.hpp"

#include <algorithm>
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
  constexpr const char* not_an_entry = "it is not an entry";
  if (size < footer_size) return bad(name, not_an_entry);
  std::vector<std::byte> bytes(footer_size);
  if (auto done = read(bytes, size - bytes.size()); !done) return done.error();
  Trailer trailer;
  const Footer& footer = trailer.footer;
  Finding finding;
  const End end = judge_footer(bytes, trailer.footer, finding);
  if (end != End::entry) return bad(name, end == End::trailerless ? not_an_entry : finding.reason);
  bytes.resize(static_cast<std::size_t>(std::min(
      {std::uint64_t{footer.metadata_size} + footer_size, size, std::uint64_t{largest_metadata} + footer_size})));
  if (auto done = read(bytes, size - bytes.size()); !done) return done.error();
  const auto metadata = judge_lengths(footer, size, bytes);
  if (!metadata) return bad(name, metadata.error().message);
  trailer.metadata = parse_metadata(*metadata);
  if (footer.identity != own_identity(trailer.metadata, directory, name)) return bad(name, of_another_name);
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
