#include "binding/context.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <stdexcept>

#include "binding/default_place.hpp"
#include "files/directory.hpp"
#include "format/names.hpp"
#include "log/log.hpp"
#include "process/fork.hpp"
#include "process/users.hpp"
#include "text/printable.hpp"

namespace cache_on_disk::core {
namespace {
std::atomic<int> tagged_contexts{0};
}

namespace {
std::string canonical(const std::string& path) {
  std::error_code error;
  std::string one = std::filesystem::weakly_canonical(path, error).string();
  if (error) return path;
  while (one.size() > 1 && one.ends_with('/')) one.pop_back();
  return one;
}

/// The tmpdir as it was given, but for a home directory at its beginning: a program is given "~/x" by files and forms where no
/// shell has replaced it. Throws std::invalid_argument if there is no such user.
std::string tmpdir_at_home(const std::string& path) {
  if (auto expanded = system::with_home(path)) return *std::move(expanded);
  throw std::invalid_argument(
      fmt::format("cache_on_disk: the tmpdir '{0}' begins with '~' and the name of a user, and there is no such "
                  "user: './{0}' is a directory of that name",
                  text::printable(path)));
}
}  // namespace

Context::Context(Settings settings)
    : settings_(std::move(settings)),
      // A prefix is checked before there is a tag, too.
      component_(entry::tag_path(settings_.prefix, settings_.tag.value_or("x"))) {
  if (settings_.tmpdir) tmpdir_ = tmpdir_at_home(*settings_.tmpdir);
  if (!has_tag()) return;
  if (!settings_.tmpdir) tmpdir_ = default_tmpdir(component_, settings_.trust);
  if (tmpdir_.starts_with('/')) one_path_ = canonical(tmpdir_) + "/" + component_;
  ++tagged_contexts;
}

Context::~Context() {
  if (has_tag()) --tagged_contexts;
}

entry::Place Context::place() const { return {system::absolute_path(tmpdir_), component_, settings_.trust}; }

std::string Context::one_path() const {
  return one_path_.empty() ? canonical(system::absolute_path(tmpdir_)) + "/" + component_ : one_path_;
}

namespace {
struct WithoutTag {
  system::GlobalMutex mutex{system::MutexRank::contexts};
};
}  // namespace

const std::shared_ptr<const Context>& Context::without_tag() const {
  const std::lock_guard lock(system::lasting<WithoutTag>().mutex);
  if (!without_tag_) {
    Settings settings = settings_;
    settings.tag.reset();
    without_tag_ = std::make_shared<const Context>(std::move(settings));
  }
  return without_tag_;
}

bool Context::any_tagged() noexcept { return tagged_contexts.load(std::memory_order_relaxed) > 0; }

namespace {
struct Preferred {
  system::GlobalMutex mutex{system::MutexRank::contexts};
  std::string path;
};
Preferred& preferred() { return system::lasting<Preferred>(); }
}  // namespace

void prefer_tmpdir(const std::string& path) {
  Preferred& current = preferred();
  const std::lock_guard lock(current.mutex);
  current.path = path;
}

std::string default_tmpdir() {
  if (const char* const own = std::getenv("CACHE_ON_DISK_DIR"); own != nullptr && *own != '\0') {
    const std::string path = system::absolute_path(system::with_home(own).value_or(own));
    std::error_code error;
    if (!std::filesystem::exists(path, error) || system::is_writable_directory(path)) return path;
    system::report({path, "not writable",
                    "CACHE_ON_DISK_DIR=" + path + " is not a directory that can be written: another one is used"});
  }
  {
    Preferred& current = preferred();
    const std::lock_guard lock(current.mutex);
    if (!current.path.empty() && system::is_writable_directory(current.path)) return current.path;
  }
  for (const char* const variable : {"TMPDIR", "TEMP", "TMP"})
    if (const char* const path = std::getenv(variable); path != nullptr && *path != '\0')
      if (system::is_writable_directory(path)) return system::absolute_path(path);
  for (const char* const path : {"/tmp", "/var/tmp", "/usr/tmp"})
    if (system::is_writable_directory(path)) return path;
  system::report({"tmpdir", "none",
                  "no writable directory among CACHE_ON_DISK_DIR, TMPDIR, TEMP, TMP, /tmp, /var/tmp and /usr/tmp: "
                  "nothing is cached until set_tmpdir names one"});
  return {};
}

}  // namespace cache_on_disk::core
