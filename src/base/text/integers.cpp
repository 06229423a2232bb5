#include "text/integers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace cache_on_disk::text {
namespace {

constexpr std::uint64_t limb_base = 1'000'000'000;
constexpr std::size_t limb_digits = 9;
constexpr std::size_t most_decimal_bytes = 1786;  // 4300 digits

bool is_negative(std::string_view bytes) { return !bytes.empty() && (bytes.back() & 0x80) != 0; }

// The number of these bytes negated, in as many bytes: two's complement.
std::string negated(std::string_view bytes) {
  std::string result(bytes);
  unsigned carry = 1;
  for (char& byte : result) {
    const unsigned sum = (~static_cast<unsigned>(static_cast<unsigned char>(byte)) & 0xff) + carry;
    byte = static_cast<char>(sum & 0xff);
    carry = sum >> 8;
  }
  return result;
}

// Bytes of an unsigned number as two's complement of the number or its negative.
std::string with_sign(std::string magnitude, bool negative) {
  magnitude.push_back('\0');
  if (negative) magnitude = negated(magnitude);
  return std::string(shortest_integer(magnitude));
}

}  // namespace

std::string_view shortest_integer(std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const bool negative = bytes.size() > 1 && (bytes[bytes.size() - 2] & 0x80) != 0;
    const char last = bytes.back();
    const bool needless = negative ? last == '\xff' : last == 0;
    if (!needless) break;
    bytes.remove_suffix(1);
  }
  return bytes;
}

std::int64_t small_integer(std::string_view bytes) noexcept {
  std::uint64_t value = is_negative(bytes) ? ~std::uint64_t{0} : 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<std::int64_t>(value);
}

std::string integer_bytes(std::int64_t value) {
  std::string bytes;
  for (unsigned shift = 0; shift < 64; shift += 8)
    bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xff));
  return std::string(shortest_integer(bytes));
}

std::string integer_bytes(double whole) {
  int exponent = 0;
  const double fraction = std::frexp(std::abs(whole), &exponent);
  if (exponent <= 0) return {};
  auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
  int shift = exponent - 53;
  if (shift < 0) {
    mantissa >>= static_cast<unsigned>(-shift);
    shift = 0;
  }
  std::string magnitude(static_cast<std::size_t>(shift) / 8, '\0');
  const auto bits = static_cast<unsigned>(shift) % 8;
  std::uint64_t carry = mantissa << bits;  // 53 + 7 bits fit
  for (; carry != 0; carry >>= 8) magnitude.push_back(static_cast<char>(carry & 0xff));
  return with_sign(std::move(magnitude), whole < 0);
}

std::string integer_from_digits(std::string_view digits, bool negative) {
  std::vector<std::uint32_t> limbs;
  while (!digits.empty()) {
    const std::size_t count = std::min(limb_digits, digits.size());
    std::uint64_t scale = 1;
    std::uint64_t carry = 0;
    for (const char digit : digits.substr(0, count)) {
      carry = carry * 10 + static_cast<std::uint64_t>(digit - '0');
      scale *= 10;
    }
    digits.remove_prefix(count);
    for (std::uint32_t& limb : limbs) {
      carry += scale * limb;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
  }
  std::string magnitude;
  for (const std::uint32_t limb : limbs)
    for (unsigned shift = 0; shift < 32; shift += 8) magnitude.push_back(static_cast<char>(limb >> shift & 0xff));
  return with_sign(std::move(magnitude), negative);
}

std::string integer_text(std::string_view bytes) {
  if (bytes.size() <= 8) return fmt::format("{}", small_integer(bytes));
  const bool negative = is_negative(bytes);
  std::string magnitude = negative ? negated(bytes) : std::string(bytes);
  while (magnitude.size() % 4 != 0) magnitude.push_back('\0');  // a negated -2^(8n-1) is not a negative number here
  std::string text = negative ? "-" : "";
  if (bytes.size() > most_decimal_bytes) {
    text += "0x";
    bool leading = true;
    for (std::size_t i = magnitude.size(); i-- > 0;) {
      if (leading && magnitude[i] == 0) continue;
      text += fmt::format("{:0{}x}", static_cast<unsigned char>(magnitude[i]), leading ? 1 : 2);
      leading = false;
    }
    return text;
  }
  std::vector<std::uint32_t> limbs(magnitude.size() / 4);
  for (std::size_t i = 0; i < magnitude.size(); ++i)
    limbs[i / 4] |= static_cast<std::uint32_t>(static_cast<unsigned char>(magnitude[i])) << (8 * (i % 4));
  std::vector<std::uint32_t> groups;
  while (!limbs.empty()) {
    std::uint64_t rest = 0;
    for (std::size_t i = limbs.size(); i-- > 0;) {
      rest = rest << 32 | limbs[i];
      limbs[i] = static_cast<std::uint32_t>(rest / limb_base);
      rest %= limb_base;
    }
    while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
    groups.push_back(static_cast<std::uint32_t>(rest));
  }
  text += fmt::format("{}", groups.back());
  for (std::size_t i = groups.size() - 1; i-- > 0;) text += fmt::format("{:09}", groups[i]);
  return text;
}

}  // namespace cache_on_disk::text
