#include "entry/reader.hpp"

#include <cerrno>

#include "cache_on_disk/npy/header.hpp"
#include "cache_on_disk/pickle/opcodes.hpp"
#include "entry/durable_mark.hpp"
#include "entry/footer.hpp"
#include "entry/trust.hpp"
#include "system/errors.hpp"
#include "system/memory.hpp"
#include "system/users.hpp"

namespace cache_on_disk::entry {
namespace {

Finding rejected(Judgement judgement, std::string reason) {
  Finding finding;
  finding.judgement = judgement;
  finding.reason = std::move(reason);
  return finding;
}

/// Brings the file into memory: small ones read, large ones mapped if nobody else may change them under us.
Result<system::Bytes> bring_in(const TagDirectory& directory, int file, std::uint64_t size, bool own, Depth depth) {
  const bool map = size > largest_read && own && (depth == Depth::survey || !directory.on_network());
  if (map)
    if (auto mapped = system::map_file(file, size)) return mapped;
  return system::read_file(file, size);
}

/// The length of the payload at the start of a trailerless file, as its own format tells it.
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

Finding judge_trailerless(Finding finding, const system::Bytes& bytes, const Options& options) {
  const auto length = payload_length(bytes.view);
  if (!length) return rejected(Judgement::damaged, "neither an entry nor a whole .npy or pickle file: " + length.error().message);
  if (*length != bytes.view.size())
    return rejected(Judgement::damaged, "the payload does not end at the end of the file");
  if (finding.status.links != 1) return rejected(Judgement::refused, "a file without trailer that has several links");
  if (!options.accept_trailerless) return rejected(Judgement::not_ours, "a file without trailer, and those are refused");
  finding.trailerless = true;
  finding.judgement = Judgement::sound;
  finding.payload = {bytes.view, bytes.owner};
  return finding;
}

/// Checks the payload in full where that is due.
bool payload_is_whole(Finding& finding, int file, const Footer& footer, const TagDirectory& directory,
                      const Options& options, bool own) {
  const bool large = footer.payload_size > largest_always_checked;
  if (large && own && !directory.on_network() && system::birth_time_of(file, finding.birth) == 0 &&
      finding.birth.known)
    finding.durable = footer.durable_mark != 0 &&
                      footer.durable_mark == durable_mark(footer.identity, finding.status, finding.birth);
  if (large && finding.durable && options.verify != Verify::always && !finding.plain_data_only) return true;
  if (hash_128(finding.payload.bytes) != footer.payload_hash) return false;
  finding.markable = large && !finding.durable && finding.birth.known && finding.status.links == 1 &&
                     finding.status.uid == system::effective_user() && (finding.status.mode & S_IWUSR) != 0;
  return true;
}

/// The identity an entry tells of itself, if that goes with the name and the directory it lies in.
Hash128 own_identity(const Metadata& metadata, const TagDirectory& directory, const std::string& name) {
  const bool named_so = metadata.directory == directory.place().component &&
                        (name == plain_file(metadata.stem) || name.starts_with(shortened(metadata.stem) + "~"));
  return named_so ? identity(metadata.directory, metadata.stem) : Hash128{};
}

}  // namespace

Finding read_entry(const TagDirectory& directory, const std::string& name, const std::optional<Hash128>& identity,
                   const Options& options, Depth depth) {
  const system::Descriptor file(
      system::open_at(directory.descriptor(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!file) {
    if (errno == ENOENT) return {};
    if (errno == ELOOP) return rejected(Judgement::damaged, "a symbolic link, which is not followed");
    return rejected(Judgement::refused, system::describe(system::last_error("cannot open", name)));
  }
  Finding finding;
  if (system::status_of(file.number(), finding.status) != 0)
    return rejected(Judgement::refused, system::describe(system::last_error("cannot stat", name)));
  if (!finding.status.is_regular()) return rejected(Judgement::refused, "no regular file");
  const Trust& trust = directory.place().trust;
  if (std::string why = objection(finding.status, trust); !why.empty())
    return rejected(Judgement::refused, std::move(why));
  if (finding.status.size == 0) return rejected(Judgement::damaged, "empty");

  const bool own = is_own(finding.status, trust);
  const auto bytes = bring_in(directory, file.number(), finding.status.size, own, depth);
  if (!bytes) return rejected(Judgement::refused, system::describe(bytes.error()));

  Footer footer;
  switch (parse_footer(bytes->view, footer)) {
    case FooterState::none: finding.plain_data_only = !own; return judge_trailerless(std::move(finding), *bytes, options);
    case FooterState::newer: return rejected(Judgement::not_ours, "written by a newer version of cache-on-disk");
    case FooterState::damaged: return rejected(Judgement::damaged, "the footer is damaged");
    case FooterState::sound: break;
  }
  const std::uint64_t size = bytes->view.size();
  if (footer.payload_size > size || footer.payload_size + footer.metadata_size + footer_size != size)
    return rejected(Judgement::damaged, "the file is cut short, or longer than it was");
  const auto metadata = bytes->view.subspan(static_cast<std::size_t>(footer.payload_size), footer.metadata_size);
  if (!checksum_matches(bytes->view, metadata)) return rejected(Judgement::damaged, "the metadata is damaged");
  finding.metadata = parse_metadata({reinterpret_cast<const char*>(metadata.data()), metadata.size()});
  if (footer.identity != identity.value_or(own_identity(finding.metadata, directory, name)))
    return rejected(Judgement::damaged, "it was stored under another name or tag");
  finding.plain_data_only = !own || finding.metadata.foreign;
  finding.payload = {bytes->view.first(static_cast<std::size_t>(footer.payload_size)), bytes->owner};
  if (depth == Depth::load && !payload_is_whole(finding, file.number(), footer, directory, options, own))
    return rejected(Judgement::damaged, "the payload is damaged");
  finding.judgement = Judgement::sound;
  return finding;
}

}  // namespace cache_on_disk::entry
