// The command-line tool `cache-on-disk`.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <iostream>
#include <string_view>

#include "cache_on_disk/log.hpp"
#include "commands.hpp"
#include "generate.hpp"
#include "system/errors.hpp"
#include "system/guarded_mapping.hpp"

namespace cache_on_disk::tool {

Exit fail(const Error& error) {
  say(system::describe(error));
  return Exit::failed;
}

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

Exit run(int argc, char** argv) {
  Session session;
  CLI::App app;
  define_command_line(app, session);
  if (const auto generated = generate(app, argc, argv)) return *generated;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    app.exit(error);
    std::cout.flush();  // where CLI11 writes help; all else goes to stdout
    return asked_for ? unless_output_fails(Exit::good) : Exit::usage;
  }
  set_up_terminal(session.colors);
  return unless_output_fails(session.run());
}

}  // namespace
}  // namespace cache_on_disk::tool

int main(int argc, char** argv) {
  using namespace cache_on_disk;
  struct sigaction action {};
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
