// Following what the cache does: a log file, and a handler for trouble.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace cache_on_disk {

/// Levels of log lines, with the numbers Python gives them.
enum class LogLevel : int { debug = 10, info = 20, warning = 30, error = 40 };

/// Writes what happens on cached methods to a file (appended to, one line each):
///
///   2024-04-10:11:22:33.123 <tag> <instance name>.<Class>.<method> <message>
///
/// From LogLevel::debug on this includes every hit in memory, which costs such a hit its speed; without a log file they
/// cost nothing. A later call replaces the file; an empty name ends logging. Throws std::system_error if the file cannot
/// be opened. Thread-safe.
void set_logfile(const std::string& filename, LogLevel level = LogLevel::debug,
                 const std::string& name = "cache_on_disk");
void set_logfile(const std::string& filename, int level, const std::string& name = "cache_on_disk");

/// Takes the lines instead of a file, or besides it: a program that has a log of its own. Called from any thread, under no
/// lock; must not throw, and must not call cached methods. Trouble goes to the trouble handler below instead. An empty
/// function ends it. Thread-safe.
using LogHandler =
    std::function<void(LogLevel level, std::string_view tag, std::string_view function, std::string_view message)>;
void set_log_handler(LogHandler handler, int level = static_cast<int>(LogLevel::debug));

/// Something that went wrong with the cache. No caller of a cached method pays for it with more than time.
struct Trouble {
  std::string place;    ///< the directory or file
  std::string reason;   ///< a word for its kind; each place and reason is told once a process
  std::string message;  ///< what happened, where, and what can be done
};

/// Who is told of trouble; without a handler it goes to standard error. Called from any thread; must not throw, and must
/// not call cached methods. An empty function restores standard error.
void set_trouble_handler(std::function<void(const Trouble&)> handler);

}  // namespace cache_on_disk
