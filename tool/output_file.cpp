#include "output_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "system/errors.hpp"
#include "system/process.hpp"

namespace cache_on_disk::tool {

Result<OutputFile> OutputFile::create(const std::string& path, bool force) {
  OutputFile output(path, force);
  if (path == "-") {
    if (::isatty(STDOUT_FILENO) == 1)
      return Error{"standard output is a terminal: name a file, or redirect it", 0};
    output.file_.reset(::dup(STDOUT_FILENO));
    if (!output.file_) return system::last_error("cannot write", "standard output");
    return output;
  }
  system::FileStatus status;
  if (!force && system::status_at(AT_FDCWD, path.c_str(), status) == 0)
    return Error{path + " exists: --force replaces it", EEXIST};
  output.temporary_ = fmt::format("{}.{:016x}.tmp", path, system::random_bits());
  output.file_.reset(system::open_at(AT_FDCWD, output.temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0666));
  if (!output.file_) {
    output.temporary_.clear();
    return system::last_error("cannot create", path);
  }
  return output;
}

OutputFile::~OutputFile() {
  if (file_ && !temporary_.empty()) ::unlink(temporary_.c_str());
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

Result<void> OutputFile::commit() {
  if (temporary_.empty()) {
    if (!file_.close()) return system::last_error("cannot write", path_);
    return {};
  }
  if (::fsync(file_.number()) != 0) return system::last_error("cannot write", path_);
  // A link refuses to take the place of a file that came meanwhile; where there are no links, renaming must
  // do.
  bool named = false;
  if (!force_) {
    named = ::link(temporary_.c_str(), path_.c_str()) == 0;
    if (!named && errno == EEXIST) return Error{path_ + " exists by now: --force replaces it", EEXIST};
  }
  if (!named && ::rename(temporary_.c_str(), path_.c_str()) != 0)
    return system::last_error("cannot write", path_);
  if (named) ::unlink(temporary_.c_str());
  if (!file_.close()) return system::last_error("cannot write", path_);
  return {};
}

}  // namespace cache_on_disk::tool
