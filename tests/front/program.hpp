// Runs this very test program once more, as a process of its own with an environment of its own.
//
//   const Program reader("read_value", [](const Words& words) { ...; return 0; });   // at namespace scope
//   TEST(...) { EXPECT_EQ(run("read_value", {directory.path()}, {{"CACHE_ON_DISK", "readonly"}}).code, 0); }
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

using Words = std::vector<std::string>;

/// What such a process does, by name. Defined at namespace scope.
struct Program {
  Program(const std::string& name, std::function<int(const Words&)> body);
};

struct Outcome {
  int code = -1;       ///< exit code, or 128 + signal
  std::string output;  ///< standard output and standard error
};

/// Runs a program. The environment is this process's without the variables the cache reads, and with `variables`.
Outcome run(const std::string& program, const Words& words, const std::map<std::string, std::string>& variables = {});

/// Runs a script with Python and numpy; true if it exits with 0, and an explanation in `outcome` otherwise.
Outcome run_python(const std::string& script, const Words& words);
/// False where there is no Python with numpy: such tests are skipped.
bool has_numpy();
