#include "entry/removal.hpp"

#include <cerrno>

#include "entry/entry_lock.hpp"
#include "entry/lock_file.hpp"
#include "entry/tag_files.hpp"
#include "system/directory.hpp"

namespace cache_on_disk::entry {
namespace {

/// True for the very file, unchanged: an inode number may be used again.
bool is_same(const system::FileStatus& now, const system::FileStatus& judged) {
  return now.same_file(judged) && now.size == judged.size &&
         now.modified_seconds == judged.modified_seconds &&
         now.modified_nanoseconds == judged.modified_nanoseconds;
}

bool holds_only_ours(const TagDirectory& directory) {
  auto files = system::DirectoryStream::open(directory.descriptor());
  if (!files) return false;
  while (true) {
    const auto file = files->next();
    if (!file) return false;
    if (!*file) return true;
    const FileRole role = role_of((*file)->name);
    if ((*file)->kind != system::FileKind::regular ||
        (role != FileRole::lock && role != FileRole::cachedir_tag))
      return false;
  }
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
  if (lock && system::lock_all_bytes(lock->number()) != 0 && (errno == EAGAIN || errno == EACCES))
    return Removal::busy;
  // From here on, whoever comes finds no lock file or one that the path no longer names, and takes a new one.
  for (const char* const name : {cachedir_tag_name, lock_file_name})
    if (system::unlink_at(directory.descriptor(), name) != 0 && errno != ENOENT) return Removal::failed;
  const system::Descriptor base(
      system::open_at(AT_FDCWD, directory.place().tmpdir.c_str(), O_RDONLY | O_DIRECTORY));
  if (!base) return Removal::failed;
  const bool removed = system::remove_directory_at(base.number(), directory.place().component.c_str()) == 0;
  const int code = errno;
  if (removed) {
    forget_tag_directory(directory.place());
    return Removal::removed;
  }
  write_cachedir_tag(directory);
  errno = code;
  return code == ENOTEMPTY || code == EEXIST ? Removal::changed : Removal::failed;
}

}  // namespace cache_on_disk::entry
