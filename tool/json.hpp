// Writing JSON piece by piece, so that a listing of any length needs no memory.
//
//   JsonWriter json(stdout);
//   json.begin_object();
//   json.member("tag", "T");
//   json.key("entries").begin_array();
//   json.value(std::uint64_t{3}).end_array();
//   json.end_object().finish();
#pragma once

#include <concepts>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace cache_on_disk::tool {

/// Writes one JSON document (RFC 8259), indented by two spaces. Numbers that JSON does not know become null. Used by one thread at a time; the calls must make a document.
class JsonWriter {
 public:
  explicit JsonWriter(std::FILE* file) : file_(file) {}

  JsonWriter& begin_object() { return begin('{'); }
  JsonWriter& end_object() { return end('}'); }
  JsonWriter& begin_array() { return begin('['); }
  JsonWriter& end_array() { return end(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(double number);
  template <std::same_as<bool> T>
  JsonWriter& value(T flag) {
    return raw(flag ? "true" : "false");
  }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  JsonWriter& value(T number) {
    return raw(std::to_string(number));
  }
  JsonWriter& null() { return raw("null"); }
  /// A value that is JSON text already.
  JsonWriter& raw_value(std::string_view json) { return raw(json); }

  template <class T>
  JsonWriter& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }

  /// The same, or null where there is nothing to tell: members stay, whatever they hold.
  JsonWriter& text_member(std::string_view name, std::string_view text) {
    key(name);
    return text.empty() ? null() : value(text);
  }

  /// An array of texts.
  JsonWriter& list_member(std::string_view name, const std::vector<std::string>& texts) {
    key(name).begin_array();
    for (const std::string& text : texts) value(text);
    return end_array();
  }

  template <class T>
  JsonWriter& optional_member(std::string_view name, bool is_known, const T& content) {
    key(name);
    return is_known ? value(content) : null();
  }

  /// Ends the document with a line feed.
  void finish();

 private:
  JsonWriter& begin(char bracket);
  JsonWriter& end(char bracket);
  JsonWriter& raw(std::string_view text);
  void separate();
  void write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), file_); }

  std::FILE* file_;
  std::vector<bool> is_empty_;  // of each open container
  bool after_key_ = false;
};

}  // namespace cache_on_disk::tool
