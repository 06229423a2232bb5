#include "upkeep/seal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "cache_on_disk/detail/npy/header.hpp"
#include "files/errors.hpp"
#include "format/names.hpp"
#include "format/tag_files.hpp"
#include "process/process.hpp"
#include "store/copy.hpp"
#include "store/entry_lock.hpp"
#include "store/judge.hpp"
#include "store/survey.hpp"
#include "store/writer.hpp"

namespace cache_on_disk::entry {
namespace {

/// What a payload is stored as, by its own header.
Result<StoredType> type_of_payload(const ReadAt& read, std::uint64_t size) {
  for (std::size_t room = std::size_t{4} << 10;; room *= 16) {
    std::vector<std::byte> head(static_cast<std::size_t>(std::min<std::uint64_t>(room, size)));
    if (auto done = read(head, 0); !done) return done.error();
    if (!npy::has_magic(head)) return StoredType{Format::pickle, "", -1};
    const auto header = npy::read_header(head);
    if (header) return StoredType{Format::npy, header->dtype.text(), static_cast<int>(header->shape.size())};
    if (room > npy::max_header_size || head.size() == size) return header.error();
  }
}

}  // namespace

Result<Metadata> metadata_of_trailerless(const TagDirectory& directory, const std::string& name, const Finding& finding,
                                         const ReadAt& read) {
  const auto stem = stem_of(name);
  if (!stem)
    return Error{name + ": its name is shortened or lies beside another, and does not tell whose it is", EINVAL};
  // With a trailer it would be checked against the name that an entry of this stem has, and be damage.
  if (plain_file(*stem) != name) return Error{name + ": its name is longer than that of an entry", EINVAL};
  auto type = type_of_payload(read, finding.payload_size);
  if (!type) return Error{name + ": " + type.error().message, EINVAL};
  Metadata metadata;
  metadata.directory = directory.place().component;
  metadata.stem = *stem;
  metadata.origin.type = *std::move(type);
  metadata.created = finding.status.modified_seconds * 1'000'000'000 + finding.status.modified_nanoseconds;
  const system::ProcessIdentity self = system::this_process();
  metadata.writer = fmt::format("sealed by {} on {}, pid {}", system::program_name(), self.host, self.pid);
  return metadata;
}

Result<void> seal_entry(const TagDirectoryPtr& directory, const std::string& name, const Options& options) {
  const auto stem = stem_of(name);
  EntryLock lock(directory, stem.value_or(name));
  if (lock.try_acquire() == EntryLock::State::busy) return Error{name + " is being computed", EBUSY};
  const Finding finding = survey_entry(*directory, name, std::nullopt, options);
  if (finding.judgement != Judgement::sound || !finding.trailerless)
    return Error{name + ": " + (finding.reason.empty() ? "it needs no trailer" : finding.reason), EINVAL};
  Finding now;
  const OpenedFile opened = open_file(*directory, name, now);
  if (!opened.file || !now.status.same_file(finding.status)) return Error{name + " was replaced meanwhile", EBUSY};
  const ReadAt read = reader_of(opened.file.number());
  const auto metadata = metadata_of_trailerless(*directory, name, finding, read);
  if (!metadata) return metadata.error();
  const EntryKey key = make_key(metadata->directory, metadata->stem, metadata->origin);
  const auto stored = publish_copy(*directory, name, key, *metadata, read, finding.payload_size, std::nullopt, options);
  if (!stored) return stored.error();
  return {};
}

}  // namespace cache_on_disk::entry
