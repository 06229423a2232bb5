#include "preview.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cache_on_disk/repr.hpp"
#include "text.hpp"
#include "text/printable.hpp"

namespace cache_on_disk::tool {
namespace {

/// repr, with its line breaks (those of arrays) but no other control characters.
std::string safe_repr(const ValueView& value, std::size_t most) {
  const std::string text = repr(value, {.max_size = most});
  std::string safe;
  for (std::size_t start = 0;;) {
    const auto end = text.find('\n', start);
    safe += text::printable(std::string_view(text).substr(start, end - start));
    if (end == std::string::npos) return safe;
    safe += '\n';
    start = end + 1;
  }
}

/// The brackets of a container that can be opened; empty for everything else.
std::string_view brackets(const ValueView& value) {
  if (value.is_mapping()) return "{}";
  switch (value.kind()) {
    case ValueKind::list:
      return "[]";
    case ValueKind::tuple:
      return "()";
    case ValueKind::set:
      return "{}";
    default:
      return {};
  }
}

/// Recursion goes no deeper than `limits.depth`.
void append(std::string& text, const ValueView& value, const PreviewLimits& limits, std::size_t depth,
            std::size_t indent) {
  const std::string line = safe_repr(value, limits.characters);
  const std::string_view around = brackets(value);
  const bool fits = line.size() + indent <= limits.width && line.find('\n') == std::string::npos;
  if (fits || around.empty() || value.empty()) {
    const std::string margin(indent, ' ');
    for (const char c : line) {
      text += c;
      if (c == '\n') text += margin;
    }
    return;
  }
  if (depth == 0) {
    text += fmt::format("<{}>", describe(value));
    return;
  }
  const std::string margin(indent + 2, ' ');
  if (value.is_mapping() && value.kind() != ValueKind::dict) text += fmt::format("{}(", type_name(value.kind()));
  text += fmt::format("{}\n", around.front());
  for (std::size_t i = 0; i < std::min(value.size(), limits.items); ++i) {
    text += margin;
    if (value.is_mapping()) {
      const auto [key, mapped] = value.entry(i);
      text += safe_repr(key, limits.characters) + ": ";
      append(text, mapped, limits, depth - 1, indent + 2);
    } else {
      append(text, value.item(i), limits, depth - 1, indent + 2);
    }
    text += ",\n";
  }
  if (value.size() > limits.items) text += fmt::format("{}... {} more\n", margin, value.size() - limits.items);
  text += std::string(indent, ' ') + around.back();
  if (value.is_mapping() && value.kind() != ValueKind::dict) text += ')';
}

}  // namespace

std::string preview(const ValueView& value, const PreviewLimits& limits) {
  std::string text;
  append(text, value, limits, limits.depth, 0);
  return text;
}

}  // namespace cache_on_disk::tool
