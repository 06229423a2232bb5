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

/// A line that says which paths may stand there too; then each candidate on a line of its own, with its description behind a
/// tabulator.
Exit print(const Candidates& candidates) {
  fmt::print("{}\n", candidates.paths);
  for (const auto& [word, help] : candidates.words) fmt::print("{}{}{}\n", word, help.empty() ? "" : "\t", help);
  return Exit::good;
}

Exit print_typed_forms(const CLI::App& app, std::string_view text, std::string part) {
  const TypedLine line = split_typed(text);
  Candidates candidates = candidates_for(app, line.words);
  // A shell has what it replaces without the quote that is still open.
  if (line.open_quote != '\0') part.insert(0, 1, line.open_quote);
  const std::string end = split_typed(part).words.back();
  const std::size_t kept = candidates.word.ends_with(end) ? candidates.word.size() - end.size() : 0;
  for (Candidate& each : candidates.words) each = {typed_form(each.word.substr(kept), line.open_quote), ""};
  return print(candidates);
}

}  // namespace

std::vector<ArgumentInfo> options_of(const CLI::App& app) { return arguments_of(app, false); }
std::vector<ArgumentInfo> positionals_of(const CLI::App& app) { return arguments_of(app, true); }

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::optional<Exit> generate(CLI::App& app, int argc, char** argv) {
  constexpr std::string_view prefix = "--generate=";
  if (argc < 2 || !std::string_view(argv[1]).starts_with(prefix)) return std::nullopt;
  const std::string_view what = std::string_view(argv[1]).substr(prefix.size());
  const std::vector<std::string> arguments(argv + 2, argv + argc);
  if (what == "candidates" && arguments.size() == 1) return print(candidates_for(app, split_typed(arguments[0]).words));
  if (what == "candidates" && arguments.size() == 2) return print_typed_forms(app, arguments[0], arguments[1]);
  if (what == "candidates-of-words" && !arguments.empty()) {
    Candidates candidates = candidates_for(app, arguments);
    const std::string option = arguments.back().substr(0, arguments.back().size() - candidates.word.size());
    for (Candidate& each : candidates.words) each.word.insert(0, option);
    return print(candidates);
  }
  if (!arguments.empty()) return std::nullopt;
  if (what == "man")
    fmt::print("{}", man_page(app));
  else if (what == "bash")
    fmt::print("{}", bash_completion());
  else if (what == "zsh")
    fmt::print("{}", zsh_completion());
  else if (what == "fish")
    fmt::print("{}", fish_completion());
  else
    return std::nullopt;
  return Exit::good;
}

}  // namespace cache_on_disk::tool
