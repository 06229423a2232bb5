// Which short texts a pickle has already, so that it need not repeat them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cache_on_disk::pickle {

/// Remembers the last thousand different texts, more or less, under numbers. What it remembers depends on
/// nothing but the texts it was given. Its memory is bounded, however many they are: 80 KiB.
class RecentTexts {
 public:
  /// Longer ones are not remembered: they rarely repeat.
  static constexpr std::size_t longest = 55;

  /// The number of a remembered text. Otherwise nothing, and the text is remembered under `number`.
  std::optional<std::uint32_t> find_or_add(std::string_view text, std::uint32_t number);

 private:
  static constexpr std::size_t first_groups = 16;
  static constexpr std::size_t most_groups = 256;
  static constexpr std::size_t ways = 4;  // texts in a group

  struct Text {
    std::uint32_t number = 0;
    std::uint8_t size = 0;
    std::array<char, longest> bytes{};
  };
  /// Looking for a text touches this, and a Text only if it is most likely the one.
  struct Group {
    std::array<std::uint32_t, ways> tags{};  // of the hash, never 0; 0 where there is no text
    std::uint32_t next = 0;                  // where the next one goes
  };

  Text& add(std::uint64_t hash);
  void grow();

  std::vector<Group> groups_;
  std::vector<Text> texts_;  // `ways` for each group
  std::size_t added_ = 0;
};

}  // namespace cache_on_disk::pickle
