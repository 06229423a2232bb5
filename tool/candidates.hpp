// What may stand at the cursor of a command line that is being typed: what the completions of shells ask for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "generate.hpp"

namespace cache_on_disk::tool {

struct Candidate {
  std::string word;
  std::string help;  ///< what an option or command does
};

struct Candidates {
  std::string word;                  ///< what is to be completed: the word at the cursor, or the part behind its '='
  std::vector<Candidate> words;      ///< those that begin so
  std::string_view paths = "words";  ///< "files" or "directories" if their paths may stand there too
};

/// `words`: the command line up to the cursor, from the name of the program on; the last one is being typed.
/// Of the options before it, those that say where tags lie are followed.
Candidates candidates_for(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace cache_on_disk::tool
