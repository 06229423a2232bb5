#include "value/keys.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <random>

#include "text/integers.hpp"
#include "value/document.hpp"
#include "value/scalars.hpp"

namespace cache_on_disk::detail {
namespace {

// Bytes of a key. Longer ones are looked at once, and go by a number from then on.
constexpr std::size_t longest_plain = 256;

constexpr double least_large = 9223372036854775808.0;  // 2^63

// Tags of what may be equal across types; everything else goes by its kind.
constexpr char number_tag = 'n', fraction_tag = 'f', complex_tag = 'c', text_tag = 't', bytes_tag = 'b',
               identity_tag = 'i', scalar_tag = 's', composite_tag = '(';

void set_owned(Key& key, char tag, std::string bytes) {
  key.tag = tag;
  key.owned = std::move(bytes);
  key.bytes = key.owned;
}

template <class T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

// The integer that a number equals, else its bits.
void set_double(Key& key, double value) {
  if (std::isfinite(value) && value == std::floor(value)) {
    const bool small = value >= -least_large && value < least_large;
    set_owned(key, number_tag,
              small ? text::integer_bytes(static_cast<std::int64_t>(value)) : text::integer_bytes(value));
    return;
  }
  key.unequal = std::isnan(value);
  set_owned(key, fraction_tag, bytes_of(value));
}

bool is_composite(ValueKind kind) {
  return kind == ValueKind::tuple || kind == ValueKind::frozenset || kind == ValueKind::range ||
         kind == ValueKind::time || kind == ValueKind::datetime || kind == ValueKind::timezone;
}

std::uint64_t seed() {
  static const std::uint64_t value = [] {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
  }();
  return value;
}
// Not at its first use: a fork by another thread right then would leave it half made in the child.
[[maybe_unused]] const bool seed_is_made = (static_cast<void>(seed()), true);

}  // namespace

std::uint64_t seeded_hash(std::string_view bytes) noexcept {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed());
}

void Keys::find(const ValueView& value, Key& key) {
  key.unequal = false;
  const Node& node = ValueAccess::node(value);
  const bool elsewhere = value.kind() == ValueKind::scalar || (value.kind() == ValueKind::integer && node.size() != 0);
  const Place place{elsewhere ? node.data() : value.identity(),
                    node.size() << 8 | static_cast<std::uint64_t>(value.kind())};
  const auto known = place.where != nullptr && !long_.empty() ? long_.find(place) : long_.end();
  if (known != long_.end()) return set_owned(key, known->second.tag, bytes_of(known->second.number));
  find_whole(value, key);
  if (key.bytes.size() <= longest_plain) return;
  const auto tag = static_cast<char>(key.tag | '\x80');
  const std::uint32_t number = number_of_bytes(tag + std::string(key.bytes));
  if (place.where != nullptr) long_.emplace(place, Long{tag, number});
  set_owned(key, tag, bytes_of(number));
}

void Keys::find_whole(const ValueView& value, Key& key) {
  const Node& node = ValueAccess::node(value);
  const auto own = [&](char tag) {
    key.tag = tag;
    key.bytes = {node.data(), static_cast<std::size_t>(node.size())};
  };
  switch (value.kind()) {
    case ValueKind::text:
      return own(text_tag);
    case ValueKind::bytes:
      return own(bytes_tag);
    case ValueKind::boolean:
    case ValueKind::integer:
      return set_owned(key, number_tag, *value.integer_bytes());
    case ValueKind::floating:
      return set_double(key, *value.as_double());
    case ValueKind::complex: {
      const auto number = *value.as_complex();
      if (number.imag() == 0) return set_double(key, number.real());
      set_owned(key, complex_tag, bytes_of(number.real() + 0.0) + bytes_of(number.imag() + 0.0));
      key.unequal = std::isnan(number.real()) || std::isnan(number.imag());
      return;
    }
    case ValueKind::scalar: {
      if (auto integer = value.integer_bytes()) return set_owned(key, number_tag, *std::move(integer));
      if (const auto number = value.as_double()) return set_double(key, *number);
      if (auto text = value.string())
        return set_owned(key, value.dtype()->kind == npy::Kind::text ? text_tag : bytes_tag, *std::move(text));
      return set_owned(key, scalar_tag,
                       value.dtype()->text() + '\0' + std::string(node.data(), value.dtype()->itemsize));
    }
    case ValueKind::date:
    case ValueKind::timedelta:
      return own(static_cast<char>(value.kind()));
    case ValueKind::dtype:
      return set_owned(key, static_cast<char>(value.kind()), value.dtype()->text());
    case ValueKind::global:
      return set_owned(key, static_cast<char>(value.kind()),
                       std::string(value.module()) + '\n' + std::string(value.name()));
    case ValueKind::none:
    case ValueKind::ellipsis:
    case ValueKind::not_implemented:
      key.tag = static_cast<char>(value.kind());
      key.bytes = {};
      return;
    default:
      if (is_composite(value.kind())) return set_owned(key, composite_tag, bytes_of(number_of(value)));
      return set_owned(key, identity_tag, bytes_of(value.identity()));
  }
}

std::uint32_t Keys::number_of_bytes(std::string bytes) {
  const auto next = static_cast<std::uint32_t>(numbers_.size());
  return numbers_.try_emplace(std::move(bytes), next).first->second;
}

// Numbers the composites below this one first, from a stack of its own: they may be nested deeply.
std::uint32_t Keys::number_of(const ValueView& composite) {
  std::vector<ValueView> pending{composite};
  while (!pending.empty()) {
    const ValueView value = pending.back();
    if (composites_.contains(value.identity())) {
      pending.pop_back();
      continue;
    }
    const std::size_t before = pending.size();
    const auto visit = [&](const ValueView& part) {
      if (is_composite(part.kind()) && !composites_.contains(part.identity())) pending.push_back(part);
    };
    std::vector<ValueView> parts;
    if (const auto when = value.as_datetime();
        when || value.kind() == ValueKind::time || value.kind() == ValueKind::timezone) {
      parts.push_back(value.attribute());
    } else {
      for (const ValueView part : value.items()) parts.push_back(part);
    }
    for (const ValueView& part : parts) visit(part);
    if (pending.size() != before) continue;

    std::vector<std::uint32_t> numbers;
    for (const ValueView& part : parts) {
      Key key;
      find(part, key);  // of a composite, which has its number by now, without going further down
      std::string bytes = key.tag + std::string(key.bytes);
      // A NaN equals nothing, so it gets a number of its own.
      if (key.unequal) bytes.append("#").append(std::to_string(numbers_.size()));
      numbers.push_back(number_of_bytes(std::move(bytes)));
    }
    if (value.kind() == ValueKind::frozenset) {
      std::sort(numbers.begin(), numbers.end());
      numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    }
    std::string bytes(1, static_cast<char>(value.kind()));
    bytes += '\0';
    if (auto delta = value.as_timedelta()) bytes += bytes_of(*delta);
    if (auto when = value.as_datetime()) {
      when->time.fold = false;
      bytes += bytes_of(when->date) + bytes_of(when->time.hour) + bytes_of(when->time.minute) +
               bytes_of(when->time.second) + bytes_of(when->time.microsecond);
    }
    if (auto when = value.as_time())
      bytes += bytes_of(when->hour) + bytes_of(when->minute) + bytes_of(when->second) + bytes_of(when->microsecond);
    for (const std::uint32_t number : numbers) bytes += bytes_of(number);
    composites_.emplace(value.identity(), number_of_bytes(std::move(bytes)));
    pending.pop_back();
  }
  return composites_.at(composite.identity());
}

KeySet::KeySet(Keys& keys, std::size_t most) : keys_(keys), slots_(std::bit_ceil(std::max<std::size_t>(2 * most, 8))) {
  values_.reserve(most);
}

std::uint32_t KeySet::look(const ValueView& value, bool insert) {
  Key key;
  keys_.find(value, key);
  if (key.unequal) {  // nothing equals it, so it takes no slot: many such would all want the same
    if (insert) values_.push_back(value);
    return none;
  }
  const std::uint64_t hash = key.hash();
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    const std::uint64_t content = slots_[slot];
    if (content == 0) {
      if (insert) {
        values_.push_back(value);
        slots_[slot] = (hash & ~std::uint64_t{0xffffffff}) | values_.size();
      }
      return none;
    }
    if ((content ^ hash) >> 32 != 0) continue;
    Key other;
    const auto place = static_cast<std::uint32_t>(content & 0xffffffff) - 1;
    keys_.find(values_[place], other);
    if (key == other) return place;
  }
}

}  // namespace cache_on_disk::detail
