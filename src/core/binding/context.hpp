// Under which tag, and where, the methods of an object tree are cached.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "cache_on_disk/detail/core/settings.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::core {

/// The settings of a walk, and what follows from them; immutable.
class Context {
 public:
  /// Finds the default tmpdir, if it will be needed. Throws std::invalid_argument if prefix + tag is unusable, or the tmpdir
  /// begins with the home directory of an unknown user.
  explicit Context(Settings settings);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const Settings& settings() const noexcept { return settings_; }
  bool has_tag() const noexcept { return settings_.tag.has_value(); }
  /// The directory of the tag below the tmpdir: prefix + tag.
  const std::string& component() const noexcept { return component_; }
  /// The tmpdir as it was given (but for `~`), or the default one; empty if there is none.
  const std::string& tmpdir() const noexcept { return tmpdir_; }
  /// The tag directory now: a relative tmpdir is resolved at each use.
  entry::Place place() const;
  /// The same by one path, however it is written: flights and waits must know a directory again, behind a slash too many or
  /// a link, or a caller would wait for itself.
  std::string one_path() const;

  /// The same settings but for the tag; made once. Thread-safe. Throws std::bad_alloc.
  const std::shared_ptr<const Context>& without_tag() const;

  /// True for the first who asks: who binds cells looks at what the path names now, not at a directory that was opened
  /// for others and may have been moved away since. Thread-safe.
  bool is_first_look() const noexcept { return !looked_.load(std::memory_order_relaxed) && !looked_.exchange(true); }

  /// True while there is a context with a tag.
  static bool any_tagged() noexcept;

 private:
  Settings settings_;
  std::string component_;
  std::string tmpdir_;
  std::string one_path_;  // under an absolute tmpdir
  mutable std::shared_ptr<const Context> without_tag_;
  mutable std::atomic<bool> looked_{false};
};

/// The first usable of CACHE_ON_DISK_DIR, TMPDIR, TEMP, TMP, /tmp, /var/tmp and /usr/tmp, as an absolute path; empty if
/// there is none. A directory that CACHE_ON_DISK_DIR names is made when needed.
std::string default_tmpdir();

/// Puts a directory of the program's choice, an absolute path, before TMPDIR and all that follow it; empty: none.
/// Thread-safe.
void prefer_tmpdir(const std::string& path);

}  // namespace cache_on_disk::core
