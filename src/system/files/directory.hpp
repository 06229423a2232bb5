// Directories: making, opening and listing them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache_on_disk/result.hpp"
#include "files/descriptor.hpp"

namespace cache_on_disk::system {

/// Opens a directory to work in. `follow_links` says whether the last component may be a symbolic link.
Result<Descriptor> open_directory(int parent, const std::string& name, bool follow_links);

/// Opens a directory by its path and follows links as the kernel would, but asks `judge` of each link on the way, by the path
/// at which it was met, whether to. What was judged is what is followed, whatever somebody puts in its place meanwhile.
using JudgeLink = std::function<Result<void>(const std::string& path, const FileStatus& link)>;
Result<Descriptor> open_directory_by_path(const std::string& path, const JudgeLink& judge);

/// Creates a directory and its missing parents, mode 0700 each.
Result<void> make_directories(const std::string& path);

/// "a symbolic link", "a FIFO", "a directory", ..., for messages.
std::string_view kind_text(mode_t mode) noexcept;

/// What a name in a directory leads to; a link is not followed.
enum class FileKind { regular, directory, link, other };

/// The names in a directory one after the other, in no order and without `.` and `..`; memory does not depend on their
/// number. A name made or removed meanwhile may come or not. Used by one thread at a time.
class DirectoryStream {
 public:
  /// Lists the directory behind a descriptor, which stays the caller's and is not disturbed.
  static Result<DirectoryStream> open(int directory);

  struct Entry {
    std::string_view name;  ///< valid until the next call; ends in NUL
    FileKind kind;
  };
  /// The next one, or none at the end; an error if the directory cannot be read on.
  Result<std::optional<Entry>> next();

 private:
  using Stream = std::unique_ptr<DIR, int (*)(DIR*)>;
  explicit DirectoryStream(Stream stream) : stream_(std::move(stream)) {}
  Stream stream_;
};

/// The names in a directory without `.` and `..`, in no order.
Result<std::vector<std::string>> list_directory(int directory);

/// True if files can be created in the directory at `path`.
bool is_writable_directory(const std::string& path);

/// `path` as an absolute one, resolved against the current directory now; links are kept.
std::string absolute_path(std::string_view path);

}  // namespace cache_on_disk::system
