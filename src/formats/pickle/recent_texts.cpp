#include "pickle/recent_texts.hpp"

#include <algorithm>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace cache_on_disk::pickle {
namespace {

std::uint64_t hash_of(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32) | 1; }

}  // namespace

std::optional<std::uint32_t> RecentTexts::find_or_add(std::string_view text, std::uint32_t number) {
  if (text.size() > longest) return std::nullopt;
  if (groups_.size() < most_groups && added_ >= groups_.size()) grow();
  const std::uint64_t hash = hash_of(text);
  const std::uint32_t tag = tag_of(hash);
  const std::size_t group = hash % groups_.size();
  for (std::size_t way = 0; way < ways; ++way) {
    if (groups_[group].tags[way] != tag) continue;
    const Text& known = texts_[group * ways + way];
    if (known.size == text.size() && std::memcmp(known.bytes.data(), text.data(), text.size()) == 0)
      return known.number;
  }
  Text& added = add(hash);
  added.number = number;
  added.size = static_cast<std::uint8_t>(text.size());
  std::memcpy(added.bytes.data(), text.data(), text.size());
  ++added_;
  return std::nullopt;
}

// In a full group, the oldest text makes room.
RecentTexts::Text& RecentTexts::add(std::uint64_t hash) {
  const std::size_t index = hash % groups_.size();
  Group& group = groups_[index];
  const std::size_t way = group.next++ % ways;
  group.tags[way] = tag_of(hash);
  return texts_[index * ways + way];
}

void RecentTexts::grow() {
  const std::vector<Group> old_groups = std::move(groups_);
  const std::vector<Text> old_texts = std::move(texts_);
  const std::size_t size = std::max(first_groups, old_groups.size() * 4);
  groups_ = std::vector<Group>(size);
  texts_ = std::vector<Text>(size * ways);
  for (std::size_t i = 0; i < old_texts.size(); ++i) {
    if (old_groups[i / ways].tags[i % ways] == 0) continue;
    add(hash_of({old_texts[i].bytes.data(), old_texts[i].size})) = old_texts[i];
  }
}

}  // namespace cache_on_disk::pickle
