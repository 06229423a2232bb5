#include "json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "format/names.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::tool {
namespace {

std::string quoted(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    std::size_t length = 1;
    while (length <= std::min<std::size_t>(4, text.size()) && !text::is_utf8(text.substr(0, length))) ++length;
    if (length > std::min<std::size_t>(4, text.size())) {
      json += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const auto first = static_cast<unsigned char>(text.front());
    if (first == '"' || first == '\\')
      json.append("\\").append(1, static_cast<char>(first));
    else if (first == '\n')
      json += "\\n";
    else if (first < 0x20 || first == 0x7F)
      json += fmt::format("\\u{:04x}", first);
    else
      json += text.substr(0, length);
    text.remove_prefix(length);
  }
  return json += '"';
}

}  // namespace

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (is_empty_.empty()) return;
  write(is_empty_.back() ? "\n" : ",\n");
  is_empty_.back() = false;
  write(std::string(2 * is_empty_.size(), ' '));
}

JsonWriter& JsonWriter::begin(char bracket) {
  separate();
  write({&bracket, 1});
  is_empty_.push_back(true);
  return *this;
}

JsonWriter& JsonWriter::end(char bracket) {
  const bool was_empty = is_empty_.back();
  is_empty_.pop_back();
  if (!was_empty) write("\n" + std::string(2 * is_empty_.size(), ' '));
  write({&bracket, 1});
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  write(quoted(name) + ": ");
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view text) {
  separate();
  write(text);
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) { return raw(quoted(text)); }

JsonWriter& JsonWriter::value(double number) { return std::isfinite(number) ? raw(fmt::format("{}", number)) : null(); }

void JsonWriter::finish() { write("\n"); }

}  // namespace cache_on_disk::tool
