// Completions for bash, zsh and fish.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "generate.hpp"

namespace cache_on_disk::tool {
namespace {

std::vector<std::string> names_of(const std::vector<ArgumentInfo>& options) {
  std::vector<std::string> names;
  for (const ArgumentInfo& option : options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* const command : commands_of(app)) names.push_back(command->get_name());
  return names;
}

/// Text within single quotes of a shell.
std::string shell_word(std::string_view text) {
  std::string shell = "'";
  for (const char c : text) shell += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return shell + "'";
}

/// In zsh's specifications, brackets and colons have a meaning.
std::string zsh_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string zsh_action(const ArgumentInfo& argument) {
  if (!argument.choices.empty()) return fmt::format("({})", fmt::join(argument.choices, " "));
  if (argument.takes_tag()) return "_cache_on_disk_tags";
  return argument.takes_file() ? "_files" : " ";
}

void append_zsh(std::string& script, const CLI::App& app) {
  for (const ArgumentInfo& option : options_of(app))
    for (const std::string& name : option.names) {
      const std::string value =
          option.value.empty() ? "" : fmt::format(":{}:{}", zsh_text(option.value), zsh_action(option));
      script += fmt::format(" \\\n        {}",
                            shell_word(fmt::format("{}[{}]{}", name, zsh_text(option.help), value)));
    }
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  const std::vector<ArgumentInfo> common = options_of(app);
  std::string words, values;
  std::vector<ArgumentInfo> all = common;
  for (const CLI::App* const command : commands_of(app)) {
    const auto options = options_of(*command);
    all.insert(all.end(), options.begin(), options.end());
    const auto positionals = positionals_of(*command);
    const bool tags = std::ranges::any_of(positionals, &ArgumentInfo::takes_tag);
    words += fmt::format("    {}) words='{}' tags={} ;;\n", command->get_name(),
                         fmt::join(names_of(options), " "), tags ? 1 : 0);
  }
  for (const ArgumentInfo& option : all) {
    if (option.value.empty()) continue;
    const std::string reply =
        !option.choices.empty()
            ? fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\"))", fmt::join(option.choices, " "))
        : option.takes_file() ? "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\"))"
        : option.takes_tag()
            ? "COMPREPLY=($(compgen -W \"$(\"$1\" --generate=tags 2>/dev/null)\" -- \"$current\"))"
            : ":";
    values += fmt::format("    {}) {}; return ;;\n", fmt::join(option.names, "|"), reply);
  }
  return fmt::format(R"(# Completion of cache-on-disk for bash.
_cache_on_disk() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local command= words= tags=0 word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${{COMP_WORDS[i]}} in
    {0}) command=${{COMP_WORDS[i]}}; break ;;
    esac
  done
  case $previous in
{1}  esac
  case $command in
  '') words='{2}' ;;
{3}  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$words {4}" -- "$current"))
  elif [[ -z $command ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    compopt -o filenames
    COMPREPLY=($(compgen -f -- "$current"))
    if ((tags)); then
      while IFS= read -r word; do
        [[ $word == "$current"* ]] && COMPREPLY+=("$word")
      done < <("$1" --generate=tags 2>/dev/null)
    fi
  fi
}}
complete -F _cache_on_disk cache-on-disk
)",
                     fmt::join(command_names(app), "|"), values, fmt::join(command_names(app), " "), words,
                     fmt::join(names_of(common), " "));
}

std::string zsh_completion(const CLI::App& app) {
  std::string script =
      "#compdef cache-on-disk\n# Completion of cache-on-disk for zsh.\n\n"
      "_cache_on_disk_tags() {\n  local -a tags\n"
      "  tags=(${(f)\"$(_call_program tags $service --generate=tags 2>/dev/null)\"})\n"
      "  _alternative \"tags:tag:(${(q)tags})\" 'files:file:_files'\n}\n\n"
      "_cache_on_disk() {\n  local state line\n  local -a commands\n  commands=(\n";
  for (const CLI::App* const command : commands_of(app))
    script += fmt::format("    {}\n", shell_word(fmt::format("{}:{}", command->get_name(),
                                                             zsh_text(command->get_description()))));
  script += "  )\n  _arguments -C";
  append_zsh(script, app);
  script +=
      " \\\n        '1:command:->command' '*::argument:->argument'\n"
      "  case $state in\n  command) _describe command commands ;;\n  argument)\n    case $line[1] in\n";
  for (const CLI::App* const command : commands_of(app)) {
    script += fmt::format("    {})\n      _arguments", command->get_name());
    append_zsh(script, *command);
    append_zsh(script, app);
    for (const ArgumentInfo& argument : positionals_of(*command))
      script += fmt::format(" \\\n        {}",
                            shell_word(fmt::format("{}:{}:{}", argument.several ? "*" : "",
                                                   zsh_text(argument.value), zsh_action(argument))));
    script += " ;;\n";
  }
  return script + "    esac ;;\n  esac\n}\n\n_cache_on_disk \"$@\"\n";
}

std::string fish_completion(const CLI::App& app) {
  std::string script = "# Completion of cache-on-disk for fish.\ncomplete -c cache-on-disk -f\n";
  const auto append = [&](const std::string& condition, const ArgumentInfo& option) {
    script += "complete -c cache-on-disk" + condition;
    for (const std::string& name : option.names)
      script += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    script += " -d " + shell_word(option.help);
    if (!option.choices.empty())
      script += fmt::format(" -x -a {}", shell_word(fmt::format("{}", fmt::join(option.choices, " "))));
    else if (option.takes_file())
      script += " -r -F";
    else if (option.takes_tag())
      script += " -x -a '(cache-on-disk --generate=tags 2>/dev/null)'";
    else if (!option.value.empty())
      script += " -x";
    script += '\n';
  };
  for (const ArgumentInfo& option : options_of(app)) append("", option);
  for (const CLI::App* const command : commands_of(app)) {
    const std::string& name = command->get_name();
    script += fmt::format("complete -c cache-on-disk -n __fish_use_subcommand -a {} -d {}\n", name,
                          shell_word(command->get_description()));
    const std::string condition = fmt::format(" -n '__fish_seen_subcommand_from {}'", name);
    for (const ArgumentInfo& option : options_of(*command)) append(condition, option);
    const auto positionals = positionals_of(*command);
    if (std::ranges::any_of(positionals, &ArgumentInfo::takes_tag))
      script += fmt::format("complete -c cache-on-disk{} -a '(cache-on-disk --generate=tags 2>/dev/null)'\n",
                            condition);
    if (!positionals.empty()) script += fmt::format("complete -c cache-on-disk{} -F\n", condition);
  }
  return script;
}

}  // namespace cache_on_disk::tool
