#include "front/program.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>

#include "support/processes.hpp"

namespace {

std::map<std::string, std::function<int(const Words&)>>& programs() {
  static std::map<std::string, std::function<int(const Words&)>> all;
  return all;
}

constexpr const char* read_by_the_cache[] = {"CACHE_ON_DISK",
                                             "CACHE_ON_DISK_VERIFY",
                                             "CACHE_ON_DISK_LEGACY",
                                             "CACHE_ON_DISK_LOST_LOCK_AFTER",
                                             "CACHE_ON_DISK_DIR",
                                             "TMPDIR",
                                             "TEMP",
                                             "TMP"};

[[noreturn]] void replace_process(const Words& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments.front(), arguments.data());
  std::perror(arguments.front());
  ::_exit(127);
}

Outcome run_words(const Words& words, const std::map<std::string, std::string>& variables, bool clean) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("pipe");
  ChildProcess child([&]() -> int {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    if (clean)
      for (const char* const name : read_by_the_cache) ::unsetenv(name);
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
    replace_process(words);
  });
  ::close(ends[1]);
  Outcome outcome;
  char buffer[4096];
  for (ssize_t count; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    outcome.output.append(buffer, static_cast<std::size_t>(count));
  ::close(ends[0]);
  outcome.code = child.wait();
  return outcome;
}

}  // namespace

Program::Program(const std::string& name, std::function<int(const Words&)> body) {
  programs().emplace(name, std::move(body));
}

Outcome run(const std::string& program, const Words& words, const std::map<std::string, std::string>& variables) {
  Words all{"/proc/self/exe", "--program", program};
  all.insert(all.end(), words.begin(), words.end());
  return run_words(all, variables, true);
}

Outcome run_python(const std::string& script, const Words& words) {
  Words all{"/usr/bin/python3", "-c", script};
  all.insert(all.end(), words.begin(), words.end());
  return run_words(all, {}, false);
}

bool has_numpy() {
  static const bool found = run_python("import numpy", {}).code == 0;
  return found;
}

int main(int argc, char** argv) {
  if (argc > 2 && std::strcmp(argv[1], "--program") == 0) try {
      const int code = programs().at(argv[2])(Words(argv + 3, argv + argc));
      std::fflush(nullptr);
      return code;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      return 99;
    }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
