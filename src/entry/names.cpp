#include "entry/names.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "entry/little_endian.hpp"

namespace cache_on_disk::entry {
namespace {

constexpr std::string_view extension = ".npy";
constexpr std::size_t beside_length = 9;  // "~" and eight digits

bool is_control(unsigned char c) noexcept { return c < 0x20 || c == 0x7f; }

/// The length of the UTF-8 sequence at the start of `text`, or 0 if there is none (RFC 3629).
std::size_t sequence_length(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (at(i) & 0xC0) == 0x80; };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !follows(1)) return 0;
  if (first < 0xE0) return 2;
  const unsigned second = at(1);
  if (!follows(2)) return 0;
  if (first < 0xF0) return (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ? 0 : 3;
  if (!follows(3)) return 0;
  return (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F) ? 0 : 4;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void check_tag(std::string_view prefix, std::string_view tag) {
  const std::string name = std::string(prefix) + std::string(tag);
  const auto refuse = [&](std::string_view why) {
    throw std::invalid_argument(fmt::format("cache_on_disk: the tag '{}' with prefix '{}' {}",
                                            encode_text(tag), encode_text(prefix), why));
  };
  if (name.empty()) refuse("is empty: a tag names a directory");
  if (name.front() == '.') refuse("begins with a dot, which is kept for the cache's own files");
  if (name.size() > longest_name) refuse(fmt::format("is longer than {} bytes", longest_name));
  if (name.find('/') != std::string::npos) refuse("contains '/': a tag names one directory, not a path");
  for (const char c : name)
    if (is_control(static_cast<unsigned char>(c))) refuse("contains a control character");
  if (!is_utf8(name)) refuse("is no valid UTF-8");
}

std::string encode_text(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    const bool plain = length > 0 && !is_control(first) && first != '/' && first != '\'' && first != '%';
    if (plain)
      encoded += text.substr(0, length);
    else
      encoded += fmt::format("%{:02X}", first);
    text.remove_prefix(plain ? length : 1);
  }
  return encoded;
}

std::string shortened(std::string_view stem) {
  constexpr std::size_t room = longest_name - extension.size() - beside_length;
  if (stem.size() <= room) {
    std::string name;
    name.reserve(stem.size() + extension.size());  // for plain_file: one allocation
    name.append(stem);
    return name;
  }
  std::size_t kept = room - 33;
  while (kept > 0 && (static_cast<unsigned char>(stem[kept]) & 0xC0) == 0x80)
    --kept;  // not within a character
  return fmt::format("{}#{}", stem.substr(0, kept), hex(hash_128(stem)));
}

std::string plain_file(std::string_view stem) {
  std::string name = shortened(stem);
  name.append(extension);
  return name;
}

std::string beside_file(std::string_view stem, std::uint32_t origin_hash) {
  return fmt::format("{}~{:08x}{}", shortened(stem), origin_hash, extension);
}

bool is_file_of(std::string_view stem, std::string_view name) {
  const std::string begin = shortened(stem);
  if (!name.starts_with(begin) || !name.ends_with(extension)) return false;
  if (name.size() < begin.size() + extension.size()) return false;
  const std::string_view between = name.substr(begin.size(), name.size() - begin.size() - extension.size());
  return between.empty() || (between.size() == beside_length && between.front() == '~' &&
                             between.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos);
}

Hash128 identity(std::string_view directory_name, std::string_view stem) {
  std::string text;
  text.reserve(16 + directory_name.size() + stem.size());
  append_sized(text, directory_name);
  append_sized(text, stem);
  return hash_128(text);
}

}  // namespace cache_on_disk::entry
