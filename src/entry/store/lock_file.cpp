#include "store/lock_file.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "files/errors.hpp"
#include "format/tag_files.hpp"
#include "process/process.hpp"
#include "process/users.hpp"
#include "store/trust.hpp"

namespace cache_on_disk::entry {
namespace {

constexpr int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
constexpr mode_t group_mode = 0660;

Error cannot(std::string_view what, const TagDirectory& directory) {
  return system::last_error(what, directory.path());
}

Error unfit(const TagDirectory& directory, std::string_view why) {
  return {fmt::format("the lock file {}/{} {}", directory.path(), lock_file_name, why), EACCES};
}

/// Makes the lock file of a group, with all its rights from the moment on at which it has its name: rights given to a
/// file that is found under the name might be given to another.
Result<void> make_for_group(const TagDirectory& directory) {
  const int parent = directory.descriptor();
  const std::string name = fmt::format("{}{:016x}", temporary_prefix, system::random_bits());
  const system::Descriptor file(system::open_at(parent, name.c_str(), flags | O_CREAT | O_EXCL, group_mode));
  if (!file) return cannot("cannot create the lock file in", directory);
  int done = system::change_group(file.number(), directory.group());
  if (done == 0) done = system::change_mode(file.number(), group_mode);
  if (done == 0) {
    done = system::link_at(parent, name.c_str(), lock_file_name);
    if (done != 0 && errno != EEXIST)  // a file system without hard links
      done = system::rename_at(parent, name.c_str(), lock_file_name);
    else
      done = 0;
  }
  const int code = errno;
  (void)system::unlink_at(parent, name.c_str());
  errno = code;
  if (done != 0) return cannot("cannot create the lock file in", directory);
  return {};
}

/// The file of a group: whoever may write the directory may write the file, so writing it gives him nothing.
Result<system::Descriptor> open_for_group(const TagDirectory& directory) {
  system::Descriptor file(system::open_at(directory.descriptor(), lock_file_name, flags));
  if (!file && errno == ENOENT) {
    if (auto made = make_for_group(directory); !made) return made.error();
    file.reset(system::open_at(directory.descriptor(), lock_file_name, flags));
  }
  if (!file) return cannot("cannot open the lock file in", directory);
  system::FileStatus status;
  if (system::status_of(file.number(), status) != 0) return cannot("cannot stat the lock file in", directory);
  if (!status.is_regular()) return unfit(directory, "is not a regular file");
  constexpr mode_t not_the_owners = 07077;
  if (status.gid != directory.group() || (status.mode & not_the_owners) != (group_mode & not_the_owners))
    return unfit(directory, "is not its group's to write: let its owner run 'rm' on it");
  return file;
}

/// In a directory of strangers only a file that none of them can open: what they can, they can lock for ever.
Result<system::Descriptor> open_among_strangers(const TagDirectory& directory) {
  system::Descriptor file(system::open_at(directory.descriptor(), lock_file_name, flags | O_CREAT, 0600));
  if (!file) return cannot("cannot open the lock file in", directory);
  system::FileStatus status;
  if (system::status_of(file.number(), status) != 0) return cannot("cannot stat the lock file in", directory);
  if (!status.is_regular()) return unfit(directory, "is not a regular file");
  if (status.uid != system::effective_user() || (status.mode & 0077) != 0) return unfit(directory, "is not ours alone");
  return file;
}

}  // namespace

Result<system::Descriptor> open_lock_file(const TagDirectory& directory) {
  if (directory.place().trust.kind == Trust::Kind::group) return open_for_group(directory);
  if (directory.others_may_write()) return open_among_strangers(directory);
  system::Descriptor file(system::open_at(directory.descriptor(), lock_file_name, flags | O_CREAT, 0600));
  if (!file) return cannot("cannot open the lock file in", directory);
  return file;
}

bool may_write_lock_file(const TagDirectory& directory) {
  return directory.place().trust.kind == Trust::Kind::group || !directory.others_may_write();
}

}  // namespace cache_on_disk::entry
