#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "cache_on_disk/value.hpp"
#include "value/document.hpp"
#include "value/keys.hpp"
#include "value/scalars.hpp"

namespace cache_on_disk {
namespace {

using detail::Key;
using detail::Keys;

// Which containers have been taken for equal so far. Each pair that is compared joins two groups, so that no
// more pairs are looked at than there are containers, however they share and contain each other.
class Groups {
 public:
  /// False if the two were in one group already.
  bool join(const void* a, const void* b) {
    const void* first = find(a);
    const void* second = find(b);
    if (first == second) return false;
    parents_[first] = second;
    return true;
  }

 private:
  const void* find(const void* member) {
    auto at = parents_.try_emplace(member, member).first;
    while (at->second != at->first) {
      const auto parent = parents_.find(at->second);
      at->second = parent->second;  // halves the way for the next search
      at = parents_.find(at->second);
    }
    return at->first;
  }
  std::unordered_map<const void*, const void*> parents_;
};

using Pair = std::pair<ValueView, ValueView>;

bool is_set(const ValueView& value) { return value.kind() == ValueKind::set || value.kind() == ValueKind::frozenset; }

bool same_leaf(Keys& keys, const ValueView& a, const ValueView& b) {
  Key first, second;
  keys.find(a, first);
  keys.find(b, second);
  return first == second;
}

bool same_elements(const Dtype& dtype, const char* a, const char* b) {
  if (const auto number = detail::element_double(dtype, a)) return *number == *detail::element_double(dtype, b);
  if (const auto number = detail::element_complex(dtype, a)) return *number == *detail::element_complex(dtype, b);
  if (dtype.kind == npy::Kind::boolean) return (*a != 0) == (*b != 0);
  return std::memcmp(a, b, dtype.itemsize) == 0;
}

// Arrays of one dtype by their elements; of different dtypes if their elements are equal as numbers or text.
bool same_arrays(const AnyArray& a, const AnyArray& b) {
  if (!std::ranges::equal(a.shape(), b.shape())) return false;
  if (a.dtype() == b.dtype() && a.dtype().itemsize == 0) return true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char* first = reinterpret_cast<const char*>(a.element(i).data());
    const char* second = reinterpret_cast<const char*>(b.element(i).data());
    if (a.dtype() == b.dtype()) {
      if (!same_elements(a.dtype(), first, second)) return false;
      continue;
    }
    const auto a_integer = detail::element_integer(a.dtype(), first);
    const auto b_integer = detail::element_integer(b.dtype(), second);
    const auto a_text = detail::element_text(a.dtype(), first), b_text = detail::element_text(b.dtype(), second);
    if (a_integer && b_integer) {
      if (*a_integer != *b_integer) return false;
    } else if (a_text && b_text) {
      if (*a_text != *b_text) return false;
    } else {
      const auto a_number = detail::element_double(a.dtype(), first),
                 b_number = detail::element_double(b.dtype(), second);
      if (!a_number || !b_number || *a_number != *b_number) return false;
    }
  }
  return true;
}

// Leaves that hang below sets are compared by key; so the order of the items does not matter.
bool same_sets(Keys& keys, const ValueView& a, const ValueView& b) {
  if (a.size() != b.size()) return false;
  detail::KeySet known(keys, a.size());
  for (const ValueView item : a.items()) known.insert(item);
  for (const ValueView item : b.items())
    if (known.find(item) == detail::KeySet::none) return false;
  return true;
}

bool push_mappings(Keys& keys, const ValueView& a, const ValueView& b, std::vector<Pair>& pending) {
  if (a.size() != b.size()) return false;
  const bool ordered = a.kind() == ValueKind::ordered_dict && b.kind() == ValueKind::ordered_dict;
  detail::KeySet known(keys, a.size());
  for (const ValueView key : a.items())
    if (known.insert(key) != detail::KeySet::none) return false;  // keys only an unknown class puts up with
  for (std::size_t i = 0; i < b.size(); ++i) {
    const auto [key, value] = b.entry(i);
    const std::uint32_t place = known.find(key);
    if (place == detail::KeySet::none || (ordered && place != i)) return false;
    pending.emplace_back(a.entry(place).second, value);
  }
  return true;
}

bool push_items(const ValueView& a, const ValueView& b, std::vector<Pair>& pending) {
  if (a.size() != b.size()) return false;
  const ValueItems first = a.items(), second = b.items();
  for (std::size_t i = 0; i < first.size(); ++i) pending.emplace_back(first[i], second[i]);
  return true;
}

// Compares two values but for what lies in them, which it puts off.
bool same_top(Keys& keys, const ValueView& a, const ValueView& b, std::vector<Pair>& pending) {
  if (a.is_mapping() && b.is_mapping()) return push_mappings(keys, a, b, pending);
  if (is_set(a) && is_set(b)) return same_sets(keys, a, b);
  const bool bytes = a.as_bytes() && b.as_bytes();
  if (bytes) return std::ranges::equal(*a.as_bytes(), *b.as_bytes());
  if (!detail::has_record(a.kind()) && !detail::has_record(b.kind())) return same_leaf(keys, a, b);
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case ValueKind::array:
      return same_arrays(*a.as_array(), *b.as_array());
    case ValueKind::masked_array:
      pending.emplace_back(a.attribute(), b.attribute());
      return same_arrays(a.as_masked_array()->data, b.as_masked_array()->data) &&
             same_arrays(a.as_masked_array()->mask, b.as_masked_array()->mask);
    case ValueKind::object_array:
      return std::ranges::equal(a.shape(), b.shape()) && push_items(a, b, pending);
    case ValueKind::time:
    case ValueKind::datetime:
    case ValueKind::timezone:
      return same_leaf(keys, a, b);
    case ValueKind::object:
      if (a.construction() != b.construction()) return false;
      pending.emplace_back(a.callable(), b.callable());
      pending.emplace_back(a.arguments(), b.arguments());
      pending.emplace_back(a.keywords(), b.keywords());
      pending.emplace_back(a.state(), b.state());
      pending.emplace_back(a.list_items(), b.list_items());
      pending.emplace_back(a.dict_items(), b.dict_items());
      return true;
    default:
      return push_items(a, b, pending);
  }
}

}  // namespace

bool operator==(const ValueView& a, const ValueView& b) {
  Keys keys;
  Groups groups;
  std::vector<Pair> pending{{a, b}};
  while (!pending.empty()) {
    const auto [first, second] = pending.back();
    pending.pop_back();
    const bool known = detail::has_record(first.kind()) && detail::has_record(second.kind()) &&
                       !groups.join(first.identity(), second.identity());
    if (!known && !same_top(keys, first, second, pending)) return false;
  }
  return true;
}

}  // namespace cache_on_disk
