#include "generate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "candidates.hpp"
#include "shell_text.hpp"

namespace cache_on_disk::tool {
namespace {

ArgumentInfo describe(const CLI::Option& option) {
  ArgumentInfo info;
  for (const std::string& name : option.get_snames()) info.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) info.names.push_back("--" + name);
  const bool is_flag = option.get_items_expected_max() == 0 || option.get_type_size_max() == 0;
  if (!is_flag) info.value = option.get_type_name();
  // CLI11 appends the names of validators behind a colon.
  info.value = info.value.substr(0, info.value.find(':'));
  if (std::ranges::any_of(info.value, [](unsigned char c) { return std::islower(c) != 0; })) {
    std::istringstream words(info.value);
    for (std::string word; std::getline(words, word, '|');) info.choices.push_back(word);
  }
  info.name = option.get_name();
  info.help = option.get_description();
  if (!is_flag) info.default_value = option.get_default_str();
  info.required = option.get_required();
  info.several = option.get_expected_max() > 1;
  return info;
}

std::vector<ArgumentInfo> arguments_of(const CLI::App& app, bool positional) {
  std::vector<ArgumentInfo> all;
  for (const CLI::Option* const option : app.get_options())
    if (option->get_positional() == positional) all.push_back(describe(*option));
  return all;
}

Exit print_candidates(const CLI::App& app, std::string_view text, std::optional<std::string> part) {
  const TypedLine line = split_typed(text);
  Candidates candidates = candidates_for(app, line.words);
  if (part) {
    // A shell has what it replaces without the quote that is still open.
    if (line.open_quote != '\0') part->insert(0, 1, line.open_quote);
    const std::string end = split_typed(*part).words.back();
    const std::size_t kept = candidates.word.ends_with(end) ? candidates.word.size() - end.size() : 0;
    for (std::string& word : candidates.words) word = typed_form(word.substr(kept), line.open_quote);
  }
  print(candidates);
  return Exit::good;
}

}  // namespace

std::vector<ArgumentInfo> options_of(const CLI::App& app) { return arguments_of(app, false); }
std::vector<ArgumentInfo> positionals_of(const CLI::App& app) { return arguments_of(app, true); }

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::optional<Exit> generate(CLI::App& app, int argc, char** argv) {
  constexpr std::string_view option = "--generate=";
  if (argc < 2 || !std::string_view(argv[1]).starts_with(option)) return std::nullopt;
  const std::string_view what = std::string_view(argv[1]).substr(option.size());
  const std::vector<std::string> arguments(argv + 2, argv + argc);
  if (what == "candidates" && arguments.size() == 1) return print_candidates(app, arguments[0], std::nullopt);
  if (what == "candidates" && arguments.size() == 2) return print_candidates(app, arguments[0], arguments[1]);
  if (what == "candidates-of-words") {
    print(candidates_for(app, arguments));
    return Exit::good;
  }
  if (!arguments.empty()) return std::nullopt;
  if (what == "man")
    fmt::print("{}", man_page(app));
  else if (what == "bash")
    fmt::print("{}", bash_completion());
  else if (what == "zsh")
    fmt::print("{}", zsh_completion(app));
  else if (what == "fish")
    fmt::print("{}", fish_completion(app));
  else
    return std::nullopt;
  return Exit::good;
}

}  // namespace cache_on_disk::tool
