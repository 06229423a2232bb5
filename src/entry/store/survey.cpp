#include "store/survey.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "cache_on_disk/detail/npy/header.hpp"
#include "files/calls.hpp"
#include "files/errors.hpp"
#include "files/guarded_mapping.hpp"
#include "store/copy.hpp"
#include "store/judge.hpp"

namespace cache_on_disk::entry {
namespace {

// Footer and metadata of nearly every entry.
constexpr std::size_t usual_end = 1024;
// Fits the second-level cache, where the hash then finds it.
constexpr std::size_t piece_size = std::size_t{256} << 10;
// Large enough to be worth a system call, small enough to count for nothing in the memory of the process. A multiple of the
// kernel's large pages, at which writers break their pieces, too.
constexpr std::size_t window_size = std::size_t{16} << 20;
// Room for the header of all but absurd structured arrays.
constexpr std::size_t usual_header = std::size_t{4} << 10;

const Error torn{"a part of the file could not be read", EIO};

Result<void> read_exactly(int file, std::span<std::byte> bytes, std::uint64_t offset) {
  return reader_of(file)(bytes, offset);
}

bool refuse(OpenedFile& opened, const Error& error) {
  opened.finding.judgement = Judgement::refused;
  opened.finding.reason = system::describe(error);
  opened.finding.error = error.code;
  return false;
}

/// A file without footer: an .npy by its header, anything else by stepping through all of it.
void survey_trailerless(OpenedFile& opened, const Options& options) {
  const std::uint64_t size = opened.finding.status.size;
  std::array<std::byte, usual_header> head;
  const auto beginning = std::span(head).first(static_cast<std::size_t>(std::min<std::uint64_t>(size, head.size())));
  if (const auto read = read_exactly(opened.file.number(), beginning, 0); !read) {
    (void)refuse(opened, read.error());
    return;
  }
  if (npy::has_magic(beginning))
    if (const auto extent = npy::measure(beginning); extent && !extent->pickled)
      return judge_trailerless(opened, extent->length, options);
  Result<std::uint64_t> length = Error{"not looked at"};
  if (opened.own && size > largest_read) {
    const auto mapped = system::with_mapped(opened.file.number(), 0, static_cast<std::size_t>(size),
                                            [&](auto bytes) { length = payload_length(bytes); });
    if (mapped == system::Mapped::torn) {
      (void)refuse(opened, torn);
      return;
    }
    if (mapped == system::Mapped::seen) return judge_trailerless(opened, length, options);
  }
  const auto bytes = read_whole(opened);
  if (!bytes) {
    (void)refuse(opened, bytes.error());
    return;
  }
  judge_trailerless(opened, payload_length(bytes->view), options);
}

/// Judges the file by its end. True if it has a footer and is sound so far.
bool survey(OpenedFile& opened, const TagDirectory& directory, const std::string& name,
            const std::optional<Hash128>& identity, const Options& options, Footer& footer) {
  const std::uint64_t size = opened.finding.status.size;
  std::array<std::byte, usual_end> buffer;
  std::span<std::byte> end =
      std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer.size())));
  if (const auto read = read_exactly(opened.file.number(), end, size - end.size()); !read)
    return refuse(opened, read.error());
  const End ends_as = judge_footer(end, footer, opened.finding);
  if (ends_as == End::trailerless) survey_trailerless(opened, options);
  if (ends_as != End::entry) return false;
  std::unique_ptr<std::byte[]> larger;
  const std::uint64_t needed = std::uint64_t{footer.metadata_size} + footer_size;
  if (needed > end.size() && needed <= size && footer.metadata_size <= largest_metadata) {
    larger = std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(needed));
    end = {larger.get(), static_cast<std::size_t>(needed)};
    if (const auto read = read_exactly(opened.file.number(), end, size - needed); !read)
      return refuse(opened, read.error());
  }
  if (!judge_end(opened, directory, name, identity, footer, end)) return false;
  judge_mark(opened, directory, footer);
  opened.finding.judgement = Judgement::sound;
  return true;
}

/// Feeds a part of the payload to the hash, and says how much. In a program that guards its mappings through one, which is
/// twice as fast; else, and where the file system cannot map, through a buffer.
Result<std::size_t> hash_some(const OpenedFile& opened, std::uint64_t offset, std::uint64_t left, Hasher& hasher) {
  if (left >= piece_size && offset % window_size == 0) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(window_size, left));
    switch (system::with_mapped(opened.file.number(), offset, size, [&](auto bytes) { hasher.update(bytes); })) {
      case system::Mapped::seen:
        return size;
      case system::Mapped::torn:
        return torn;
      case system::Mapped::refused:
        break;
    }
  }
  thread_local const auto buffer = std::make_unique_for_overwrite<std::byte[]>(piece_size);
  const std::span piece(buffer.get(), static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, left)));
  if (const auto read = read_exactly(opened.file.number(), piece, offset); !read) return read.error();
  hasher.update(piece);
  return piece.size();
}

/// Hashes the payload.
bool check_payload(OpenedFile& opened, const Footer& footer, const Progress& progress) {
  system::start_reading_ahead(opened.file.number(), footer.payload_size);
  Hasher hasher;
  for (std::uint64_t offset = 0; offset < footer.payload_size;) {
    const auto hashed = hash_some(opened, offset, footer.payload_size - offset, hasher);
    if (!hashed) return refuse(opened, hashed.error());
    offset += *hashed;
    if (progress && !progress(*hashed)) return refuse(opened, {"given up"});
  }
  if (hasher.digest() == footer.payload_hash) return true;
  opened.finding.judgement = Judgement::damaged;
  opened.finding.reason = "the payload is damaged";
  return false;
}

}  // namespace

Finding survey_entry(const TagDirectory& directory, const std::string& name, const std::optional<Hash128>& identity,
                     const Options& options) {
  Finding finding;
  read_again_if_exchanged(directory, finding, [&] {
    OpenedFile opened = open_file(directory, name, finding);
    Footer footer;
    if (opened.file) (void)survey(opened, directory, name, identity, options, footer);
  });
  return finding;
}

Finding check_entry(const TagDirectory& directory, const std::string& name, const std::optional<Hash128>& identity,
                    const Options& options, const Progress& progress) {
  Finding finding;
  read_again_if_exchanged(directory, finding, [&] {
    OpenedFile opened = open_file(directory, name, finding);
    Footer footer;
    if (opened.file && survey(opened, directory, name, identity, options, footer) &&
        check_payload(opened, footer, progress))
      judge_markable(finding);
  });
  return finding;
}

}  // namespace cache_on_disk::entry
