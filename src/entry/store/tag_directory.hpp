// The directory of one tag, opened once and judged by its descriptor; everything goes through that descriptor.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "cache_on_disk/options.hpp"
#include "cache_on_disk/result.hpp"
#include "files/descriptor.hpp"
#include "files/file_system.hpp"

namespace cache_on_disk::entry {

/// Where a tag directory is, and who may share it.
struct Place {
  std::string tmpdir;     ///< absolute
  std::string component;  ///< prefix + tag: a relative path of one or more components (names.hpp)
  Trust trust;

  std::string path() const { return tmpdir + (tmpdir.ends_with('/') ? "" : "/") + component; }
  bool operator==(const Place&) const = default;
};

/// Whether a directory that is not there is made.
enum class IfMissing { report, create };

/// Whether a directory that is open already is used although the path may name another by now.
enum class IfOpen { take, look_again };

/// What is known of the free space of a file system, so that not each of many small stores asks a server for it. Thread-safe.
class KnownRoom {
 public:
  /// Takes that much off what is known to be free above `floor`; false if that has to be asked for.
  bool take(std::uint64_t size, const std::optional<std::uint64_t>& floor) noexcept;
  /// So much was free above `floor` just now.
  void note(std::uint64_t bytes, const std::optional<std::uint64_t>& floor) noexcept;

 private:
  std::atomic<std::uint64_t> floor_{0};
  std::atomic<std::uint64_t> left_{0};
  std::atomic<std::int64_t> until_{0};
};

/// An open tag directory. Immutable but for what is remembered of its use, so free to share between threads.
class TagDirectory {
 public:
  struct Facts {
    system::FileSystem file_system;
    bool others_may_write = false;
    bool just_made = false;
  };
  TagDirectory(Place place, system::Descriptor descriptor, const system::FileStatus& status, Facts facts);

  int descriptor() const noexcept { return descriptor_.number(); }
  const Place& place() const noexcept { return place_; }
  const std::string& path() const noexcept { return path_; }
  /// What may be done here, and how the client is made to ask its server again.
  const system::FileSystem& file_system() const noexcept { return facts_.file_system; }
  /// True if other hosts may change files here.
  bool on_network() const noexcept { return facts_.file_system.is_shared(); }
  std::uint64_t inode() const noexcept { return status_.inode; }
  gid_t group() const noexcept { return status_.gid; }
  /// True where somebody else than we and root can put files: under any trust but the private one.
  bool others_may_write() const noexcept { return facts_.others_may_write; }
  /// True if it was made when it was opened: nobody has left anything in it.
  bool just_made() const noexcept { return facts_.just_made; }
  /// False if the path names another directory by now, or none. Where the client of a network file system may remember a
  /// directory that is gone, the server is asked.
  bool still_in_place() const;
  /// Has a client that believes these names missing look for them again. False if the directory itself is known to be gone.
  bool ask_again(std::span<const std::string> names) const noexcept;
  /// Counts the threads that were left behind in calls which the file system does not answer. Thread-safe.
  void count_unanswered(int change) const noexcept { unanswered_ += change; }
  bool is_unanswered() const noexcept { return unanswered_.load(std::memory_order_relaxed) > 0; }
  /// Whether the file system has answered within the last second, as far as was noted. Thread-safe.
  bool has_just_answered() const noexcept;
  void note_answer() const noexcept;
  KnownRoom& room() const noexcept { return room_; }
  /// True at most once a minute while this is open: the caller who is told so sweeps. Thread-safe.
  bool is_due_for_sweep() const noexcept;
  /// True for the first who asks while this is open. Thread-safe.
  bool is_first_use() const noexcept { return !used_.load(std::memory_order_relaxed) && !used_.exchange(true); }

 private:
  Place place_;
  std::string path_;
  system::Descriptor descriptor_;
  system::FileStatus status_;
  Facts facts_;
  mutable std::atomic<int> unanswered_{0};
  mutable std::atomic<std::int64_t> answered_at_{INT64_MIN / 2};
  mutable KnownRoom room_;
  mutable std::atomic<bool> used_{false};
  mutable std::atomic<std::int64_t> sweep_due_;
};

using TagDirectoryPtr = std::shared_ptr<const TagDirectory>;

/// The open directory of a place, from a small table of those used last, or opened and judged now. The error has
/// code ENOENT if it is missing and was not to be made, and EACCES if it must not be trusted. Thread-safe.
Result<TagDirectoryPtr> open_tag_directory(const Place& place, IfMissing if_missing,
                                           IfOpen if_open = IfOpen::look_again);

/// The directory of a place if it is open already; nothing is asked of any file system. Thread-safe.
TagDirectoryPtr known_tag_directory(const Place& place);

/// Forgets an open directory that is no longer in place.
void forget_tag_directory(const Place& place);

/// Makes the directory ready to take files: CACHEDIR.TAG tells backup programs to leave it out.
void write_cachedir_tag(const TagDirectory& directory);

/// True if it holds a CACHEDIR.TAG that says that it is ours.
bool has_our_cachedir_tag(const TagDirectory& directory);

}  // namespace cache_on_disk::entry
