#include "seekable_input.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "files/errors.hpp"
#include "store/copy.hpp"

namespace cache_on_disk::tool {
namespace {

constexpr std::size_t piece_size = std::size_t{256} << 10;

Result<system::Descriptor> unnamed_file(const std::string& directory) {
  system::Descriptor file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  std::string pattern = directory + "/.cache-on-disk-import-XXXXXX";  // where there is no O_TMPFILE
  file.reset(::mkostemp(pattern.data(), O_CLOEXEC));
  if (!file) return system::last_error("cannot create a temporary file in", directory);
  ::unlink(pattern.c_str());
  return file;
}

Result<std::uint64_t> copy(int from, int to) {
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(piece_size);
  std::uint64_t size = 0;
  while (true) {
    const ssize_t count = ::read(from, buffer.get(), piece_size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system::last_error("cannot read", "the archive");
    if (count == 0) return size;
    for (ssize_t written = 0; written < count;) {
      const ssize_t part = system::write_at(to, buffer.get() + written, static_cast<std::size_t>(count - written),
                                            static_cast<off_t>(size));
      if (part <= 0) return system::last_error("cannot copy", "the archive");
      written += part;
      size += static_cast<std::uint64_t>(part);
    }
  }
}

}  // namespace

SeekableInput::SeekableInput(system::Descriptor file, std::uint64_t size)
    : file_(std::move(file)), size_(size), read_(entry::reader_of(file_.number())) {}

Result<SeekableInput> SeekableInput::open(const std::string& path, const std::string& directory) {
  system::Descriptor file(path == "-" ? ::dup(STDIN_FILENO) : system::open_at(AT_FDCWD, path.c_str(), O_RDONLY));
  if (!file) return system::last_error("cannot open", path);
  system::FileStatus status;
  if (system::status_of(file.number(), status) != 0) return system::last_error("cannot stat", path);
  if (status.is_directory()) return Error{path + " is a directory, not an archive", EISDIR};
  if (status.is_regular()) return SeekableInput(std::move(file), status.size);
  auto spool = unnamed_file(directory);
  if (!spool) return spool.error();
  const auto size = copy(file.number(), spool->number());
  if (!size) return size.error();
  return SeekableInput(*std::move(spool), *size);
}

}  // namespace cache_on_disk::tool
