#include "format/tag_files.hpp"

#include <algorithm>

#include "format/names.hpp"

namespace cache_on_disk::entry {
namespace {

constexpr std::string_view extension = ".npy";

bool ends_in_hash(std::string_view text, char sign, std::size_t digits) {
  if (text.size() <= digits || text[text.size() - digits - 1] != sign) return false;
  return std::ranges::all_of(text.substr(text.size() - digits),
                             [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

FileRole role_of(std::string_view name) noexcept {
  if (name.starts_with(temporary_prefix)) return FileRole::temporary;
  if (name == lock_file_name) return FileRole::lock;
  if (name == cachedir_tag_name) return FileRole::cachedir_tag;
  return name.size() > extension.size() && name.ends_with(extension) && !name.starts_with('.') ? FileRole::entry
                                                                                               : FileRole::foreign;
}

std::optional<std::string> stem_of(std::string_view name) {
  if (role_of(name) != FileRole::entry) return std::nullopt;
  name.remove_suffix(extension.size());
  if (ends_in_hash(name, '~', 8) || ends_in_hash(name, '#', 32)) return std::nullopt;
  return std::string(name);
}

std::string_view without_arguments(std::string_view stem) noexcept {
  // Text in keys holds no quote: names have it percent-encoded.
  bool in_text = false;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < stem.size(); ++i) {
    if (stem[i] == '\'') in_text = !in_text;
    if (in_text) continue;
    if (stem[i] == '[') ++depth;
    if (stem[i] == ']' && depth > 0) --depth;
    if (stem[i] == '(' && depth == 0) return stem.substr(0, i);
  }
  return stem;
}

bool has_form_of_entry(std::string_view name) {
  if (role_of(name) != FileRole::entry) return false;
  name.remove_suffix(extension.size());
  name = without_arguments(name);
  // Dots within the keys of an instance name only add to the two that there must be.
  const auto last = name.rfind('.');
  if (last == std::string_view::npos || last == 0 || last + 1 == name.size()) return false;
  const auto second = name.rfind('.', last - 1);
  return second != std::string_view::npos && second > 0 && second + 1 < last;
}

}  // namespace cache_on_disk::entry
