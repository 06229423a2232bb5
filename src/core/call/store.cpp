#include "call/store.hpp"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "files/errors.hpp"
#include "log/log.hpp"
#include "process/background.hpp"
#include "process/errand.hpp"
#include "process/fork.hpp"
#include "process/process.hpp"
#include "store/writer.hpp"
#include "upkeep/clear.hpp"

namespace cache_on_disk::core {
namespace {

std::int64_t now() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

std::string writer_text() {
  const system::ProcessIdentity self = system::this_process();
  return fmt::format("{} on {}, pid {}", system::program_name(), self.host, self.pid);
}

/// The directories that something has been stored into. By path: one that is deleted and made again, over and over, takes the place of
/// the one before.
struct Prepared {
  system::GlobalMutex mutex{system::MutexRank::ledger};
  std::map<std::string, std::uint64_t> inodes;
};

/// Done before the first store of a process into a directory: CACHEDIR.TAG, and, where somebody may have left something, a
/// sweep that nobody waits for.
void prepare(const entry::TagDirectory& directory) {
  {
    auto& prepared = system::lasting<Prepared>();
    const std::lock_guard lock(prepared.mutex);
    const auto [known, is_first] = prepared.inodes.try_emplace(directory.path(), directory.inode());
    if (!is_first && std::exchange(known->second, directory.inode()) == directory.inode()) return;
  }
  write_cachedir_tag(directory);
  if (directory.just_made()) return;
  const auto sweep = [place = directory.place()] {
    if (const auto opened = open_tag_directory(place, entry::IfMissing::report)) entry::sweep(**opened);
  };
  // The one background thread must not wait for a server that does not answer.
  if (directory.on_network())
    const system::Errand left_alone(sweep);
  else
    system::run_in_background(sweep);
}

/// Explains the kind of a failure in a word that does not change from entry to entry, so that it is told once.
std::string kind_of(const Error& error) {
  return error.code == 0 ? "not storable" : "cannot store: " + system::error_text(error.code);
}

}  // namespace

std::optional<Uncached> store(const Binding& binding, const entry::EntryKey& key, const entry::TagDirectory& directory,
                              const std::string& file, Call& call, double seconds, const Options& options) noexcept
    try {
  const auto fail = [&](const Error& error) -> std::optional<Uncached> {
    ++binding.counters().not_stored;
    const std::string why = "not stored: " + system::describe(error);
    system::log(LogLevel::debug, *binding.context().settings().tag, key.stem, why);  // it is reported, too
    const std::string place = error.code == 0 ? directory.path() + "/" + file : directory.path();
    return Uncached{binding.function_name(), kind_of(error), fmt::format("{} is {}", binding.function_name(), why),
                    place, binding.context().place().path()};
  };
  try {
    prepare(directory);
    const auto encoding = call.encode();
    if (!encoding) return fail(encoding.error());
    entry::Metadata metadata;
    metadata.created = now();
    metadata.seconds = seconds;
    metadata.writer = writer_text();
    metadata.arguments = call.noted_arguments();
    const auto size = entry::publish(directory, file, key, *encoding, std::move(metadata), options);
    if (!size) return fail(size.error());
    ++binding.counters().stored;
    binding.counters().bytes_written += *size;
    if (system::logs(LogLevel::debug))
      system::log(LogLevel::debug, *binding.context().settings().tag, key.stem,
                  fmt::format("saved to {}/{}", directory.path(), file));
    return std::nullopt;
  } catch (const std::exception& error) {
    return fail({error.what(), 0});
  } catch (...) {
    return fail({"the codec threw something that is not std::exception", 0});
  }
} catch (const std::exception&) {  // no memory left to tell of it either
  return std::nullopt;
}

}  // namespace cache_on_disk::core
