// What all commands share: the options that stand before or after any of them, and how a command comes to its
// answer.
#pragma once

#include <cstdio>
#include <functional>
#include <string>

#include "cache_on_disk/result.hpp"
#include "store/tag_directory.hpp"
#include "terminal.hpp"

namespace cache_on_disk::tool {

/// What the tool exits with, by one rule for all commands. Part of its interface; docs and man page list them.
enum class Exit {
  good = 0,      ///< done; a selection that leaves nothing is not a fault
  findings = 1,  ///< done, and something is not as it should be, or was left out: said on standard error or
                 ///< in the output
  usage = 2,     ///< the command line is not understood
  failed = 3     ///< it could not be done: what is named is not there, cannot be read, or cannot be written
};

inline Exit exit_of(bool all_well) { return all_well ? Exit::good : Exit::findings; }

enum class OutputFormat { text, json };

/// The options common to all commands.
struct Session {
  std::string directory;         ///< where the tag directories lie; empty: the library's default
  std::string prefix = "cache";  ///< what stands before the tag in their names
  std::string group;             ///< the group they are shared with; empty: private
  OutputFormat format = OutputFormat::text;
  Colors colors = Colors::automatic;
  std::FILE* report = stdout;         ///< where the JSON document goes
  std::function<Result<Exit>()> run;  ///< the chosen command; an error is one that ends with Exit::failed

  bool json() const { return format == OutputFormat::json; }
  /// Whom new files are shared with.
  Trust trust() const { return group.empty() ? Trust::only_me() : Trust::group(group); }
};

}  // namespace cache_on_disk::tool
