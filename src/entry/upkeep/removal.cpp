#include "upkeep/removal.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

#include "files/directory.hpp"
#include "format/names.hpp"
#include "format/tag_files.hpp"
#include "process/users.hpp"
#include "store/base_directory.hpp"
#include "store/entry_lock.hpp"
#include "store/lock_file.hpp"

namespace cache_on_disk::entry {
namespace {

/// True for the very file, unchanged: an inode number may be used again.
bool is_same(const system::FileStatus& now, const system::FileStatus& judged) {
  return now.same_file(judged) && now.size == judged.size && now.modified_seconds == judged.modified_seconds &&
         now.modified_nanoseconds == judged.modified_nanoseconds;
}

/// True if there is something that shows that a cache made the directory, and nothing else.
bool holds_only_ours(const TagDirectory& directory) {
  auto files = system::DirectoryStream::open(directory.descriptor());
  if (!files) return false;
  for (bool marked = false;; marked = true) {
    const auto file = files->next();
    if (!file) return false;
    if (!*file) return marked;
    const FileRole role = role_of((*file)->name);
    const bool is_ours = role == FileRole::lock || (role == FileRole::cachedir_tag && has_our_cachedir_tag(directory));
    if ((*file)->kind != system::FileKind::regular || !is_ours) return false;
  }
}

/// A directory, and the name of the next one below it on the way to a tag's.
struct Stage {
  system::Descriptor descriptor;
  std::string next;
};

/// The way from the tmpdir to a tag's directory, which is the last stage's next; empty if it cannot be opened. Links
/// are not followed.
std::vector<Stage> open_way(const Place& place) {
  std::vector<Stage> way;
  std::string_view rest = place.component;
  auto opened = open_base_directory(place, IfMissing::report);
  while (opened) {
    way.push_back({*std::move(opened), std::string(take_component(rest))});
    if (rest.empty()) return way;
    opened = system::open_directory(way.back().descriptor.number(), way.back().next, false);
  }
  return {};
}

/// Removes the directory that the way leads to, and shortens the way.
bool remove_last(std::vector<Stage>& way) {
  if (system::remove_directory_at(way.back().descriptor.number(), way.back().next.c_str()) != 0) return false;
  way.pop_back();
  return true;
}

/// True if the directory that the way leads to is our user's.
bool is_ours(const std::vector<Stage>& way) {
  system::FileStatus status;
  const Stage& parent = way.back();
  return system::status_at(parent.descriptor.number(), parent.next.c_str(), status) == 0 &&
         status.uid == system::effective_user();
}

}  // namespace

Removal remove_entry(const TagDirectoryPtr& directory, const std::string& name, const std::string& stem,
                     const system::FileStatus& judged) {
  EntryLock lock(directory, stem);
  if (lock.try_acquire() == EntryLock::State::busy) return Removal::busy;
  system::FileStatus now;
  if (system::status_at(directory->descriptor(), name.c_str(), now) != 0)
    return errno == ENOENT ? Removal::missing : Removal::failed;
  if (!is_same(now, judged)) return Removal::changed;
  if (system::unlink_at(directory->descriptor(), name.c_str()) == 0) return Removal::removed;
  return errno == ENOENT ? Removal::missing : Removal::failed;
}

Removal remove_tag_directory(const TagDirectory& directory) {
  if (!directory.still_in_place() || !holds_only_ours(directory)) return Removal::changed;
  const auto lock = open_lock_file(directory);
  if (lock && system::lock_all_bytes(lock->number()) != 0 && (errno == EAGAIN || errno == EACCES)) return Removal::busy;
  // From here on, whoever comes finds no lock file or one that the path no longer names, and takes a new one.
  for (const char* const name : {cachedir_tag_name, lock_file_name})
    if (system::unlink_at(directory.descriptor(), name) != 0 && errno != ENOENT) return Removal::failed;
  auto way = open_way(directory.place());
  if (way.empty()) return Removal::failed;
  const bool removed = remove_last(way);
  const int code = errno;
  if (removed) {
    forget_tag_directory(directory.place());
    // And what led to it alone: a directory that holds anything stays.
    while (!way.empty() && is_ours(way) && remove_last(way)) {
    }
    return Removal::removed;
  }
  write_cachedir_tag(directory);
  errno = code;
  return code == ENOTEMPTY || code == EEXIST ? Removal::changed : Removal::failed;
}

}  // namespace cache_on_disk::entry
