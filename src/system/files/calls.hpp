// The seam to the operating system: the system calls that store, load, lock and clear entries go through here, so that a
// test can make any of them fail, be interrupted or fall short, without root and without a kernel's help, and can play a
// file system of another kind (file_system.hpp). (Listing a directory, hints about memory, and waiting in poll do not.)
//
// The wrappers behave as the calls they are named after (-1 and errno), and repeat themselves on EINTR except
// where waiting is their purpose.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cache_on_disk::system {

/// The calls a test can intercept.
enum class Call {
  open,
  close,
  stat,
  read,
  read_ahead,  ///< start_reading_ahead(); not `read`, by which tests tell what is read from what is mapped
  write,
  allocate,
  truncate,
  sync,
  writeback,
  rename,
  link,
  unlink,
  mkdir,
  chmod,
  map,
  lock,
  lock_wait,
  space,
  set_owner,
  duplicate,
  touch,
  rmdir,
  ask_server  ///< a directory's attributes, past what the client of a network file system remembers
};

struct FileSystem;

/// A test's hand on the seam. Called before each system call, from any thread.
class Interceptor {
 public:
  virtual ~Interceptor() = default;
  /// Returns 0 to let the call happen, or an errno value with which it fails instead.
  virtual int before(Call call) = 0;
  /// The same for a call that names a file: what a client remembers of one name says nothing about others.
  virtual int before_on(Call call, const char* name) {
    (void)name;
    return before(call);
  }
  /// The kind of file system to pretend for all directories; nullptr: the true one.
  virtual const FileSystem* file_system() { return nullptr; }
  /// The most bytes the next write may take, to play short writes.
  virtual std::size_t write_limit() { return SIZE_MAX; }
};

/// Installs an interceptor for the whole process, or none (nullptr); returns the one before, in which no thread is any more. Not to
/// be called by an interceptor. Tests only.
Interceptor* intercept(Interceptor* interceptor) noexcept;
/// What the interceptor gives as file_system(), if there is one.
const FileSystem* pretended_file_system() noexcept;

/// What stat tells about a file, with the birth time of statx.
struct FileStatus {
  mode_t mode = 0;
  uid_t uid = 0;
  gid_t gid = 0;
  std::uint64_t links = 0;
  std::uint64_t size = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t modified_seconds = 0;
  std::uint32_t modified_nanoseconds = 0;

  bool is_regular() const { return S_ISREG(mode); }
  bool is_directory() const { return S_ISDIR(mode); }
  bool same_file(const FileStatus& other) const { return device == other.device && inode == other.inode; }
};

/// When a file was created; `known` is false where the file system does not tell.
struct BirthTime {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  bool known = false;
};

int open_at(int directory, const char* name, int flags, mode_t mode = 0) noexcept;
int close_descriptor(int descriptor) noexcept;
int duplicate(int descriptor) noexcept;  ///< the number of another descriptor of the same open file
int status_of(int descriptor, FileStatus& status) noexcept;
int status_at(int directory, const char* name, FileStatus& status) noexcept;  ///< never follows a link
/// What the server says of an open file or directory, not what its client remembers (statx(2), AT_STATX_FORCE_SYNC). On a
/// local file system as status_of. A client that learns this way that a directory has changed looks for its names again.
int ask_server(int descriptor, FileStatus& status) noexcept;
/// The server is asked for a name, as for one that is to be made, which a client never answers from what it remembers. Nothing
/// is made: a second name for the directory itself, which no kernel gives. 0 if the server was asked.
int ask_for_name(int directory, const char* name) noexcept;
int birth_time_of(int descriptor, BirthTime& birth) noexcept;
ssize_t read_at(int descriptor, void* buffer, std::size_t size, off_t offset) noexcept;
/// Has the kernel begin to read a file that will be read from start to end, and its last page before. A hint; none for
/// small files, which it reads at once whatever it is told.
void start_reading_ahead(int descriptor, std::uint64_t size) noexcept;
ssize_t write_at(int descriptor, const void* buffer, std::size_t size, off_t offset) noexcept;
int allocate(int descriptor, off_t size) noexcept;  ///< room on disk, the length unchanged
int truncate(int descriptor, off_t size) noexcept;
int sync_data(int descriptor) noexcept;
int start_writeback(int descriptor) noexcept;
int rename_at(int directory, const char* from, const char* to) noexcept;
int link_at(int directory, const char* from,
            const char* to) noexcept;  ///< a second name, never of a link's target
int unlink_at(int directory, const char* name) noexcept;
int remove_directory_at(int directory, const char* name) noexcept;
int touch_at(int directory, const char* name) noexcept;  ///< sets its times to now; never follows a link
int set_modified(int descriptor, std::int64_t seconds, std::uint32_t nanoseconds) noexcept;
int make_directory_at(int directory, const char* name, mode_t mode) noexcept;
int change_mode(int descriptor, mode_t mode) noexcept;
int change_group(int descriptor, gid_t group) noexcept;
void* map_readonly(int descriptor, std::size_t size, off_t offset = 0) noexcept;  ///< nullptr on failure
/// For writing that nobody else sees; else as map_readonly.
void* map_privately(int descriptor, std::size_t size) noexcept;
int unmap(void* address, std::size_t size) noexcept;
int free_space(int descriptor, struct statvfs& space) noexcept;
/// The number of the kind of file system at a path (f_type of statfs(2)); 0 if it cannot be told.
std::uint32_t magic_at(const char* path) noexcept;

/// Open-file-description byte locks. `lock_byte` does not wait (EAGAIN: somebody else holds it);
/// `wait_for_byte` does, and returns EINTR when a signal comes in between.
int lock_byte(int descriptor, off_t offset) noexcept;
int wait_for_byte(int descriptor, off_t offset) noexcept;
int unlock_byte(int descriptor, off_t offset) noexcept;
/// Every byte there is or may be, without waiting: fails with EAGAIN while anybody else holds one. Closing lets it go.
int lock_all_bytes(int descriptor) noexcept;
/// 1 if somebody else holds the byte, 0 if nobody does, -1 on error.
int byte_is_locked(int descriptor, off_t offset) noexcept;

}  // namespace cache_on_disk::system
