#include "output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "files/errors.hpp"
#include "process/process.hpp"

namespace cache_on_disk::tool {
namespace {

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path, bool force) {
  OutputFile output(path, force);
  if (path == "-") {
    if (::isatty(STDOUT_FILENO) == 1) return Error{"standard output is a terminal: name a file, or redirect it", 0};
    output.file_.reset(::dup(STDOUT_FILENO));
    if (!output.file_) return system::last_error("cannot write", "standard output");
    return output;
  }
  // Renaming a file to the name of a device or a pipe would do away with that.
  struct stat followed{};
  if (::stat(path.c_str(), &followed) == 0 && !S_ISREG(followed.st_mode))
    return Error{path + " is not a regular file (for standard output write -)", 0};
  system::FileStatus status;
  if (!force && system::status_at(AT_FDCWD, path.c_str(), status) == 0)
    return Error{path + " exists: --force replaces it", EEXIST};
  output.temporary_ = fmt::format("{}.{:016x}.tmp", path, system::random_bits());
  // Without a name, nothing is left of it if the program is killed; some file systems cannot do that.
  output.file_.reset(::open(directory_of(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
  output.named_ = !output.file_;
  if (output.named_)
    output.file_.reset(system::open_at(AT_FDCWD, output.temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0666));
  if (!output.file_) {
    output.temporary_.clear();
    return system::last_error("cannot create", path);
  }
  return output;
}

OutputFile::~OutputFile() {
  if (file_ && named_ && !temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> OutputFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_.number(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system::last_error("cannot write", path_);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

bool OutputFile::link_to(const std::string& path) const {
  if (named_) return ::link(temporary_.c_str(), path.c_str()) == 0;
  const std::string self = fmt::format("/proc/self/fd/{}", file_.number());
  return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

Result<void> OutputFile::commit() {
  if (temporary_.empty()) {
    if (!file_.close()) return system::last_error("cannot write", path_);
    return {};
  }
  if (::fsync(file_.number()) != 0) return system::last_error("cannot write", path_);
  // A link refuses to take the place of a file that came meanwhile.
  if (!force_ && link_to(path_)) {
    if (named_) ::unlink(temporary_.c_str());
    temporary_.clear();
  } else if (!force_ && errno == EEXIST) {
    return Error{path_ + " exists by now: --force replaces it", EEXIST};
  } else {
    // It is to be replaced, or there are no links here.
    if (!named_ && !link_to(temporary_)) return system::last_error("cannot write", path_);
    named_ = true;
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return system::last_error("cannot write", path_);
    temporary_.clear();
  }
  if (!file_.close()) return system::last_error("cannot write", path_);
  return {};
}

}  // namespace cache_on_disk::tool
