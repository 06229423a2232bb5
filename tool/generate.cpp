#include "generate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "target.hpp"

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
  info.help = option.get_description();
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

Exit print_tags() {
  const Session session;
  const auto root = tag_root(session);
  if (!root) return Exit::failed;
  const auto names = list_tags(session, *root);
  if (!names) return Exit::failed;
  for (const std::string& name : *names) fmt::print("{}\n", tag_of(session, name));
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
  if (argc != 2 || !std::string_view(argv[1]).starts_with(option)) return std::nullopt;
  const std::string_view what = std::string_view(argv[1]).substr(option.size());
  if (what == "tags") return print_tags();
  if (what == "man")
    fmt::print("{}", man_page(app));
  else if (what == "bash")
    fmt::print("{}", bash_completion(app));
  else if (what == "zsh")
    fmt::print("{}", zsh_completion(app));
  else if (what == "fish")
    fmt::print("{}", fish_completion(app));
  else
    return std::nullopt;
  return Exit::good;
}

}  // namespace cache_on_disk::tool
