#include "candidates.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

#include "stored_names.hpp"

namespace cache_on_disk::tool {
namespace {

bool has_name(const ArgumentInfo& option, std::string_view name) {
  return std::ranges::find(option.names, name) != option.names.end();
}

/// What the words before the cursor say.
class LineSoFar {
 public:
  LineSoFar(const CLI::App& app, std::span<const std::string> words) : app_(app) {
    for (const std::string& word : words) take(word);
  }

  /// What stands at the cursor if `word` does; the part of it that is to be completed remains in `word`.
  std::optional<ArgumentInfo> wanted(std::string& word) const {
    if (awaited_) return awaited_;
    const auto equals = word.find('=');
    if (!only_arguments_ && word.starts_with("--") && equals != std::string::npos) {
      const auto option = find_option(word.substr(0, equals));
      word.erase(0, equals + 1);
      return option;
    }
    if (command_ == nullptr) return std::nullopt;
    const auto all = positionals_of(*command_);
    if (arguments_.size() < all.size()) return all[arguments_.size()];
    if (!all.empty() && all.back().several) return all.back();
    return std::nullopt;
  }

  bool may_be_option() const { return !awaited_ && !only_arguments_; }
  bool may_be_command() const { return !awaited_ && command_ == nullptr; }

  std::vector<ArgumentInfo> options() const {
    std::vector<ArgumentInfo> all = options_of(app_);
    if (command_ != nullptr) std::ranges::move(options_of(*command_), std::back_inserter(all));
    return all;
  }

  const Session& session() const { return session_; }
  /// True if the option has been given.
  bool has(const ArgumentInfo& option) const { return std::ranges::find(given_, option.name) != given_.end(); }
  /// The tag that an argument before this one names; empty if there is none.
  std::string tag() const { return arguments_.empty() ? "" : arguments_.front(); }

 private:
  std::optional<ArgumentInfo> find_option(std::string_view name) const {
    for (const ArgumentInfo& option : options())
      if (has_name(option, name)) return option;
    return std::nullopt;
  }

  void take(const std::string& word) {
    if (awaited_) {
      note(*awaited_, word);
      awaited_.reset();
    } else if (only_arguments_ || !word.starts_with('-') || word == "-") {
      take_argument(word);
    } else if (word == "--") {
      only_arguments_ = true;
    } else {
      take_option(word);
    }
  }

  void take_argument(const std::string& word) {
    if (command_ != nullptr) {
      const auto all = positionals_of(*command_);
      if (arguments_.size() < all.size()) note(all[arguments_.size()], word);
      arguments_.push_back(word);
      return;
    }
    for (const CLI::App* const command : commands_of(app_))
      if (command->get_name() == word) command_ = command;
  }

  /// "--dir DIR", "--dir=DIR", "-d DIR", "-dDIR".
  void take_option(const std::string& word) {
    const bool is_long = word.starts_with("--");
    const auto end = is_long ? std::min(word.find('='), word.size()) : std::size_t{2};
    const auto option = find_option(word.substr(0, end));
    if (option) given_.push_back(option->name);
    if (!option || option->value.empty()) return;
    if (end < word.size())
      note(*option, word.substr(is_long ? end + 1 : end));
    else
      awaited_ = option;
  }

  void note(const ArgumentInfo& argument, const std::string& value) {
    if (has_name(argument, "--dir") || (argument.names.empty() && argument.value == "DIR")) session_.directory = value;
    if (has_name(argument, "--prefix")) session_.prefix = value;
  }

  const CLI::App& app_;
  const CLI::App* command_ = nullptr;
  std::optional<ArgumentInfo> awaited_;  ///< the option whose value comes next
  bool only_arguments_ = false;
  std::vector<std::string> arguments_;
  std::vector<std::string> given_;  ///< options
  Session session_;
};

}  // namespace

Candidates candidates_for(const CLI::App& app, const std::vector<std::string>& words) {
  Candidates found;
  if (words.size() < 2) return found;
  const LineSoFar line(app, std::span(words).subspan(1, words.size() - 2));
  std::string& word = found.word = words.back();
  const auto add = [&](const std::string& candidate, const std::string& help = {}) {
    if (candidate.starts_with(word)) found.words.push_back({candidate, help});
  };
  const auto add_names = [&](const std::vector<std::string>& names) {
    for (const std::string& name : names) found.words.push_back({name, {}});
  };
  if (line.may_be_option() && word.starts_with('-') && word.find('=') == std::string::npos) {
    for (const ArgumentInfo& option : line.options())
      for (const std::string& name : option.names)
        if (option.several || !line.has(option)) add(name, option.help);
    return found;
  }
  if (line.may_be_command() && !word.starts_with('-')) {
    for (const CLI::App* const command : commands_of(app)) add(command->get_name(), command->get_description());
    return found;
  }
  const auto wanted = line.wanted(word);
  if (!wanted) return found;
  for (const std::string& choice : wanted->choices) add(choice);
  if (wanted->takes_tag()) add_names(tags_beginning(line.session(), word));
  if (wanted->takes("ENTRY")) add_names(entries_beginning(line.session(), word));
  if (wanted->takes("METHOD")) add_names(methods_beginning(line.session(), line.tag(), word));
  // Tags and entries may be given by their paths, too; but in options a tag is a name.
  const bool is_argument = wanted->names.empty();
  if (wanted->takes("FILE") || (is_argument && wanted->takes("ENTRY")))
    found.paths = "files";
  else if (wanted->takes("DIR") || (is_argument && wanted->takes("TAG")))
    found.paths = "directories";
  return found;
}

}  // namespace cache_on_disk::tool
