#include "core/context.hpp"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "entry/names.hpp"
#include "entry/notice.hpp"
#include "system/directory.hpp"
#include "system/fork.hpp"

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
}  // namespace

Context::Context(Settings settings)
    : settings_(std::move(settings)), component_(settings_.prefix + settings_.tag.value_or("")) {
  entry::check_tag(settings_.prefix,
                   settings_.tag.value_or("x"));  // a prefix is checked before there is a tag, too
  if (!has_tag()) return;
  tmpdir_ = settings_.tmpdir.value_or("");
  if (!settings_.tmpdir) tmpdir_ = default_tmpdir();
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

const std::shared_ptr<const Context>& Context::without_tag() const {
  static system::GlobalMutex& mutex = *new system::GlobalMutex(system::MutexRank::contexts);
  const std::lock_guard lock(mutex);
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
Preferred& preferred() {
  static Preferred& leaked = *new Preferred;
  return leaked;
}
}  // namespace

void prefer_tmpdir(const std::string& path) {
  Preferred& current = preferred();
  const std::lock_guard lock(current.mutex);
  current.path = path;
}

std::string default_tmpdir() {
  if (const char* const own = std::getenv("CACHE_ON_DISK_DIR"); own != nullptr && *own != '\0') {
    std::string path = system::absolute_path(own);
    std::error_code error;
    if (!std::filesystem::exists(path, error) || system::is_writable_directory(path)) return path;
    entry::notice(
        {path, "not writable",
         "CACHE_ON_DISK_DIR=" + path + " is no directory that can be written: another one is used"});
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
  entry::notice(
      {"tmpdir", "none",
       "no writable directory among CACHE_ON_DISK_DIR, TMPDIR, TEMP, TMP, /tmp, /var/tmp and /usr/tmp: "
       "nothing is cached until set_tmpdir names one"});
  return {};
}

}  // namespace cache_on_disk::core
