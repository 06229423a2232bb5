// What may stand at the cursor of a command line that is being typed: what the completions of shells ask for.
#pragma once

#include <string>
#include <vector>

#include "generate.hpp"

namespace cache_on_disk::tool {

struct Candidates {
  std::string word;                ///< what is to be completed: the word at the cursor, or that behind its '='
  std::vector<std::string> words;  ///< those that begin so
  bool files = false;              ///< the path of a file or directory may stand there too
};

/// `words`: the command line up to the cursor, from the name of the program on; the last one is being typed.
/// Of the options before it, those that say where tags lie are followed.
Candidates candidates_for(const CLI::App& app, const std::vector<std::string>& words);

/// Prints a line that says "files" if these may stand there too, else "words"; then each on a line of its own.
void print(const Candidates& candidates);

}  // namespace cache_on_disk::tool
