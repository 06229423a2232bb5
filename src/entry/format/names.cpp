#include "format/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "text/little_endian.hpp"
#include "text/printable.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::entry {
namespace {

constexpr std::string_view extension = ".npy";
constexpr std::size_t beside_length = 9;  // "~" and eight digits

constexpr std::size_t longest_tag_path = 2000;  // with a tmpdir before and a name behind it, a path the kernel takes

/// As programming languages write it: "'\n' (0x0a)".
std::string control_name(unsigned char c) {
  constexpr std::string_view with_letter = "\a\b\t\n\v\f\r";
  constexpr std::string_view letters = "abtnvfr";
  const auto place = with_letter.find(static_cast<char>(c));
  if (place == std::string_view::npos) return fmt::format("0x{:02x}", c);
  return fmt::format("'\\{}' (0x{:02x})", letters[place], c);
}

constexpr bool is_control(unsigned char c) noexcept { return c < 0x20 || c == 0x7f; }

/// The characters of one byte that names keep as they are.
constexpr auto is_plain_ascii = [] {
  std::array<bool, 256> plain{};
  for (unsigned char c = 0; c < 0x80; ++c) plain[c] = !is_control(c) && c != '/' && c != '\'' && c != '%';
  return plain;
}();

}  // namespace

std::string component_objection(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name == "..") return "would lead out of the directory";
  if (name.front() == '.') return "begins with a dot, which is kept for the cache's own files";
  if (name.size() > longest_name) return fmt::format("is longer than {} bytes", longest_name);
  std::size_t place = 0;
  for (std::string_view rest = name; !rest.empty(); ++place) {
    const std::size_t length = text::character_length(rest);
    const auto first = static_cast<unsigned char>(rest.front());
    if (length == 0)
      return fmt::format("is not valid UTF-8: its character {} begins with the byte 0x{:02x}", place + 1, first);
    if (is_control(first))
      return fmt::format("has a control character, {}, at place {}", control_name(first), place + 1);
    if (first == '/') return "contains '/'";
    rest.remove_prefix(length);
  }
  return {};
}

std::string_view take_component(std::string_view& path) noexcept {
  const std::string_view component = path.substr(0, path.find('/'));
  path.remove_prefix(component.size());
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
  return component;
}

std::string tag_path(std::string_view prefix, std::string_view tag) {
  const auto refuse = [&](std::string_view why) {
    throw std::invalid_argument(fmt::format("cache_on_disk: the tag '{}' with prefix '{}' {}", text::printable(tag),
                                            text::printable(prefix), why));
  };
  if (tag.empty()) refuse("is empty, as a variable that is not set gives it: a tag names a dataset");
  if (tag.find_first_not_of('/') == std::string_view::npos) refuse("is nothing but '/': a tag names a dataset");
  for (std::string_view rest = tag; !rest.empty();)
    if (take_component(rest) == "..") refuse("leads out of the directory by '..'");
  const std::string joined = std::string(prefix) + std::string(tag);
  std::string_view rest = joined;
  rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
  std::string path;
  while (!rest.empty()) {
    const std::string_view component = take_component(rest);
    if (const std::string why = component_objection(component); !why.empty())
      refuse(component.size() == joined.size()
                 ? why
                 : fmt::format("cannot name a directory: its part '{}' {}", text::printable(component), why));
    if (!path.empty()) path += '/';
    path += component;
  }
  if (path.size() > longest_tag_path) refuse(fmt::format("is longer than {} bytes", longest_tag_path));
  return path;
}

bool is_tag_path(std::string_view path) {
  if (path.empty() || path.size() > longest_tag_path || path.back() == '/') return false;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (!component_objection(path.substr(begin, end - begin)).empty()) return false;
    begin = end + 1;
  }
  return true;
}

std::string encode_text(std::string_view text, std::string_view also) {
  std::string encoded;
  encoded.reserve(text.size());
  append_encoded(encoded, text, also, {});
  return encoded;
}

void append_encoded(std::string& encoded, std::string_view text, std::string_view also, std::string_view but) {
  const auto is_in = [](std::string_view set, char c) { return set.find(c) != std::string_view::npos; };
  const auto stays = [&](char c) {
    const bool usual = is_plain_ascii[static_cast<unsigned char>(c)] || (!but.empty() && is_in(but, c));
    return usual && (also.empty() || !is_in(also, c));
  };
  while (!text.empty()) {
    // Of nearly every text that is all: character by character it took a tenth of the time in which a small value is stored.
    const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(text, stays) - text.begin());
    encoded += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80 ? 0 : text::character_length(text);
    if (length > 0 && !is_in(also, text.front()))
      encoded += text.substr(0, length);
    else
      encoded += fmt::format("%{:02X}", first);
    text.remove_prefix(std::max(length, std::size_t{1}));
  }
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
  while (kept > 0 && (static_cast<unsigned char>(stem[kept]) & 0xC0) == 0x80) --kept;  // not within a character
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

Hash128 identity(std::string_view tag_path, std::string_view stem) {
  std::string text;
  text.reserve(16 + tag_path.size() + stem.size());
  text::append_sized(text, tag_path);
  text::append_sized(text, stem);
  return hash_128(text);
}

}  // namespace cache_on_disk::entry
