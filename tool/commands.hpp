// The commands of the tool, a file each. Each function adds its command to the command line; what it parses
// it into lives as long as that, and if the command is chosen, `session.run` is what answers it.
#pragma once

#include <CLI/CLI.hpp>

#include <algorithm>

#include "session.hpp"
#include "suggest.hpp"

namespace cache_on_disk::tool {

void add_ls(CLI::App& app, Session& session);
void add_show(CLI::App& app, Session& session);
void add_verify(CLI::App& app, Session& session);
void add_clear(CLI::App& app, Session& session);
void add_prune(CLI::App& app, Session& session);
void add_stats(CLI::App& app, Session& session);
void add_where(CLI::App& app, Session& session);
void add_diff(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_import(CLI::App& app, Session& session);

/// Defines the whole command line.
void define_command_line(CLI::App& app, Session& session);

/// Makes a command whose options a struct holds, and whose answer `run(session, options)` is.
template <class Options>
std::pair<CLI::App*, Options*> add_command(CLI::App& app, Session& session, const char* name, const char* help,
                                           Result<Exit> (*run)(Session&, const Options&)) {
  CLI::App* const command = app.add_subcommand(name, help);
  const auto options = std::make_shared<Options>();
  command->callback(
      [&session, options, run] { session.run = [&session, options, run] { return run(session, *options); }; });
  return {command, options.get()};
}

/// An option that takes one of a few words.
template <class Enum>
CLI::Option* add_choice(CLI::App& app, const std::string& name, Enum& chosen,
                        const std::vector<std::pair<std::string, Enum>>& choices, const std::string& help) {
  std::string words;
  std::vector<std::string> known;
  for (const auto& [word, value] : choices) {
    words += (words.empty() ? "" : "|") + word;
    known.push_back(word);
  }
  CLI::Option* const option = app.add_option_function<std::string>(
                                     name,
                                     [&chosen, choices](const std::string& word) {
                                       for (const auto& [each, value] : choices)
                                         if (each == word) chosen = value;
                                     },
                                     help)
                                  ->check([known, words](const std::string& word) {
                                    if (std::find(known.begin(), known.end(), word) != known.end())
                                      return std::string();
                                    return "'" + word + "' is not one of " + words + suggestion(word, known);
                                  })
                                  ->type_name(words);
  for (const auto& [word, value] : choices)
    if (value == chosen) option->default_str(word);
  return option;
}

/// An option for a number that is not negative.
template <class Number>
CLI::Option* add_number(CLI::App& app, const char* name, Number& number, const char* help, const char* what) {
  auto not_negative = CLI::NonNegativeNumber;
  not_negative.description("");
  return app.add_option(name, number, help)->check(not_negative)->type_name(what)->capture_default_str();
}

/// Options for sizes and ages, checked while the command line is read.
CLI::Option* add_size(CLI::App& app, const char* name, std::optional<std::uint64_t>& bytes, const char* help);
CLI::Option* add_age(CLI::App& app, const char* name, std::optional<double>& seconds, const char* help);

}  // namespace cache_on_disk::tool
