#include "shell_text.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace cache_on_disk::tool {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }
bool is_name(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

class Splitter {
 public:
  explicit Splitter(std::string_view text) : rest_(text) {}

  TypedLine split() {
    skip_blanks();
    while (!rest_.empty()) {
      line_.words.push_back(next_word());
      if (rest_.empty()) return line_;
      skip_blanks();
    }
    line_.words.emplace_back();  // the cursor stands behind a blank
    return line_;
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) take();
  }

  std::string next_word() {
    std::string word;
    if (rest_.starts_with('~') && (rest_.size() == 1 || rest_[1] == '/' || is_blank(rest_[1])))
      if (const char* const home = std::getenv("HOME")) {
        take();
        word = home;
      }
    while (!rest_.empty() && !is_blank(rest_.front())) {
      const char c = take();
      if (c == '\'' || c == '"')
        append_quoted(word, c);
      else if (c == '\\' && !rest_.empty())
        word += take();
      else if (c == '$')
        append_variable(word);
      else
        word += c;
    }
    return word;
  }

  void append_quoted(std::string& word, char quote) {
    while (!rest_.empty()) {
      const char c = take();
      if (c == quote) return;
      const bool escapes = quote == '"' && c == '\\' && !rest_.empty() &&
                           std::string_view("\\\"$`").find(rest_.front()) != std::string_view::npos;
      if (escapes)
        word += take();
      else if (quote == '"' && c == '$')
        append_variable(word);
      else
        word += c;
    }
    line_.open_quote = quote;
  }

  /// Behind the dollar sign.
  void append_variable(std::string& word) {
    const bool braces = rest_.starts_with('{');
    const std::string_view from = rest_.substr(braces ? 1 : 0);
    const auto size = static_cast<std::size_t>(std::ranges::find_if_not(from, is_name) - from.begin());
    if (size == 0 || (braces && (size == from.size() || from[size] != '}'))) {
      word += '$';
      return;
    }
    if (const char* const value = std::getenv(std::string(from.substr(0, size)).c_str())) word += value;
    rest_.remove_prefix(size + (braces ? 2 : 0));
  }

  std::string_view rest_;
  TypedLine line_;
};

}  // namespace

TypedLine split_typed(std::string_view text) { return Splitter(text).split(); }

std::string typed_form(std::string_view word, char open_quote) {
  // Outside of quotes also what breaks words while bash completes, so that it takes the word for one later on.
  const std::string_view special = open_quote == '"'    ? "\\\"$`"
                                   : open_quote == '\'' ? "'"
                                                        : " \t\\\"'$`@<>=;|&(){}[]*?!:#~^";
  std::string typed;
  for (const char c : word) {
    if (special.find(c) == std::string_view::npos)
      typed += c;
    else if (open_quote == '\'')
      typed += "'\\''";
    else
      typed.append("\\").append(1, c);
  }
  return typed;
}

}  // namespace cache_on_disk::tool
