// The man page, made from the definition of the command line while the tool is built, and what completes it in shells, so that
// neither can fall behind it.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session.hpp"

namespace cache_on_disk::tool {

/// Answers `--generate=man|bash|zsh|fish`, and what the completions ask while somebody types; nothing for
/// every other command line:
///   --generate=candidates TEXT              for a line as it is typed, up to the cursor
///   --generate=candidates TEXT PART         the same, as they must be typed; PART: the end of the last word, which the shell
///                                           replaces
///   --generate=candidates-of-words WORD...  for a line whose words the shell has already taken apart
std::optional<Exit> generate(CLI::App& app, int argc, char** argv);

std::string man_page(const CLI::App& app);
std::string_view bash_completion();
std::string_view zsh_completion();
std::string_view fish_completion();

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

  /// "TAG", "ENTRY" and the like, of which `value` may name several.
  bool takes(std::string_view what) const { return value.find(what) != std::string::npos; }
  bool takes_tag() const { return takes("TAG") || takes("ENTRY"); }
};

/// The options of a command, and its positional arguments.
std::vector<ArgumentInfo> options_of(const CLI::App& app);
std::vector<ArgumentInfo> positionals_of(const CLI::App& app);
/// The commands, in the order of their definition.
std::vector<const CLI::App*> commands_of(const CLI::App& app);

}  // namespace cache_on_disk::tool
