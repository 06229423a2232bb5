// Judging a file of a tag directory: the steps that reading, surveying and checking an entry share.
#pragma once

#include <cerrno>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "files/descriptor.hpp"
#include "files/memory.hpp"
#include "format/footer.hpp"
#include "store/reader.hpp"

namespace cache_on_disk::entry {

/// No writer makes longer metadata, and no reader brings it into memory.
inline constexpr std::uint32_t largest_metadata = std::uint32_t{1} << 20;

/// A finding that says why the file is not sound.
Finding rejected(Judgement judgement, std::string reason);
/// One of a file that could not be read.
Finding refused(const Error& error);

/// True if another host has replaced or removed the file at just that moment: then its name leads to another one, or none.
inline bool was_exchanged(const Finding& finding) noexcept {
  return finding.judgement == Judgement::refused && (finding.error == ENOENT || system::is_passing(finding.error));
}

/// Calls `read`, which opens the file by its name and fills in a fresh `finding`, until the file stays the same meanwhile.
template <class Read>
void read_again_if_exchanged(const TagDirectory& directory, Finding& finding, Read&& read) {
  read();
  for (int number = 1; was_exchanged(finding) && number < directory.file_system().tries; ++number) {
    system::pause_before_try(number);
    finding = Finding{};
    read();
  }
}

/// A file that was opened to be judged. Unless its owner, mode and kind fit, `finding` says why not and
/// `file` is empty. What is found is filled in where it stays: to move a Finding takes hundreds of instructions.
struct OpenedFile {
  Finding& finding;
  system::Descriptor file{};
  bool own = false;  ///< may be believed, and mapped, like one's own
};

/// Opens the file `name`, to be judged in a fresh `finding`, which must outlive what is returned. Never follows a link, never
/// blocks on a FIFO.
OpenedFile open_file(const TagDirectory& directory, const std::string& name, Finding& finding);

/// The bytes of the file in fresh memory. Files of others may be of any length, holes included, which costs them
/// nothing: what would exhaust the memory is not read.
Result<system::Bytes> read_whole(const OpenedFile& opened);

/// How a file ends.
enum class End {
  entry,        ///< with a footer of ours, of which only the checksum and the lengths are still to be judged
  trailerless,  ///< without one
  unusable      ///< with one that cannot be used; the finding says why
};
/// Judges the footer at the end of a file's last bytes.
End judge_footer(std::span<const std::byte> last_bytes, Footer& footer, Finding& finding);

/// Judges the metadata and the footer that a file of `size` bytes ends with by lengths and checksum. Gives the metadata; the error
/// says what is damaged. `last_bytes` must cover both, unless the lengths are wrong.
Result<std::string_view> judge_lengths(const Footer& footer, std::uint64_t size, std::span<const std::byte> last_bytes);

/// The identity an entry tells of itself, if that goes with the name and the directory it lies in; else none.
std::optional<Hash128> own_identity(const Metadata& metadata, const std::string& directory, const std::string& name);
inline constexpr const char* of_another_name = "it was stored under another name or tag";

/// Judges a file with a footer by its last bytes, which must cover metadata and footer: all but the payload's
/// hash. True if it is sound so far; `opened.finding` is then filled but for the payload. Without `identity` all
/// of the metadata is read, whatever `part` is.
bool judge_end(OpenedFile& opened, const TagDirectory& directory, const std::string& name,
               const std::optional<Hash128>& identity, const Footer& footer, std::span<const std::byte> last_bytes,
               MetadataPart part = MetadataPart::all);

/// The length of a payload without trailer, as its own format tells it. Of an .npy file without Python
/// objects only the header need be there.
Result<std::uint64_t> payload_length(std::span<const std::byte> bytes);

/// Judges a file without footer by the length of its payload.
void judge_trailerless(OpenedFile& opened, const Result<std::uint64_t>& length, const Options& options);

/// Fills in `durable`: whether a large file of our own bears its true mark.
void judge_mark(OpenedFile& opened, const TagDirectory& directory, const Footer& footer);

/// Fills in `markable` for a file whose whole payload was checked.
void judge_markable(Finding& finding);

}  // namespace cache_on_disk::entry
