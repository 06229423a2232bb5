#include "store/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <utility>

#include "files/errors.hpp"
#include "files/lock_descriptor.hpp"
#include "format/footer.hpp"
#include "format/hash.hpp"
#include "format/tag_files.hpp"
#include "format/trailer.hpp"
#include "process/background.hpp"
#include "process/process.hpp"
#include "process/users.hpp"
#include "store/trust.hpp"

namespace cache_on_disk::entry {
namespace {

// Hashed and written piece by piece, so that the hash finds the bytes in the processor's cache. Each ends at a multiple of this
// in the file: then the kernel keeps it in pages of that size, and mapping it later takes two thirds of the time.
constexpr std::size_t piece_size = std::size_t{2} << 20;
// From this size on, reserving the room first nearly doubles the speed of writing; below it costs more than it gives.
constexpr std::uint64_t worth_allocating = std::uint64_t{256} << 10;
// What took less than this to compute is computed again as fast as a disk would take it in.
constexpr double worth_saving_seconds = 1;
// Below this size an entry is put together in memory and written by one call.
constexpr std::uint64_t written_at_once = std::uint64_t{64} << 10;

/// Hashes and writes what a codec hands over.
class FileSink : public Sink {
 public:
  FileSink(int file, std::uint64_t limit) : file_(file), limit_(limit) {
    if (limit <= written_at_once) buffer_.reserve(static_cast<std::size_t>(limit) + 1024);
  }

  bool write(std::span<const std::byte> bytes) override {
    if (error_ != 0) return false;
    if (bytes.size() > limit_ - size_) {
      error_ = EOVERFLOW;  // a codec that writes more than it announced
      return false;
    }
    size_ += bytes.size();
    if (limit_ <= written_at_once) {
      hasher_.update(bytes);
      append(bytes);
      return true;
    }
    while (!bytes.empty() && error_ == 0) {
      const std::size_t to_boundary = piece_size - static_cast<std::size_t>(offset_) % piece_size;
      const auto piece = bytes.first(std::min(to_boundary, bytes.size()));
      hasher_.update(piece);
      write_out(piece);
      bytes = bytes.subspan(piece.size());
    }
    return error_ == 0;
  }

  /// Writes the trailer, which the payload's hash does not cover.
  void finish(std::string_view trailer) {
    if (error_ != 0) return;
    append(bytes_of(trailer));
    write_out(bytes_of(buffer_));
  }

  std::uint64_t size() const { return size_; }
  int error() const { return error_; }
  Hash128 digest() const { return hasher_.digest(); }

 private:
  void append(std::span<const std::byte> bytes) {
    buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  void write_out(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t count = system::write_at(file_, bytes.data(), bytes.size(), offset_);
      if (count <= 0) {
        error_ = count == 0 ? EIO : errno;
        return;
      }
      offset_ += count;
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
  }

  int file_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
  off_t offset_ = 0;
  int error_ = 0;
  Hasher hasher_;
  std::string buffer_;
};

/// A temporary file that goes away unless it is renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const TagDirectory& directory)
      : directory_(directory),
        name_(fmt::format("{}{:016x}", temporary_prefix, system::random_bits())),
        file_(system::Descriptor(system::open_at(directory.descriptor(), name_.c_str(), flags(directory), 0600))),
        exists_(file_.number() >= 0) {}
  ~TemporaryFile() {
    if (exists_) (void)system::unlink_at(directory_.descriptor(), name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  explicit operator bool() const { return file_.number() >= 0; }
  int number() const { return file_.number(); }
  bool close() { return file_.close(); }

  /// Gives it its final name. After a lost answer of a network server the file may be there although the call says no:
  /// then the inode tells. A server may also say no while another host replaces or removes the file of that name.
  bool rename_to(const std::string& name, const system::FileStatus& status) {
    for (int number = 1;; ++number) {
      const bool renamed = system::rename_at(directory_.descriptor(), name_.c_str(), name.c_str()) == 0;
      const int code = errno;
      if (renamed || (code == ENOENT && leads_to(name, status))) {
        exists_ = false;
        return true;
      }
      const bool may_pass = system::is_passing(code) || (code == ENOENT && leads_to(name_, status));
      errno = code;
      if (!may_pass || number >= directory_.file_system().tries) return false;
      system::pause_before_try(number);
    }
  }

 private:
  /// To create a file and nothing else takes an NFS client two operations, and no other file has its name, 64 random bits, where
  /// nobody else can put one.
  static int flags(const TagDirectory& directory) {
    const bool exclusive = directory.others_may_write() || !directory.file_system().server_times;
    return O_RDWR | O_CREAT | O_NOFOLLOW | (exclusive ? O_EXCL : 0);
  }
  bool leads_to(const std::string& name, const system::FileStatus& status) const {
    system::FileStatus named;
    return system::status_at(directory_.descriptor(), name.c_str(), named) == 0 && named.same_file(status);
  }

  const TagDirectory& directory_;
  std::string name_;
  system::LockDescriptor file_;
  bool exists_;
};

Result<void> check_free_space(const TagDirectory& directory, std::uint64_t size, const Options& options) {
  if (directory.on_network() && directory.room().take(size, options.free_space_floor)) return {};
  struct statvfs space{};
  if (system::free_space(directory.descriptor(), space) != 0) return {};  // unknown: the writes will tell
  const std::uint64_t total = std::uint64_t{space.f_blocks} * space.f_frsize;
  const std::uint64_t available = std::uint64_t{space.f_bavail} * space.f_frsize;
  const std::uint64_t floor = options.free_space_floor.value_or(std::min(std::uint64_t{64} << 20, total / 20));
  if (total == 0) return {};
  if (available >= size && available - size >= floor) {
    if (directory.on_network()) directory.room().note(available - size - floor, options.free_space_floor);
    return {};
  }
  return Error{fmt::format("{} bytes do not fit into {}: {} are free, and {} stay free", size, directory.path(),
                           available, floor),
               ENOSPC};
}

/// Room and length come before the first byte: then no torn file can end where its payload does, and pass for one that
/// never had a footer. Where a server has every byte of a file before that gets its name, a small one needs neither.
bool set_final_length(int file, std::uint64_t size, const system::FileSystem& kind) {
  if (kind.whole_at_close && size <= written_at_once) return true;
  if (size >= worth_allocating && system::allocate(file, static_cast<off_t>(size)) != 0 && errno != EOPNOTSUPP &&
      errno != ENOSYS && errno != EINVAL)
    return false;
  return system::truncate(file, static_cast<off_t>(size)) == 0;
}

/// Under a trust that lets others read, they need the right to.
bool open_to_others(int file, const Trust& trust) {
  if (trust.kind == Trust::Kind::private_only) return true;
  if (trust.kind == Trust::Kind::group) {
    const auto group = system::find_group(trust.group_name);
    if (!group || system::change_group(file, *group) != 0) return false;
  }
  return system::change_mode(file, modes_under(trust).file) == 0;
}

/// True if a loss of power in the next half minute, after which the kernel writes by itself, would cost more than a moment.
/// Of many quick values each would wait for the disk's work with the one before: twice the time of a store.
bool worth_writing_back(std::uint64_t size, double seconds) noexcept {
  const bool known = seconds > 0;
  return size >= worth_allocating && (!known || seconds >= worth_saving_seconds);
}

/// Has the kernel begin to write the entry to the disk, so that a loss of power finds less to destroy. In the background:
/// a full queue of the disk makes the caller wait, for longer than writing into memory took.
void start_writeback(system::Descriptor file) noexcept try {
  if (!file) return;
  system::run_in_background([shared = std::make_shared<system::Descriptor>(std::move(file))] {
    (void)system::start_writeback(shared->number());
  });
} catch (const std::exception&) {  // it is only a hint
}

}  // namespace

Result<std::uint64_t> publish(const TagDirectory& directory, const std::string& name, const EntryKey& key,
                              const Encoding& encoding, Metadata metadata, const Options& options,
                              const std::optional<Hash128>& expected) {
  complete(metadata, key, encoding.type);
  const double seconds = metadata.seconds;
  std::string text = format_metadata(metadata, footer_size);
  const std::uint64_t payload_size = encoding.head.size() + encoding.body_size;
  const std::uint64_t size = payload_size + text.size() + footer_size;
  if (auto fits = check_free_space(directory, size, options); !fits) return fits.error();

  TemporaryFile file(directory);
  const auto failed = [&](std::string_view what) { return system::last_error(what, directory.path() + "/" + name); };
  if (!file) return failed("cannot create a temporary file for");
  // Asked for before the first byte is written, as an NFS client writes all it has out before it answers.
  system::FileStatus status;
  if (system::status_of(file.number(), status) != 0) return failed("cannot stat");
  // Its writer's lock tells a sweeper that the file is alive; without locks its age does. So it does where all clocks are one:
  // a small file is there for a moment only, and a lock takes three operations.
  if (!directory.file_system().server_times || size > written_at_once) (void)system::lock_byte(file.number(), 0);
  if (!open_to_others(file.number(), directory.place().trust)) return failed("cannot set group and mode of");
  if (!set_final_length(file.number(), size, directory.file_system())) return failed("cannot make room for");

  FileSink sink(file.number(), payload_size);
  sink.write(bytes_of(encoding.head));
  if (encoding.body && encoding.body_size > 0) encoding.body(sink);
  if (sink.error() == 0 && sink.size() != payload_size)
    return Error{
        fmt::format("the codec of {} wrote {} bytes, not the {} it announced", name, sink.size(), payload_size)};
  const Hash128 hash = sink.digest();
  if (expected && sink.error() == 0 && hash != *expected)
    return Error{name + ": the payload is not what its checksum says", EBADMSG};
  sink.finish(format_trailer(std::move(text), payload_size, hash, key.identity));
  if (errno = sink.error(); errno != 0) return failed("cannot write");

  system::Descriptor copy(worth_writing_back(size, seconds) ? system::duplicate(file.number()) : -1);
  if (!file.close()) return failed("cannot finish writing");
  if (!file.rename_to(name, status))
    return failed(errno == ENOENT ? "lost the store: the temporary file is gone of" : "cannot publish");
  start_writeback(std::move(copy));
  return size;
}

}  // namespace cache_on_disk::entry
