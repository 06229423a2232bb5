#include "json.hpp"

#include <fmt/format.h>

#include <cmath>

#include "text/json_text.hpp"

namespace cache_on_disk::tool {
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
  write(text::json_text(name) + ": ");
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view text) {
  separate();
  write(text);
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) { return raw(text::json_text(text)); }

JsonWriter& JsonWriter::value(double number) { return std::isfinite(number) ? raw(fmt::format("{}", number)) : null(); }

void JsonWriter::finish() { write("\n"); }

}  // namespace cache_on_disk::tool
