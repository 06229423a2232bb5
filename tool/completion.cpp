// Completions for bash, zsh and fish.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "generate.hpp"

namespace cache_on_disk::tool {
namespace {

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
  const bool names = argument.takes_tag() || argument.takes_method();
  const bool is_option = !argument.names.empty();
  if (names) return is_option || argument.takes_method() ? "_cache_on_disk_names" : "_cache_on_disk_paths";
  return argument.value == "DIR" ? "_files -/" : argument.takes_file() ? "_files" : " ";
}

void append_zsh(std::string& script, const CLI::App& app) {
  for (const ArgumentInfo& option : options_of(app))
    for (const std::string& name : option.names) {
      std::string spec = option.several ? "*" : fmt::format("({})", fmt::join(option.names, " "));
      spec += name;
      // The value may stand in a word of its own, or behind "--dir=" or "-d".
      if (!option.value.empty()) spec += name.starts_with("--") ? "=" : "+";
      spec += fmt::format("[{}]", zsh_text(option.help));
      if (!option.value.empty()) spec += fmt::format(":{}:{}", zsh_text(option.value), zsh_action(option));
      script += fmt::format(" \\\n        {}", shell_word(spec));
    }
}

}  // namespace

// All that bash is asked to know is what it will replace: the rest is the tool's, quotes included.
std::string bash_completion() {
  return R"(# Completion of cache-on-disk for bash.
_cache_on_disk() {
  local kind= candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    if [[ -z $kind ]]; then kind=$candidate; else COMPREPLY+=("$candidate"); fi
  done < <("${1/#\~\//$HOME/}" --generate=candidates "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
  if [[ $kind == files && ${#COMPREPLY[@]} == 0 ]]; then compopt -o default; fi
}
complete -F _cache_on_disk cache-on-disk
)";
}

std::string zsh_completion(const CLI::App& app) {
  std::string script =
      "#compdef cache-on-disk\n# Completion of cache-on-disk for zsh.\n\n"
      "_cache_on_disk_names() {\n  local -a names expl\n"
      "  names=(\"${(@f)$(_call_program names $service --generate=candidates ${(q)typed} 2>/dev/null)}\")\n"
      "  shift names\n"
      "  _wanted names expl name compadd -a names\n}\n\n"
      "_cache_on_disk_paths() {\n"
      "  _alternative 'names:name:_cache_on_disk_names' 'files:file:_files'\n}\n\n"
      "_cache_on_disk() {\n  local state line typed=\"${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX\"\n"
      "  local -a commands\n  commands=(\n";
  for (const CLI::App* const command : commands_of(app))
    script += fmt::format("    {}\n",
                          shell_word(fmt::format("{}:{}", command->get_name(), zsh_text(command->get_description()))));
  script += "  )\n  _arguments -C";
  append_zsh(script, app);
  script +=
      " \\\n        '(-)1:command:->command' '(-)*::argument:->argument'\n"
      "  case $state in\n  command) _describe command commands ;;\n  argument)\n    case $line[1] in\n";
  for (const CLI::App* const command : commands_of(app)) {
    script += fmt::format("    {})\n      _arguments", command->get_name());
    append_zsh(script, *command);
    append_zsh(script, app);
    for (const ArgumentInfo& argument : positionals_of(*command))
      script += fmt::format(" \\\n        {}", shell_word(fmt::format("{}:{}:{}", argument.several ? "*" : "",
                                                                      zsh_text(argument.value), zsh_action(argument))));
    script += " ;;\n";
  }
  return script + "    esac ;;\n  esac\n}\n\n_cache_on_disk \"$@\"\n";
}

std::string fish_completion(const CLI::App& app) {
  std::string script = R"(# Completion of cache-on-disk for fish.
function __cache_on_disk_names
    # The words without quotes; variables are put in by fish 4 only.
    set -l words (commandline -xpc 2>/dev/null; or commandline -opc)
    set words (string replace -r -- '^~(?=/|$)' $HOME $words)
    set -l typed (commandline -ct)
    set -l current (string unescape -- $typed; or string trim -l -c "'\"" -- $typed)
    cache-on-disk --generate=candidates-of-words $words "$current" 2>/dev/null | tail -n +2
end
complete -c cache-on-disk -f
)";
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
      script += " -x -a '(__cache_on_disk_names)'";
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
      script += fmt::format("complete -c cache-on-disk{} -a '(__cache_on_disk_names)'\n", condition);
    if (!positionals.empty()) script += fmt::format("complete -c cache-on-disk{} -F\n", condition);
  }
  return script;
}

}  // namespace cache_on_disk::tool
