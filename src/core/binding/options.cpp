#include "cache_on_disk/options.hpp"

#include <charconv>
#include <cstdlib>
#include <mutex>
#include <string_view>

#include "binding/modes.hpp"
#include "process/fork.hpp"
#include "store/notice.hpp"

namespace cache_on_disk {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// A misspelt switch must not go unseen: who wrote "read-only" counts on it.
void complain(const char* name, std::string_view value, const char* known) {
  entry::notice({name, "unknown value",
                 std::string(name) + "=" + std::string(value) + " is not known and has no effect; known: " + known});
}

Options from_environment() {
  Options options;
  if (const auto mode = variable("CACHE_ON_DISK"); mode == "off")
    options.mode = Mode::off;
  else if (mode == "readonly")
    options.mode = Mode::readonly;
  else if (mode == "refresh")
    options.mode = Mode::refresh;
  else if (!mode.empty() && mode != "on")
    complain("CACHE_ON_DISK", mode, "on, off, readonly, refresh");
  if (const auto verify = variable("CACHE_ON_DISK_VERIFY"); verify == "always")
    options.verify = Verify::always;
  else if (!verify.empty() && verify != "auto")
    complain("CACHE_ON_DISK_VERIFY", verify, "auto, always");
  if (const auto legacy = variable("CACHE_ON_DISK_LEGACY"); legacy == "refuse")
    options.accept_trailerless = false;
  else if (!legacy.empty() && legacy != "accept")
    complain("CACHE_ON_DISK_LEGACY", legacy, "accept, refuse");
  if (const auto after = variable("CACHE_ON_DISK_LOST_LOCK_AFTER"); after == "never") {
    options.lost_lock_after.reset();
  } else if (!after.empty()) {
    // Of a size that a time of this kind takes: a hundred years.
    constexpr std::int64_t most = std::int64_t{100} * 366 * 24 * 3600;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(after.data(), after.data() + after.size(), seconds);
    if (error == std::errc() && end == after.data() + after.size() && seconds >= 0 && seconds <= most)
      options.lost_lock_after = std::chrono::seconds(seconds);
    else
      complain("CACHE_ON_DISK_LOST_LOCK_AFTER", after, "seconds, never");
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
