// The man page and the completions of shells, made from the definition of the command line while the tool is
// built, so that they cannot fall behind it.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "session.hpp"

namespace cache_on_disk::tool {

/// Answers `--generate=man|bash|zsh|fish`, and what the completions ask while somebody types; nothing for
/// every other command line:
///   --generate=candidates TEXT [PART]       for a line as it is typed, up to the cursor; PART: the end of its
///                                           last word that the shell replaces, if that is not all of it
///   --generate=candidates-of-words WORD...  for one whose words the shell has already taken apart
std::optional<Exit> generate(CLI::App& app, int argc, char** argv);

std::string man_page(const CLI::App& app);
std::string bash_completion();
std::string zsh_completion(const CLI::App& app);
std::string fish_completion(const CLI::App& app);

/// An option or positional argument, as pages and completions tell of it.
struct ArgumentInfo {
  std::string name;                  ///< as CLI11 knows it
  std::vector<std::string> names;    ///< "-d", "--dir"; none for a positional one
  std::string value;                 ///< "DIR"; empty for a flag
  std::vector<std::string> choices;  ///< the words it may be
  std::string help;
  std::string default_value;  ///< where there is one to tell
  bool required = false;
  bool several = false;

  bool takes_file() const { return value == "FILE" || value.find("DIR") != std::string::npos; }
  bool takes_method() const { return value == "METHOD"; }
  bool takes_tag() const { return value.find("TAG") != std::string::npos || value == "ENTRY"; }
};

/// The options of a command, and its positional arguments.
std::vector<ArgumentInfo> options_of(const CLI::App& app);
std::vector<ArgumentInfo> positionals_of(const CLI::App& app);
/// The commands, in the order of their definition.
std::vector<const CLI::App*> commands_of(const CLI::App& app);

}  // namespace cache_on_disk::tool
