// Reading one file of a tag directory, and judging what it is.
#pragma once

#include <optional>
#include <string>

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/options.hpp"
#include "format/entry_key.hpp"
#include "format/metadata.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::entry {

/// Files up to this size are read, larger ones mapped: where both take the same time.
inline constexpr std::uint64_t largest_read = std::uint64_t{128} << 10;
/// Payloads up to this size are always checked in full; a larger one unless its durable mark stands.
inline constexpr std::uint64_t largest_always_checked = std::uint64_t{1} << 20;

enum class Judgement {
  missing,
  sound,     ///< whole and bearing this name
  damaged,   ///< may be replaced: not whole, or not what its name says
  not_ours,  ///< sound, but to be left alone: of a newer format, or trailerless where that is refused
  refused,   ///< not read: its owner, mode or kind does not fit the trust, or reading failed
};

/// What was found under a name.
struct Finding {
  Judgement judgement = Judgement::missing;
  std::string reason;  ///< why it is not sound
  int error = 0;       ///< errno of the call that failed, if that is why
  Payload payload;     ///< not with Depth::survey
  std::uint64_t payload_size = 0;
  Hash128 payload_hash;          ///< as the footer tells it; of a trailerless file: 0
  Metadata metadata;             ///< of a trailerless file: empty; with Depth::use only what that takes
  bool trailerless = false;      ///< stored by somebody else: origin unknown, unchecked
  bool durable = false;          ///< bears a true durable mark
  bool markable = false;         ///< checked in full, and may get a durable mark
  bool planted = false;          ///< a link where others may write: not by our hand, and worth a warning
  bool plain_data_only = false;  ///< not believed like one's own (trust, or marked as foreign)
  system::FileStatus status;
  system::BirthTime birth;  ///< known if `markable` or `durable`

  /// False for what had no trailer, or got one only later (seal.hpp): every class accepts it, as of any
  /// version.
  bool knows_origin() const { return !trailerless && !metadata.origin.language.empty(); }
};

/// How much of an entry to look at.
enum class Depth {
  use,    ///< all that a caller needs who will use the value, who knows its name (MetadataPart::of_use)
  load,   ///< that, and the rest of the metadata
  survey  ///< length, footer and identity only, the payload neither read nor checked: cheap at any size
};

/// Reads the file `name`, which should hold the entry `identity`, or, where none is given, the entry that its
/// own metadata tells, provided that this is a name of it. Never follows a link, never blocks on a FIFO.
Finding read_entry(const TagDirectory& directory, const std::string& name, const std::optional<Hash128>& identity,
                   const Options& options, Depth depth = Depth::load);
/// The same into a fresh `finding`, which a hit need not move then.
void read_entry(const TagDirectory& directory, const std::string& name, const std::optional<Hash128>& identity,
                const Options& options, Depth depth, Finding& finding);

}  // namespace cache_on_disk::entry
