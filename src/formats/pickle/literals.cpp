#include "pickle/literals.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

#include "text/integers.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::pickle {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// All of `text` as an unsigned number.
std::optional<std::uint64_t> parse_unsigned(std::string_view text, int base) {
  std::uint64_t result = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, result, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return result;
}

// Takes up to `most` digits of an octal escape away from the text.
char take_octal(std::string_view& text, std::size_t most) {
  unsigned value = 0;
  for (std::size_t i = 0; i < most && !text.empty() && text[0] >= '0' && text[0] <= '7'; ++i) {
    value = value * 8 + static_cast<unsigned>(text[0] - '0');
    text.remove_prefix(1);
  }
  return static_cast<char>(value & 0xff);
}

// Of a decimal number that no double holds: whether it is next to zero, and not endless.
bool is_tiny(std::string_view text) {
  text.remove_prefix(text.starts_with('-') ? 1 : 0);
  const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
  const std::string_view digits = text.substr(0, mark);
  std::string_view exponent = text.substr(std::min(mark + 1, text.size()));
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  long long order = 0;  // of the first digit that counts, as a power of ten
  const auto [stop, error] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), order);
  if (error == std::errc::result_out_of_range) return exponent.starts_with('-');
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::size_t first = digits.find_first_of("123456789");
  return order + static_cast<long long>(point) < static_cast<long long>(first);
}

}  // namespace

std::optional<std::string> parse_int(std::string_view text, std::size_t most_digits, LongSuffix suffix) {
  if (suffix == LongSuffix::drop && text.ends_with('L')) text.remove_suffix(1);
  text = trim(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > most_digits || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  return cache_on_disk::text::integer_from_digits(text, negative);
}

std::optional<double> parse_float(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double result = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, result);
  // from_chars takes nan(...) too, which Python does not.
  if (stop != end || text.ends_with(')')) return std::nullopt;
  if (error == std::errc::result_out_of_range && is_tiny(text)) return text.starts_with('-') ? -0.0 : 0.0;
  if (error != std::errc()) return std::nullopt;
  return result;
}

std::optional<std::string> parse_unicode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t digits = text.starts_with("\\u") ? 4 : text.starts_with("\\U") ? 8 : 0;
    if (digits > 0) {
      const std::string_view hex = text.substr(2, digits);
      const auto code_point = hex.size() == digits ? parse_unsigned(hex, 16) : std::nullopt;
      if (!code_point || *code_point > text::max_code_point) return std::nullopt;
      text::append_utf8(result, static_cast<char32_t>(*code_point));
      text.remove_prefix(2 + digits);
      continue;
    }
    // A backslash in front of anything else stands for itself and shields what follows it.
    const std::size_t plain = text[0] == '\\' ? std::min<std::size_t>(2, text.size()) : 1;
    for (const char c : text.substr(0, plain)) text::append_utf8(result, static_cast<unsigned char>(c));
    text.remove_prefix(plain);
  }
  return result;
}

std::optional<std::string> parse_quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != text.back() || (text.front() != '\'' && text.front() != '"'))
    return std::nullopt;
  text = text.substr(1, text.size() - 2);

  constexpr std::string_view letters = "\\'\"abfnrtv";
  constexpr std::string_view meanings = "\\'\"\a\b\f\n\r\t\v";
  std::string result;
  while (!text.empty()) {
    const char c = text[0];
    text.remove_prefix(1);
    if (c != '\\') {
      result.push_back(c);
      continue;
    }
    if (text.empty()) return std::nullopt;
    if (const std::size_t letter = letters.find(text[0]); letter != std::string_view::npos) {
      result.push_back(meanings[letter]);
      text.remove_prefix(1);
    } else if (text[0] == 'x') {
      const auto value = text.size() >= 3 ? parse_unsigned(text.substr(1, 2), 16) : std::nullopt;
      if (!value) return std::nullopt;
      result.push_back(static_cast<char>(*value));
      text.remove_prefix(3);
    } else if (text[0] >= '0' && text[0] <= '7') {
      result.push_back(take_octal(text, 3));
    } else {
      result.push_back('\\');  // an escape that Python does not know stands for itself
    }
  }
  return result;
}

double binary_float(std::string_view bytes) noexcept {
  std::uint64_t bits = 0;
  for (const char c : bytes) bits = bits << 8 | static_cast<unsigned char>(c);
  return std::bit_cast<double>(bits);
}

}  // namespace cache_on_disk::pickle
