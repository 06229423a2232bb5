// The last 128 bytes of an entry. All numbers are little-endian.
//
//   offset  size  what
//        0     8  durable mark, 0 while there is none; the one field that is written later, outside the checksum
//        8     8  length of the payload
//       16     4  length of the metadata
//       20     4  flags, 0
//       24    16  XXH3-128 of the payload (low half first)
//       40    16  identity: XXH3-128 of directory name and stem
//       56    40  reserved, 0
//       96    16  XXH3-128 of the metadata followed by bytes 8..95 and 112..127 of the footer
//      112     4  length of the footer, 128
//      116     4  format version, 1
//      120     8  magic: 89 43 4F 44 0D 0A 1A 0A ("\x89COD\r\n\x1a\n")
//
// Length, version and magic stay where they are, counted from the end, in every later version.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "format/hash.hpp"

namespace cache_on_disk::entry {

inline constexpr std::size_t footer_size = 128;
inline constexpr std::uint32_t format_version = 1;
using FooterBytes = std::array<std::byte, footer_size>;

struct Footer {
  std::uint64_t durable_mark = 0;
  std::uint64_t payload_size = 0;
  std::uint32_t metadata_size = 0;
  std::uint32_t flags = 0;
  Hash128 payload_hash;
  Hash128 identity;
};

FooterBytes format_footer(const Footer& footer, std::string_view metadata);

enum class FooterState {
  none,     ///< the bytes end in no footer
  newer,    ///< of a format version we do not know
  damaged,  ///< a footer that is not whole
  sound
};

/// Looks at the last 128 bytes of a file (fewer: `none`). `footer` is filled if the state is `sound`, which says
/// nothing yet about the metadata's and the footer's checksum: see checksum_matches().
FooterState parse_footer(std::span<const std::byte> last_bytes, Footer& footer) noexcept;

/// Checks the checksum over metadata and footer.
bool checksum_matches(std::span<const std::byte> last_bytes, std::span<const std::byte> metadata);

}  // namespace cache_on_disk::entry
