#include "store/judge.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "cache_on_disk/detail/npy/header.hpp"
#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "files/directory.hpp"
#include "files/errors.hpp"
#include "process/users.hpp"
#include "store/durable_mark.hpp"
#include "store/trust.hpp"

namespace cache_on_disk::entry {
namespace {

bool reject(OpenedFile& opened, std::string reason) {
  opened.finding.judgement = Judgement::damaged;
  opened.finding.reason = std::move(reason);
  return false;
}

void open_to_judge(OpenedFile& opened, const TagDirectory& directory, const std::string& name) {
  const auto refuse = [&](Judgement judgement, std::string reason, int code = 0) {
    opened.finding.judgement = judgement;
    opened.finding.reason = std::move(reason);
    opened.finding.error = code;
    opened.file.reset();
  };
  opened.file.reset(
      system::open_at(directory.descriptor(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!opened.file) {
    if (errno == ENOENT) return;
    const Error error = system::last_error("cannot open", name);
    system::FileStatus there;
    const bool seen = system::status_at(directory.descriptor(), name.c_str(), there) == 0;
    const std::string owner = seen ? fmt::format(" (it belongs to {})", system::user_text(there.uid)) : "";
    if (error.code == ELOOP) {
      opened.finding.planted = directory.others_may_write();
      return refuse(Judgement::damaged, "a symbolic link, which is not followed" + owner);
    }
    const std::string cure = seen && error.code == EACCES ? ": let its owner make it readable" : "";
    return refuse(Judgement::refused, system::describe(error) + owner + cure, error.code);
  }
  system::FileStatus& status = opened.finding.status;
  if (system::status_of(opened.file.number(), status) != 0) {
    const Error error = system::last_error("cannot stat", name);
    return refuse(Judgement::refused, system::describe(error), error.code);
  }
  if (!status.is_regular())
    return refuse(Judgement::refused, fmt::format("{}, not a file; it belongs to {}: remove it",
                                                  system::kind_text(status.mode), system::user_text(status.uid)));
  const Trust& trust = directory.place().trust;
  if (std::string why = objection(status, trust); !why.empty()) return refuse(Judgement::refused, std::move(why));
  if (status.size == 0) return refuse(Judgement::damaged, "empty");
  opened.own = is_own(status, trust);
  // A file of ours in a directory of others may have been put there by them: as a link to something that we got from
  // elsewhere and never read, say.
  opened.finding.plain_data_only = trust.kind != Trust::Kind::private_only;
}

}  // namespace

Finding rejected(Judgement judgement, std::string reason) {
  Finding finding;
  finding.judgement = judgement;
  finding.reason = std::move(reason);
  return finding;
}

Finding refused(const Error& error) {
  Finding finding = rejected(Judgement::refused, system::describe(error));
  finding.error = error.code;
  return finding;
}

OpenedFile open_file(const TagDirectory& directory, const std::string& name, Finding& finding) {
  OpenedFile opened{finding};
  open_to_judge(opened, directory, name);
  return opened;
}

Result<system::Bytes> read_whole(const OpenedFile& opened) {
  const std::uint64_t size = opened.finding.status.size;
  if (!opened.own && size > system::physical_memory() / 2)
    return Error{"it is others', so it would have to be read, and it is larger than half of the memory", EFBIG};
  return system::read_file(opened.file.number(), size);
}

End judge_footer(std::span<const std::byte> last_bytes, Footer& footer, Finding& finding) {
  switch (parse_footer(last_bytes, footer)) {
    case FooterState::sound:
      return End::entry;
    case FooterState::none:
      return End::trailerless;
    case FooterState::newer:
      finding.judgement = Judgement::not_ours;
      finding.reason = "written by a newer version of cache-on-disk";
      break;
    case FooterState::damaged:
      finding.judgement = Judgement::damaged;
      finding.reason = "the footer is damaged";
      break;
  }
  return End::unusable;
}

Result<std::string_view> judge_lengths(const Footer& footer, std::uint64_t size,
                                       std::span<const std::byte> last_bytes) {
  if (footer.payload_size > size || footer.payload_size + footer.metadata_size + footer_size != size)
    return Error{"the file is cut short, or longer than it was"};
  if (footer.metadata_size > largest_metadata) return Error{"the metadata is longer than any can be"};
  const auto metadata = last_bytes.last(footer.metadata_size + footer_size).first(footer.metadata_size);
  if (!checksum_matches(last_bytes, metadata)) return Error{"the metadata is damaged"};
  return std::string_view(reinterpret_cast<const char*>(metadata.data()), metadata.size());
}

std::optional<Hash128> own_identity(const Metadata& metadata, const std::string& directory, const std::string& name) {
  if (metadata.directory != directory || !is_file_of(metadata.stem, name)) return std::nullopt;
  return identity(metadata.directory, metadata.stem);
}

bool judge_end(OpenedFile& opened, const TagDirectory& directory, const std::string& name,
               const std::optional<Hash128>& wanted, const Footer& footer, std::span<const std::byte> last_bytes,
               MetadataPart part) {
  Finding& finding = opened.finding;
  const auto metadata = judge_lengths(footer, finding.status.size, last_bytes);
  if (!metadata) return reject(opened, metadata.error().message);
  parse_metadata(*metadata, wanted ? part : MetadataPart::all, finding.metadata);
  if (footer.identity != (wanted ? *wanted : own_identity(finding.metadata, directory.place().component, name)))
    return reject(opened, of_another_name);
  finding.plain_data_only = finding.plain_data_only || finding.metadata.foreign;
  finding.payload_size = footer.payload_size;
  finding.payload_hash = footer.payload_hash;
  return true;
}

Result<std::uint64_t> payload_length(std::span<const std::byte> bytes) {
  if (!npy::has_magic(bytes)) {
    const auto length = pickle::length(bytes);
    if (!length) return length.error();
    return std::uint64_t{*length};
  }
  const auto extent = npy::measure(bytes);
  if (!extent) return extent.error();
  if (!extent->pickled) return extent->length;
  if (extent->length > bytes.size()) return Error{"the file is cut short"};
  const auto length = pickle::length(bytes.subspan(static_cast<std::size_t>(extent->length)));
  if (!length) return length.error();
  return extent->length + *length;
}

void judge_trailerless(OpenedFile& opened, const Result<std::uint64_t>& length, const Options& options) {
  Finding& finding = opened.finding;
  const auto judge = [&](Judgement judgement, std::string reason = {}) {
    finding.judgement = judgement;
    finding.reason = std::move(reason);
  };
  if (!length)
    return judge(Judgement::damaged, "neither an entry nor a whole .npy or pickle file: " + length.error().message);
  if (*length != finding.status.size)
    return judge(Judgement::damaged, "the payload does not end at the end of the file");
  if (finding.status.links != 1) return judge(Judgement::refused, "a file without trailer that has several links");
  if (!options.accept_trailerless) return judge(Judgement::not_ours, "a file without trailer, and those are refused");
  finding.trailerless = true;
  finding.payload_size = *length;
  judge(Judgement::sound);
}

void judge_mark(OpenedFile& opened, const TagDirectory& directory, const Footer& footer) {
  Finding& finding = opened.finding;
  if (footer.payload_size <= largest_always_checked || !opened.own || !directory.file_system().marks) return;
  if (system::birth_time_of(opened.file.number(), finding.birth) == 0 && finding.birth.known)
    finding.durable =
        footer.durable_mark != 0 && footer.durable_mark == durable_mark(footer.identity, finding.status, finding.birth);
}

void judge_markable(Finding& finding) {
  finding.markable = finding.payload_size > largest_always_checked && !finding.durable && finding.birth.known &&
                     finding.status.links == 1 && finding.status.uid == system::effective_user() &&
                     (finding.status.mode & S_IWUSR) != 0;
}

}  // namespace cache_on_disk::entry
