#include "format/footer.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "text/little_endian.hpp"

namespace cache_on_disk::entry {
namespace {

constexpr std::array<unsigned char, 8> magic = {0x89, 'C', 'O', 'D', '\r', '\n', 0x1a, '\n'};

void put_hash(std::byte* place, const Hash128& hash) noexcept {
  text::put(place, hash.low);
  text::put(place + 8, hash.high);
}

Hash128 get_hash(const std::byte* place) noexcept {
  return {text::get<std::uint64_t>(place), text::get<std::uint64_t>(place + 8)};
}

/// Metadata and the footer's fields without mark and checksum, in one piece: a few hundred bytes.
Hash128 checksum(std::span<const std::byte> metadata, const std::byte* footer) {
  const std::size_t size = metadata.size() + 88 + 16;
  std::array<std::byte, 1024> small;
  std::vector<std::byte> large(size > small.size() ? size : 0);
  std::byte* const text = large.empty() ? small.data() : large.data();
  if (!metadata.empty()) std::memcpy(text, metadata.data(), metadata.size());
  std::memcpy(text + metadata.size(), footer + 8, 88);
  std::memcpy(text + metadata.size() + 88, footer + 112, 16);
  return hash_128(std::span<const std::byte>(text, size));
}

}  // namespace

FooterBytes format_footer(const Footer& footer, std::string_view metadata) {
  FooterBytes bytes{};
  std::byte* const place = bytes.data();
  text::put(place, footer.durable_mark);
  text::put(place + 8, footer.payload_size);
  text::put(place + 16, footer.metadata_size);
  text::put(place + 20, footer.flags);
  put_hash(place + 24, footer.payload_hash);
  put_hash(place + 40, footer.identity);
  text::put<std::uint32_t>(place + 112, footer_size);
  text::put(place + 116, format_version);
  std::memcpy(place + 120, magic.data(), magic.size());
  put_hash(place + 96, checksum(bytes_of(metadata), place));
  return bytes;
}

FooterState parse_footer(std::span<const std::byte> last_bytes, Footer& footer) noexcept {
  if (last_bytes.size() < 16) return FooterState::none;
  const std::byte* const end = last_bytes.data() + last_bytes.size();
  if (std::memcmp(end - 8, magic.data(), magic.size()) != 0) return FooterState::none;
  if (text::get<std::uint32_t>(end - 12) > format_version) return FooterState::newer;
  if (text::get<std::uint32_t>(end - 12) != format_version || text::get<std::uint32_t>(end - 16) != footer_size ||
      last_bytes.size() < footer_size)
    return FooterState::damaged;
  const std::byte* const place = end - footer_size;
  footer.durable_mark = text::get<std::uint64_t>(place);
  footer.payload_size = text::get<std::uint64_t>(place + 8);
  footer.metadata_size = text::get<std::uint32_t>(place + 16);
  footer.flags = text::get<std::uint32_t>(place + 20);
  footer.payload_hash = get_hash(place + 24);
  footer.identity = get_hash(place + 40);
  return FooterState::sound;
}

bool checksum_matches(std::span<const std::byte> last_bytes, std::span<const std::byte> metadata) {
  const std::byte* const place = last_bytes.data() + last_bytes.size() - footer_size;
  return get_hash(place + 96) == checksum(metadata, place);
}

}  // namespace cache_on_disk::entry
