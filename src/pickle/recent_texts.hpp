// Which short texts a pickle has already, so that it need not repeat them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cache_on_disk::pickle {

/// Remembers the last thousand different texts, more or less, under numbers. What it remembers depends on
/// nothing but the texts it was given. Its memory is bounded, however many they are: 64 KiB.
class RecentTexts {
 public:
  /// Longer ones are not remembered: they rarely repeat.
  static constexpr std::size_t longest = 55;

  /// The number of a remembered text. Otherwise nothing, and the text is remembered under `number`.
  std::optional<std::uint32_t> find_or_add(std::string_view text, std::uint32_t number);

 private:
  // A cache line.
  struct Slot {
    std::uint32_t number;
    std::uint32_t tag;
    std::uint8_t size;
    std::array<char, longest> bytes;
  };
  static constexpr std::uint8_t no_text = 255;
  static constexpr std::size_t most = 1024;
  static constexpr std::size_t ways = 4;  // slots in which a text may be

  Slot& choose(std::uint64_t hash);
  void grow();

  std::vector<Slot> slots_;
  std::size_t added_ = 0;
};

}  // namespace cache_on_disk::pickle
