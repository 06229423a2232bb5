// Following what the cache does: a log, and who is told of trouble.
//
//   cache_on_disk::set_logfile("cache.log");                                  // each call of a cached method, a line
//   cache_on_disk::set_log_handler([](LogLevel level, auto tag, auto function, auto message) { ... });
//   cache_on_disk::set_trouble_handler([](const Trouble& trouble) { show(trouble.message); });
//
// Nothing is logged unless a program asks for it. Trouble, which a person should know of, goes to standard error unless there is
// a handler. All functions are thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cache_on_disk/detail/export.hpp"

namespace cache_on_disk {

/// Levels of log lines, with the numbers Python gives them.
enum class LogLevel : int { debug = 10, info = 20, warning = 30, error = 40 };

/// Writes what happens on cached methods to a file (appended to, one line each):
///
///     2024-04-10:11:22:33.123 <tag> <instance name>.<Class>.<method> <message>
///
/// Lines of a lower level than `level` are left out. `LogLevel::debug` includes every hit in memory, which costs such a hit
/// its speed; without a log they cost nothing. `name` is that of the logger. A later call replaces the file; an empty
/// `filename` ends logging. Throws `std::system_error` if the file cannot be opened.
CACHE_ON_DISK_EXPORT void set_logfile(const std::string& filename, LogLevel level = LogLevel::debug,
                                      const std::string& name = "cache_on_disk");
CACHE_ON_DISK_EXPORT void set_logfile(const std::string& filename, int level,
                                      const std::string& name = "cache_on_disk");

/// Takes one line of the log; `function` is "<instance name>.<Class>.<method>". Called from any thread, and by several at a
/// time; must not throw, and must not call cached methods. The texts are valid during the call.
using LogHandler =
    std::function<void(LogLevel level, std::string_view tag, std::string_view function, std::string_view message)>;
/// Has the lines given to a program that has a log of its own, besides the file if there is one. Trouble goes to
/// `set_trouble_handler` instead. Lines of a lower level than `level` are left out. An empty function ends it.
CACHE_ON_DISK_EXPORT void set_log_handler(LogHandler handler, int level = static_cast<int>(LogLevel::debug));

/// Something that went wrong with the cache. No caller of a cached method pays for it with more than time.
struct Trouble {
  std::string place;    ///< the directory or file
  std::string reason;   ///< a word for its kind; each place and reason is told once a process
  std::string message;  ///< what happened, where, and what can be done
};

/// Sets who is told of trouble; without a handler it goes to standard error. The handler is called from any thread; it must
/// not throw, and must not call cached methods. An empty function restores standard error.
CACHE_ON_DISK_EXPORT void set_trouble_handler(std::function<void(const Trouble&)> handler);

}  // namespace cache_on_disk
