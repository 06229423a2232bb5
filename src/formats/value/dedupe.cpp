#include "value/dedupe.hpp"

#include <cstring>

namespace cache_on_disk::detail {
namespace {

constexpr std::size_t few = 12;
constexpr std::size_t longest = 256;

bool same_text(const Node& a, const Node& b) {
  return a.size() == b.size() && (a.data() == b.data() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

// A handful of keys that are all short text, as in most dicts: comparing each with each is faster than hashing.
bool is_few_different_texts(std::span<const Node> nodes, std::size_t step) {
  if (nodes.size() / step > few) return false;
  for (std::size_t i = 0; i < nodes.size(); i += step) {
    if (nodes[i].kind() != ValueKind::text || nodes[i].size() > longest) return false;
    for (std::size_t j = 0; j < i; j += step)
      if (same_text(nodes[i], nodes[j])) return false;
  }
  return true;
}

}  // namespace

void remove_repeated(Document& document, std::uint32_t number, Keys& keys) {
  Record& record = document.records[number];
  const std::size_t step = is_mapping_kind(record.kind) ? 2 : 1;
  const std::span<Node> nodes = document.children(record);
  if (nodes.size() <= step || is_few_different_texts(nodes, step)) return;

  KeySet seen(keys, nodes.size() / step);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < nodes.size(); i += step) {
    const std::uint32_t place = seen.insert(ValueAccess::view(&document, nodes[i]));
    if (place == KeySet::none) {
      std::copy_n(nodes.data() + i, step, nodes.data() + kept);
      kept += step;
    } else if (step == 2) {
      nodes[place * 2 + 1] = nodes[i + 1];
    }
  }
  record.size = static_cast<std::uint32_t>(kept);
}

}  // namespace cache_on_disk::detail
