#include "files/calls.hpp"

#include <stdio.h>  // renameat
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>

#include "process/fork.hpp"

namespace cache_on_disk::system {
namespace {

std::atomic<Interceptor*> installed{nullptr};
std::atomic<int> asking{0};  // how many threads may be in an interceptor

// In a forked child other threads are gone.
[[maybe_unused]] const bool counts_in_children = (in_forked_child([] { asking = 0; }), true);

/// The interceptor, if there is one: it stays in place for as long as this lives.
class Asked {
 public:
  Asked() noexcept {
    if (installed.load(std::memory_order_acquire) == nullptr) return;
    ++asking;
    interceptor_ = installed;
    if (interceptor_ == nullptr) --asking;
  }
  ~Asked() {
    if (interceptor_ != nullptr) --asking;
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  explicit operator bool() const noexcept { return interceptor_ != nullptr; }
  Interceptor* operator->() const noexcept { return interceptor_; }

 private:
  Interceptor* interceptor_ = nullptr;
};

/// True if a test lets this call fail; errno is set then.
bool fails(Call call, const char* name = nullptr) noexcept {
  const Asked interceptor;
  if (!interceptor) return false;
  const int code = name == nullptr ? interceptor->before(call) : interceptor->before_on(call, name);
  if (code == 0) return false;
  errno = code;
  return true;
}

/// Repeats a call for as long as a signal interrupts it.
template <class F>
auto retry(Call call, F&& f, const char* name = nullptr) noexcept -> decltype(f()) {
  while (true) {
    if (!fails(call, name)) {
      const auto result = f();
      if (result >= 0 || errno != EINTR) return result;
    } else if (errno != EINTR) {
      return -1;
    }
  }
}

void copy(const struct stat& from, FileStatus& to) noexcept {
  to = {.mode = from.st_mode,
        .uid = from.st_uid,
        .gid = from.st_gid,
        .links = from.st_nlink,
        .size = static_cast<std::uint64_t>(from.st_size),
        .device = from.st_dev,
        .inode = from.st_ino,
        .modified_seconds = from.st_mtim.tv_sec,
        .modified_nanoseconds = static_cast<std::uint32_t>(from.st_mtim.tv_nsec)};
}

/// True if a file may have that size. Beyond the limit of the process a write would not only fail: it would raise
/// SIGXFSZ, which ends the process (setrlimit(2)).
bool within_limit(off_t size) noexcept {
  struct rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || static_cast<rlim_t>(size) <= limit.rlim_cur) return true;
  errno = EFBIG;
  return false;
}

struct flock byte_range(short type, off_t offset) noexcept {
  struct flock range{};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = offset;
  range.l_len = 1;
  return range;
}

}  // namespace

Interceptor* intercept(Interceptor* interceptor) noexcept {
  Interceptor* const before = installed.exchange(interceptor);
  while (asking > 0) std::this_thread::yield();  // it may be destroyed now
  return before;
}

const FileSystem* pretended_file_system() noexcept {
  const Asked interceptor;
  return interceptor ? interceptor->file_system() : nullptr;
}

int open_at(int directory, const char* name, int flags, mode_t mode) noexcept {
  return retry(Call::open, [&] { return ::openat(directory, name, flags | O_CLOEXEC, mode); }, name);
}

int close_descriptor(int descriptor) noexcept {
  // Never repeated: after EINTR Linux has closed the descriptor, and its number may be somebody else's (close(2)).
  const bool failing = fails(Call::close);
  const int code = errno;
  const int result = ::close(descriptor);
  if (failing) errno = code;
  return (failing || result == -1) && errno != EINTR ? -1 : 0;
}

int duplicate(int descriptor) noexcept {
  return retry(Call::duplicate, [&] { return ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0); });
}

int status_of(int descriptor, FileStatus& status) noexcept {
  struct stat raw{};
  const int result = retry(Call::stat, [&] { return ::fstat(descriptor, &raw); });
  if (result == 0) copy(raw, status);
  return result;
}

int status_at(int directory, const char* name, FileStatus& status) noexcept {
  struct stat raw{};
  const int result = retry(Call::stat, [&] { return ::fstatat(directory, name, &raw, AT_SYMLINK_NOFOLLOW); }, name);
  if (result == 0) copy(raw, status);
  return result;
}

int ask_server(int descriptor, FileStatus& status) noexcept {
#ifdef AT_STATX_FORCE_SYNC
  // The basic attributes, as NFS's client does not ask for less than those.
  struct statx raw{};
  const auto asked = [&] {
    return ::statx(descriptor, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, &raw);
  };
  const int result = retry(Call::ask_server, asked);
  if (result != 0) return result;
  status = {.mode = raw.stx_mode,
            .uid = raw.stx_uid,
            .gid = raw.stx_gid,
            .links = raw.stx_nlink,
            .size = raw.stx_size,
            .device = makedev(raw.stx_dev_major, raw.stx_dev_minor),
            .inode = raw.stx_ino,
            .modified_seconds = raw.stx_mtime.tv_sec,
            .modified_nanoseconds = raw.stx_mtime.tv_nsec};
  return 0;
#else
  return status_of(descriptor, status);
#endif
}

int birth_time_of(int descriptor, BirthTime& birth) noexcept {
  birth = {};
#ifdef STATX_BTIME
  struct statx raw{};
  const int result = retry(Call::stat, [&] { return ::statx(descriptor, "", AT_EMPTY_PATH, STATX_BTIME, &raw); });
  if (result == 0 && (raw.stx_mask & STATX_BTIME) != 0) birth = {raw.stx_btime.tv_sec, raw.stx_btime.tv_nsec, true};
  return result;
#else
  (void)descriptor;
  return 0;
#endif
}

ssize_t read_at(int descriptor, void* buffer, std::size_t size, off_t offset) noexcept {
  return retry(Call::read, [&] { return ::pread(descriptor, buffer, size, offset); });
}

void start_reading_ahead(int descriptor, std::uint64_t size) noexcept {
  // Of a mapping that nobody has read from, Linux brings in single pages around each fault, and the reader waits for all of
  // them. Once a byte was read at the start, what follows comes in larger pages, and the next while these are looked at. The
  // last page is asked for before: a fault there would begin a new series. SEQUENTIAL doubles what is read ahead.
#ifdef __linux__
  constexpr std::uint64_t page = 4096, read_at_once = std::uint64_t{128} << 10;
  if (size <= read_at_once) return;
  const std::uint64_t last_page = (size - 1) / page * page;
  const auto hint = [](auto&& call) { (void)retry(Call::read_ahead, call); };
  hint([&] { return ::posix_fadvise(descriptor, static_cast<off_t>(last_page), page, POSIX_FADV_WILLNEED); });
  hint([&] { return ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL); });
  char first_byte;
  hint([&] { return ::pread(descriptor, &first_byte, 1, 0); });
#else
  (void)descriptor, (void)size;
#endif
}

ssize_t write_at(int descriptor, const void* buffer, std::size_t size, off_t offset) noexcept {
  const Asked interceptor;
  if (interceptor) size = std::min(size, interceptor->write_limit());
  if (!within_limit(offset + static_cast<off_t>(size))) return -1;
  return retry(Call::write, [&] { return ::pwrite(descriptor, buffer, size, offset); });
}

int allocate(int descriptor, off_t size) noexcept {
  if (!within_limit(size)) return -1;
#ifdef __linux__
  return retry(Call::allocate, [&] { return ::fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, size); });
#else
  (void)descriptor, (void)size;
  errno = EOPNOTSUPP;
  return -1;
#endif
}

int truncate(int descriptor, off_t size) noexcept {
  if (!within_limit(size)) return -1;
  return retry(Call::truncate, [&] { return ::ftruncate(descriptor, size); });
}

int sync_data(int descriptor) noexcept {
  return retry(Call::sync, [&] { return ::fdatasync(descriptor); });
}

int start_writeback(int descriptor) noexcept {
#ifdef __linux__
  return retry(Call::writeback, [&] { return ::sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE); });
#else
  (void)descriptor;
  return 0;
#endif
}

int rename_at(int directory, const char* from, const char* to) noexcept {
  return retry(Call::rename, [&] { return ::renameat(directory, from, directory, to); }, to);
}

int link_at(int directory, const char* from, const char* to) noexcept {
  return retry(Call::link, [&] { return ::linkat(directory, from, directory, to, 0); });
}

int ask_for_name(int directory, const char* name) noexcept {
  const int made = retry(Call::link, [&] { return ::linkat(directory, ".", directory, name, 0); }, name);
  return made == 0 || errno == EEXIST || errno == EPERM ? 0 : -1;
}

int unlink_at(int directory, const char* name) noexcept {
  return retry(Call::unlink, [&] { return ::unlinkat(directory, name, 0); }, name);
}

int remove_directory_at(int directory, const char* name) noexcept {
  return retry(Call::rmdir, [&] { return ::unlinkat(directory, name, AT_REMOVEDIR); });
}

int touch_at(int directory, const char* name) noexcept {
  return retry(Call::touch, [&] { return ::utimensat(directory, name, nullptr, AT_SYMLINK_NOFOLLOW); });
}

int set_modified(int descriptor, std::int64_t seconds, std::uint32_t nanoseconds) noexcept {
  struct timespec times[2] = {};
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = static_cast<time_t>(seconds);
  times[1].tv_nsec = static_cast<long>(nanoseconds);
  return retry(Call::touch, [&] { return ::futimens(descriptor, times); });
}

int make_directory_at(int directory, const char* name, mode_t mode) noexcept {
  return retry(Call::mkdir, [&] { return ::mkdirat(directory, name, mode); });
}

int change_mode(int descriptor, mode_t mode) noexcept {
  return retry(Call::chmod, [&] { return ::fchmod(descriptor, mode); });
}

int change_group(int descriptor, gid_t group) noexcept {
  return retry(Call::set_owner, [&] { return ::fchown(descriptor, static_cast<uid_t>(-1), group); });
}

void* map_readonly(int descriptor, std::size_t size, off_t offset) noexcept {
  if (fails(Call::map)) return nullptr;
  void* const address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, offset);
  return address == MAP_FAILED ? nullptr : address;
}

void* map_privately(int descriptor, std::size_t size) noexcept {
  if (fails(Call::map)) return nullptr;
  void* const address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0);
  return address == MAP_FAILED ? nullptr : address;
}

int unmap(void* address, std::size_t size) noexcept { return ::munmap(address, size); }

int free_space(int descriptor, struct statvfs& space) noexcept {
  return retry(Call::space, [&] { return ::fstatvfs(descriptor, &space); });
}

std::uint32_t magic_at(const char* path) noexcept {
  struct statfs raw{};
  const int known = retry(Call::space, [&] { return ::statfs(path, &raw); }, path);
  return known == 0 ? static_cast<std::uint32_t>(raw.f_type) : 0;
}

int lock_byte(int descriptor, off_t offset) noexcept {
  struct flock range = byte_range(F_WRLCK, offset);
  return retry(Call::lock, [&] { return ::fcntl(descriptor, F_OFD_SETLK, &range); });
}

int wait_for_byte(int descriptor, off_t offset) noexcept {
  if (fails(Call::lock_wait)) return -1;
  struct flock range = byte_range(F_WRLCK, offset);
  return ::fcntl(descriptor, F_OFD_SETLKW, &range);
}

int unlock_byte(int descriptor, off_t offset) noexcept {
  struct flock range = byte_range(F_UNLCK, offset);
  return ::fcntl(descriptor, F_OFD_SETLK, &range);
}

int lock_all_bytes(int descriptor) noexcept {
  struct flock range = byte_range(F_WRLCK, 0);
  range.l_len = 0;  // up to the largest offset
  return retry(Call::lock, [&] { return ::fcntl(descriptor, F_OFD_SETLK, &range); });
}

int byte_is_locked(int descriptor, off_t offset) noexcept {
  struct flock range = byte_range(F_WRLCK, offset);
  if (retry(Call::lock, [&] { return ::fcntl(descriptor, F_OFD_GETLK, &range); }) != 0) return -1;
  return range.l_type == F_UNLCK ? 0 : 1;
}

}  // namespace cache_on_disk::system
