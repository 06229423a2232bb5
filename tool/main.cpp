// The command-line tool `cache-on-disk`.
#include <fmt/ranges.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string_view>
#include <vector>

#include "cache_on_disk/log.hpp"
#include "commands.hpp"
#include "files/errors.hpp"
#include "files/guarded_mapping.hpp"
#include "generate.hpp"
#include "json.hpp"

namespace cache_on_disk::tool {
namespace {

/// A mapped value that somebody cuts short while it is shown ends the program with a word about it; checking is guarded.
void on_bus_error(int) {
  constexpr std::string_view text = "cache-on-disk: a file was cut short while it was read\n";
  (void)!::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(static_cast<int>(Exit::failed));
}

/// Nothing is done well whose output was lost.
Exit unless_output_fails(Exit exit) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good()) return exit;
  say("cannot write the output");
  return Exit::failed;
}

/// Says why it could not be done: to people on standard error, and to programs in the one document they wait for.
Exit fail(const Session& session, const Error& error) {
  const std::string why = system::describe(error);
  say(why);
  if (session.json()) JsonWriter(session.report).begin_object().member("error", why).end_object().finish();
  return Exit::failed;
}

/// What is wrong with a command line, and what it may be instead.
std::string usage_text(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  const std::vector<std::string> words = app.remaining(true);
  const auto word = std::ranges::find_if(words, [](const std::string& text) { return !text.empty(); });
  if (chosen.empty()) {
    std::vector<std::string> names;
    for (const CLI::App* const command : commands_of(app)) names.push_back(command->get_name());
    if (word != words.end() && !word->starts_with('-'))
      return fmt::format("'{}' is not a command{}\nCommands: {}", *word, suggestion(*word, names),
                         fmt::join(names, ", "));
    if (word == words.end() && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
      return fmt::format("a command is missing: {}", fmt::join(names, ", "));
  } else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    for (const ArgumentInfo& argument : positionals_of(*chosen.front()))
      if (argument.required && chosen.front()->get_option(argument.name)->count() == 0)
        return argument.value + " is missing";
  }
  if (word == words.end()) return error.what();
  std::vector<std::string> options;
  for (const CLI::App* const command : chosen)
    for (const ArgumentInfo& option : options_of(*command))
      std::ranges::copy(option.names, std::back_inserter(options));
  for (const ArgumentInfo& option : options_of(app)) std::ranges::copy(option.names, std::back_inserter(options));
  return fmt::format("'{}' is {}{}", *word, word->starts_with('-') ? "not an option here" : "one argument too many",
                     word->starts_with('-') ? suggestion(*word, options) : "");
}

Exit run(int argc, char** argv) {
  Session session;
  CLI::App app;
  define_command_line(app, session);
  if (const auto generated = generate(app, argc, argv)) return *generated;
  if (argc == 1) {
    fmt::print("{}", app.help());
    return unless_output_fails(Exit::good);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      app.exit(error);
      std::cout.flush();  // where CLI11 writes help; all else goes to stdout
      return unless_output_fails(Exit::good);
    }
    const auto chosen = app.get_subcommands();
    const std::string command = chosen.empty() ? "" : chosen.front()->get_name() + " ";
    const std::string text = usage_text(app, error);
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
      say(text.substr(begin, end - begin));
    say(text.substr(begin));
    say(fmt::format("see 'cache-on-disk {}--help'", command));
    return Exit::usage;
  }
  set_up_terminal(session.colors);
  const Result<Exit> outcome = session.run();
  return unless_output_fails(outcome ? *outcome : fail(session, outcome.error()));
}

}  // namespace
}  // namespace cache_on_disk::tool

int main(int argc, char** argv) {
  using namespace cache_on_disk;
  struct sigaction action{};
  action.sa_handler = tool::on_bus_error;
  ::sigaction(SIGBUS, &action, nullptr);
  system::guard_mappings();
  set_trouble_handler([](const Trouble& trouble) { tool::say(trouble.message); });
  try {
    return static_cast<int>(tool::run(argc, argv));
  } catch (const std::bad_alloc&) {
    tool::say("not enough memory");
  } catch (const std::exception& error) {
    // Printing throws where a full buffer cannot be written.
    tool::say(std::ferror(stdout) != 0 ? "cannot write the output" : error.what());
  }
  return static_cast<int>(tool::Exit::failed);
}
