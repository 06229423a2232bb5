#include "log/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <mutex>

#include "cache_on_disk/detail/system/long_way.hpp"
#include "log/log_file.hpp"
#include "process/fork.hpp"
#include "text/printable.hpp"

namespace cache_on_disk::system {
namespace {

constexpr int nothing = 1000;
constexpr std::size_t most_troubles = 10'000;

struct Log {
  GlobalMutex mutex{MutexRank::trouble};
  std::unique_ptr<LogFile> file;
  int file_level = nothing;
  std::shared_ptr<const LogHandler> log_handler;
  int handler_level = nothing;
  std::shared_ptr<const std::function<void(const Trouble&)>> handler;
  std::map<std::pair<std::string, std::string>, std::map<std::string, std::uint64_t>> seen;
};

std::atomic<int> threshold{nothing};

Log& log_state() { return lasting<Log>(); }

/// Counts the trouble; true if it is the first of its place and reason.
bool is_new(Log& state, const Trouble& trouble) {
  if (state.seen.size() >= most_troubles) return false;
  auto& messages = state.seen[{trouble.place, trouble.reason}];
  const bool first = messages.empty();
  if (first || messages.contains(trouble.message))
    ++messages[trouble.message];
  else
    ++messages.begin()->second;
  return first;
}

/// What is logged at all, from what file and handler want. Under the mutex.
void set_threshold(const Log& state) {
  threshold.store(std::min(state.file_level, state.handler_level));
  send_hits_the_long_way(hits_are_logged, logs(LogLevel::debug));
}

/// Writes into the log file alone.
void log_to_file(LogLevel level, std::string_view tag, std::string_view function, std::string_view message) {
  Log& state = log_state();
  const std::lock_guard lock(state.mutex);
  if (state.file && static_cast<int>(level) >= state.file_level)
    state.file->write(fmt::format("{} {} {}", tag, function, message));
}

}  // namespace

bool logs(LogLevel level) noexcept { return static_cast<int>(level) >= threshold.load(std::memory_order_relaxed); }

void log(LogLevel level, std::string_view own_tag, std::string_view name, std::string_view told) noexcept try {
  if (!logs(level)) return;
  // Names and origins in it come from files, which may be anybody's; keys in names from data.
  const std::string tag = text::printable(own_tag), function = text::printable(name);
  const std::string message = text::printable(told);
  log_to_file(level, tag, function, message);
  std::shared_ptr<const LogHandler> handler;
  {
    Log& state = log_state();
    const std::lock_guard lock(state.mutex);
    if (static_cast<int>(level) >= state.handler_level) handler = state.log_handler;
  }
  if (handler) (*handler)(level, tag, function, message);
} catch (const std::exception&) {  // out of memory: a log line is not worth a call
}

void report(const Trouble& told) noexcept try {
  const Trouble trouble{told.place, told.reason, text::printable(told.message)};
  std::shared_ptr<const std::function<void(const Trouble&)>> handler;
  {
    Log& state = log_state();
    const std::lock_guard lock(state.mutex);
    if (!is_new(state, trouble)) return;
    handler = state.handler;
  }
  log_to_file(LogLevel::warning, "-", text::printable(trouble.place), trouble.message);
  if (handler)
    (*handler)(trouble);
  else
    std::fprintf(stderr, "cache_on_disk: %s\n", trouble.message.c_str());
} catch (const std::exception&) {  // as above; a handler that throws has been told not to
}

namespace {

template <class IsMeant>
std::map<std::string, std::uint64_t> troubles_where(IsMeant&& is_meant) {
  Log& state = log_state();
  const std::lock_guard lock(state.mutex);
  std::map<std::string, std::uint64_t> found;
  for (const auto& [where, messages] : state.seen)
    if (is_meant(where.first))
      for (const auto& [message, count] : messages) found[where.second + ": " + message] += count;
  return found;
}

}  // namespace

std::map<std::string, std::uint64_t> troubles_at(const std::string& place) {
  return troubles_where([&](const std::string& other) { return other == place; });
}

std::map<std::string, std::uint64_t> troubles_within(const std::string& directory) {
  return troubles_where(
      [&](const std::string& other) { return other == directory || other.starts_with(directory + "/"); });
}

}  // namespace cache_on_disk::system

namespace cache_on_disk {

void set_logfile(const std::string& filename, int level, const std::string&) {
  auto file = filename.empty() ? nullptr : std::make_unique<system::LogFile>(filename);
  system::Log& state = system::log_state();
  const std::lock_guard lock(state.mutex);
  state.file.swap(file);
  state.file_level = state.file ? level : system::nothing;
  system::set_threshold(state);
}

void set_log_handler(LogHandler handler, int level) {
  auto shared = handler ? std::make_shared<const LogHandler>(std::move(handler)) : nullptr;
  system::Log& state = system::log_state();
  const std::lock_guard lock(state.mutex);
  state.log_handler.swap(shared);
  state.handler_level = state.log_handler ? level : system::nothing;
  system::set_threshold(state);
}

void set_logfile(const std::string& filename, LogLevel level, const std::string& name) {
  set_logfile(filename, static_cast<int>(level), name);
}

void set_trouble_handler(std::function<void(const Trouble&)> handler) {
  system::Log& state = system::log_state();
  const std::lock_guard lock(state.mutex);
  state.handler = handler ? std::make_shared<const std::function<void(const Trouble&)>>(std::move(handler)) : nullptr;
}

}  // namespace cache_on_disk
