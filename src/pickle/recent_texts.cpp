#include "pickle/recent_texts.hpp"

#include <algorithm>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace cache_on_disk::pickle {

std::optional<std::uint32_t> RecentTexts::find_or_add(std::string_view text, std::uint32_t number) {
  if (text.size() > longest) return std::nullopt;
  if (slots_.size() < most && added_ * 2 >= slots_.size()) grow();
  const std::uint64_t hash = XXH3_64bits(text.data(), text.size());
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  const auto group = slots_.begin() + static_cast<std::ptrdiff_t>(hash % (slots_.size() / ways) * ways);
  for (auto slot = group; slot != group + ways; ++slot) {
    if (slot->tag == tag && slot->size == text.size() &&
        std::memcmp(slot->bytes.data(), text.data(), text.size()) == 0)
      return slot->number;
  }
  Slot& slot = choose(hash);
  slot.number = number;
  slot.tag = tag;
  slot.size = static_cast<std::uint8_t>(text.size());
  std::memcpy(slot.bytes.data(), text.data(), text.size());
  ++added_;
  return std::nullopt;
}

// A free slot, or that of the text that came first.
RecentTexts::Slot& RecentTexts::choose(std::uint64_t hash) {
  const auto group = slots_.begin() + static_cast<std::ptrdiff_t>(hash % (slots_.size() / ways) * ways);
  return *std::min_element(group, group + ways, [](const Slot& a, const Slot& b) {
    if ((a.size == no_text) != (b.size == no_text)) return a.size == no_text;
    return a.size != no_text && a.number < b.number;
  });
}

void RecentTexts::grow() {
  std::vector<Slot> old(std::max(std::size_t{16}, slots_.size() * 4), Slot{0, 0, no_text, {}});
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.size != no_text) choose(XXH3_64bits(slot.bytes.data(), slot.size)) = slot;
  }
}

}  // namespace cache_on_disk::pickle
