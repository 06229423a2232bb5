#include "entry/metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "entry/names.hpp"

namespace cache_on_disk::entry {
namespace {

constexpr std::string_view opening = "\ncache-on-disk entry\n";

/// encode_text, with the quotes left alone: values stand to the end of their line.
std::string encode_value(std::string_view text) {
  std::string encoded;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool special = i < text.size() && (text[i] == '/' || text[i] == '\'');
    if (i < text.size() && !special) continue;
    encoded += encode_text(text.substr(start, i - start));
    if (special) encoded += text[i];
    start = i + 1;
  }
  return encoded;
}

std::string decode_value(std::string_view value) {
  if (value.find('%') == std::string_view::npos) return std::string(value);
  std::string text;
  text.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    unsigned code = 0;
    if (value[i] == '%' && i + 2 < value.size() &&
        std::from_chars(value.data() + i + 1, value.data() + i + 3, code, 16).ptr == value.data() + i + 3) {
      text += static_cast<char>(code);
      i += 2;
    } else {
      text += value[i];
    }
  }
  return text;
}

template <class Number>
void parse_number(std::string_view value, Number& number) {
  Number parsed{};
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (error == std::errc() && end == value.data() + value.size()) number = parsed;
}

/// A key, and how its value is read.
struct Key {
  std::string_view name;
  void (*read)(std::string_view value, Metadata& metadata);
};
constexpr std::array known_keys = {
    Key{"language", [](std::string_view value, Metadata& m) { m.origin.language = decode_value(value); }},
    Key{"module", [](std::string_view value, Metadata& m) { m.origin.module = decode_value(value); }},
    Key{"class", [](std::string_view value, Metadata& m) { m.origin.object_class = decode_value(value); }},
    Key{"function", [](std::string_view value, Metadata& m) { m.origin.function = decode_value(value); }},
    Key{"version", [](std::string_view value, Metadata& m) { parse_number(value, m.origin.version); }},
    Key{"type",
        [](std::string_view value, Metadata& m) { m.origin.type = parse_stored_type(decode_value(value)); }},
    Key{"directory", [](std::string_view value, Metadata& m) { m.directory = decode_value(value); }},
    Key{"name", [](std::string_view value, Metadata& m) { m.stem = decode_value(value); }},
    Key{"created", [](std::string_view value, Metadata& m) { parse_number(value, m.created); }},
    Key{"seconds", [](std::string_view value, Metadata& m) { parse_number(value, m.seconds); }},
    Key{"writer", [](std::string_view value, Metadata& m) { m.writer = decode_value(value); }},
    Key{"arguments", [](std::string_view value, Metadata& m) { m.arguments = decode_value(value); }},
    Key{"foreign", [](std::string_view value, Metadata& m) { m.foreign = value == "yes"; }},
};

}  // namespace

std::string format_metadata(const Metadata& metadata, std::size_t footer_size) {
  std::string text(opening);
  text.reserve(512);
  const auto line = [&](std::string_view key, std::string_view value) {
    text.append(key).append(": ").append(value).append("\n");
  };
  const auto text_line = [&](std::string_view key, std::string_view value) {
    line(key, encode_value(value));
  };
  const Origin& origin = metadata.origin;
  text_line("language", origin.language);
  text_line("module", origin.module);
  text_line("class", origin.object_class);
  text_line("function", origin.function);
  line("version", fmt::format_int(origin.version).str());
  text_line("type", origin.type.text());
  text_line("directory", metadata.directory);
  text_line("name", metadata.stem);
  line("created", fmt::format_int(metadata.created).str());
  line("seconds", fmt::format("{}", metadata.seconds));
  text_line("writer", metadata.writer);
  if (!metadata.arguments.empty()) text_line("arguments", metadata.arguments);
  if (metadata.foreign) line("foreign", "yes");
  while ((text.size() + footer_size) % 64 != 0) text += '\n';
  return text;
}

Metadata parse_metadata(std::string_view text) {
  Metadata metadata;
  if (!text.starts_with(opening)) return metadata;
  text.remove_prefix(opening.size());
  std::array<bool, known_keys.size()> seen{};
  auto expected = known_keys.begin();  // writers keep the order of the list
  while (!text.empty()) {
    if (text.front() == '\n') {  // what fills it up comes last, one by one
      text.remove_prefix(1);
      continue;
    }
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    const auto key = expected != known_keys.end() && expected->name == name
                         ? expected
                         : std::ranges::find(known_keys, name, &Key::name);
    if (key == known_keys.end() ||
        std::exchange(seen[static_cast<std::size_t>(key - known_keys.begin())], true))
      continue;
    key->read(line.substr(colon + 2), metadata);
    expected = key + 1;
  }
  return metadata;
}

}  // namespace cache_on_disk::entry
