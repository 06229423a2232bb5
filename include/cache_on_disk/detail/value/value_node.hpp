// The kinds of values, and the sixteen bytes that each takes in a document: the inside of value.hpp.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace cache_on_disk {

/// What a value is, as Python's type.
enum class ValueKind : std::uint8_t {
  none,
  boolean,
  integer,
  floating,
  complex,
  text,  ///< str
  bytes,
  bytearray,
  list,
  tuple,
  set,
  frozenset,
  deque,
  dict,
  ordered_dict,
  default_dict,
  counter,
  range,
  slice,
  ellipsis,
  not_implemented,
  date,
  time,
  datetime,
  timedelta,
  timezone,
  array,         ///< numpy.ndarray of anything but Python objects
  object_array,  ///< numpy.ndarray of Python objects
  masked_array,
  scalar,  ///< numpy.float64(1.5), numpy.datetime64, numpy.void, ...
  dtype,
  global,  ///< a class or function, by module and name
  object,  ///< an inert object
};

namespace detail {

class Document;
struct ValueAccess;

/// Not a value but a way to one of another document.
inline constexpr ValueKind link_kind{0xff};

/// One value. What fits lies inside; the rest is text elsewhere (a pointer and a size), or a number that
/// means something in the document.
class Node {
 public:
  constexpr Node() noexcept = default;
  /// `size`: at most 48 bits.
  constexpr Node(ValueKind kind, std::uint64_t size, std::uint64_t word) noexcept
      : head_(size << 16 | static_cast<std::uint64_t>(kind)), word_(word) {}

  static Node text(ValueKind kind, const char* data, std::size_t size) noexcept {
    return {kind, size, reinterpret_cast<std::uintptr_t>(data)};
  }
  static constexpr Node integer(std::int64_t value) noexcept {
    return {ValueKind::integer, 0, static_cast<std::uint64_t>(value)};
  }
  static constexpr Node floating(double value) noexcept {
    return {ValueKind::floating, 0, std::bit_cast<std::uint64_t>(value)};
  }

  constexpr ValueKind kind() const noexcept { return static_cast<ValueKind>(head_ & 0xff); }
  constexpr bool is_none() const noexcept { return kind() == ValueKind::none; }
  constexpr void set_kind(ValueKind kind) noexcept {
    head_ = (head_ & ~std::uint64_t{0xff}) | static_cast<std::uint64_t>(kind);
  }
  /// Bytes of a text; of an int 0 if it lies inside, else its bytes of two's complement.
  constexpr std::uint64_t size() const noexcept { return head_ >> 16; }
  constexpr std::uint64_t word() const noexcept { return word_; }
  const char* data() const noexcept { return reinterpret_cast<const char*>(word_); }
  constexpr std::uint8_t flag() const noexcept { return static_cast<std::uint8_t>(head_ >> 8 & 0xff); }
  constexpr void set_flag(std::uint8_t flag) noexcept {
    head_ = (head_ & ~std::uint64_t{0xff00}) | std::uint64_t{flag} << 8;
  }

 private:
  std::uint64_t head_ = 0;  // kind, flag, size
  std::uint64_t word_ = 0;
};
static_assert(sizeof(Node) == 16);

}  // namespace detail
}  // namespace cache_on_disk
