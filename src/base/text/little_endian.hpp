// Little-endian numbers in byte strings, whatever the machine's own order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cache_on_disk::text {

template <class Unsigned>
void put(std::byte* place, Unsigned value) noexcept {
  for (std::size_t i = 0; i < sizeof value; ++i) place[i] = static_cast<std::byte>(value >> (8 * i) & 0xFF);
}

template <class Unsigned>
Unsigned get(const std::byte* place) noexcept {
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value = static_cast<Unsigned>(value | static_cast<Unsigned>(std::to_integer<Unsigned>(place[i]) << (8 * i)));
  return value;
}

/// Appends the text with its length before it (64 bits), so that no two lists of texts run together.
inline void append_sized(std::string& to, std::string_view text) {
  std::byte length[8];
  put<std::uint64_t>(length, text.size());
  to.append(reinterpret_cast<const char*>(length), sizeof length);
  to.append(text);
}

}  // namespace cache_on_disk::text
