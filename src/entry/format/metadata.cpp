#include "format/metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "format/names.hpp"
#include "text/padding.hpp"

namespace cache_on_disk::entry {
namespace {

constexpr std::string_view opening = "\ncache-on-disk entry\n";

void decode_value(std::string_view value, std::string& text) {
  if (value.find('%') == std::string_view::npos) {
    text.assign(value);
    return;
  }
  text.clear();
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
}

template <class Number>
void parse_number(std::string_view value, Number& number) {
  Number parsed{};
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (error == std::errc() && end == value.data() + value.size()) number = parsed;
}

/// What a line begins with, its key; how the rest of it is read; and for whom.
struct Key {
  std::string_view opening;
  void (*read)(std::string_view value, Metadata& metadata);
  MetadataPart part = MetadataPart::of_use;
};
constexpr std::array known_keys = {
    Key{"language: ", [](std::string_view value, Metadata& m) { decode_value(value, m.origin.language); }},
    Key{"module: ", [](std::string_view value, Metadata& m) { decode_value(value, m.origin.module); }},
    Key{"class: ", [](std::string_view value, Metadata& m) { decode_value(value, m.origin.object_class); }},
    Key{"function: ", [](std::string_view value, Metadata& m) { decode_value(value, m.origin.function); }},
    Key{"version: ", [](std::string_view value, Metadata& m) { parse_number(value, m.origin.version); }},
    Key{"type: ",
        [](std::string_view value, Metadata& m) {
          std::string type;
          decode_value(value, type);
          m.origin.type = parse_stored_type(type);
        }},
    Key{"directory: ", [](std::string_view value, Metadata& m) { decode_value(value, m.directory); },
        MetadataPart::all},
    Key{"name: ", [](std::string_view value, Metadata& m) { decode_value(value, m.stem); }, MetadataPart::all},
    Key{"created: ", [](std::string_view value, Metadata& m) { parse_number(value, m.created); }, MetadataPart::all},
    Key{"seconds: ", [](std::string_view value, Metadata& m) { parse_number(value, m.seconds); }},
    Key{"writer: ", [](std::string_view value, Metadata& m) { decode_value(value, m.writer); }, MetadataPart::all},
    Key{"program: ", [](std::string_view value, Metadata& m) { decode_value(value, m.origin.program); }},
    Key{"arguments: ", [](std::string_view value, Metadata& m) { decode_value(value, m.arguments); }},
    Key{"foreign: ", [](std::string_view value, Metadata& m) { m.foreign = value == "yes"; }},
};

}  // namespace

std::string format_metadata(const Metadata& metadata, std::size_t footer_size) {
  std::string text(opening);
  text.reserve(512);
  const auto line = [&](std::string_view key, std::string_view value) {
    text.append(key).append(": ").append(value).append("\n");
  };
  const auto text_line = [&](std::string_view key, std::string_view value) {
    text.append(key).append(": ");
    append_encoded(text, value, {}, "/'");  // values stand to the end of their line: quotes are left alone
    text.append("\n");
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
  if (!origin.program.empty()) text_line("program", origin.program);
  if (!metadata.arguments.empty()) text_line("arguments", metadata.arguments);
  if (metadata.foreign) line("foreign", "yes");
  while ((text.size() + footer_size) % 64 != 0) text += '\n';
  return text;
}

Metadata parse_metadata(std::string_view text, MetadataPart part) {
  Metadata metadata;
  parse_metadata(text, part, metadata);
  return metadata;
}

void parse_metadata(std::string_view text, MetadataPart part, Metadata& metadata) {
  if (!text.starts_with(opening)) return;
  text.remove_prefix(opening.size());
  std::array<bool, known_keys.size()> seen{};
  auto expected = known_keys.begin();  // writers keep the order of the list
  while (!text::is_all(text, '\n')) {  // what fills it up comes last
    // All empty lines at once: one by one, many would take for ever.
    text.remove_prefix(text.find_first_not_of('\n'));
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto opens = [line](const Key& key) { return line.starts_with(key.opening); };
    const auto key =
        expected != known_keys.end() && opens(*expected) ? expected : std::ranges::find_if(known_keys, opens);
    if (key == known_keys.end() || std::exchange(seen[static_cast<std::size_t>(key - known_keys.begin())], true))
      continue;
    if (part == MetadataPart::all || key->part == part) key->read(line.substr(key->opening.size()), metadata);
    expected = key + 1;
  }
}

}  // namespace cache_on_disk::entry
