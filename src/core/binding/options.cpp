#include "cache_on_disk/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <string_view>

#include "binding/modes.hpp"
#include "binding/option_table.hpp"
#include "log/log.hpp"
#include "process/fork.hpp"

namespace cache_on_disk {
namespace {

/// What a user wrote, of one switch, as a number; false if that is not known.
bool understood(const core::Option& option, std::string_view text, core::Option::Number& number) {
  if (option.kind == core::Option::Kind::words) {
    const auto word = std::ranges::find(option.words, text);
    number = static_cast<std::uint64_t>(word - option.words.begin());
    return word != option.words.end();
  }
  if (text == "never") return number.reset(), true;
  // Of a size that a time of this kind takes: a hundred years.
  constexpr std::uint64_t most = std::uint64_t{100} * 366 * 24 * 3600;
  std::uint64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  number = seconds * 1000;
  return error == std::errc() && end == text.data() + text.size() && seconds <= most;
}

/// A misspelt switch must not go unseen: who wrote "read-only" counts on it.
void complain(const core::Option& option, std::string_view value) {
  system::report(
      {option.variable, "unknown value",
       fmt::format("{}={} is not known and has no effect; known: {}", option.variable, value,
                   option.words.empty() ? "seconds, never" : fmt::format("{}", fmt::join(option.words, ", ")))});
}

Options from_environment() {
  Options options;
  for (const core::Option& option : core::option_table()) {
    const char* const value = option.variable == nullptr ? nullptr : std::getenv(option.variable);
    if (value == nullptr || *value == '\0') continue;
    core::Option::Number number;
    if (understood(option, value, number))
      option.set(options, number);
    else
      complain(option, value);
  }
  return options;
}

/// Made while the program is loaded, but the environment is read at first use: the program may have set it.
struct State {
  system::GlobalMutex mutex{system::MutexRank::slots};
  std::optional<Options> options;
};

}  // namespace

Options options() {
  State& current = system::lasting<State>();
  {
    const std::lock_guard lock(current.mutex);
    if (current.options) return *current.options;
  }
  const Options initial = from_environment();  // complains, so without the mutex
  const std::lock_guard lock(current.mutex);
  if (!current.options) current.options = initial;
  return *current.options;
}

void set_options(const Options& options) {
  (void)cache_on_disk::options();  // the environment's are complained of, and noted as what was before
  State& current = system::lasting<State>();
  const std::lock_guard lock(current.mutex);
  core::note_mode(current.options->mode, options.mode);
  current.options = options;
}

}  // namespace cache_on_disk
