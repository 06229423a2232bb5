// Directories: making, opening and listing them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache_on_disk/result.hpp"
#include "system/descriptor.hpp"

namespace cache_on_disk::system {

/// Opens a directory to work in. `follow_links` says whether the last component may be a symbolic link.
Result<Descriptor> open_directory(int parent, const std::string& name, bool follow_links);

/// Creates a directory and its missing parents, mode 0700 each.
Result<void> make_directories(const std::string& path);

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

/// True if the file system behind the descriptor is known to be shared between hosts, where locks are
/// polled and a file may change under a mapping.
bool on_network(int descriptor);

/// True if files can be created in the directory at `path`.
bool is_writable_directory(const std::string& path);

/// `path` as an absolute one, resolved against the current directory now; links are kept.
std::string absolute_path(std::string_view path);

}  // namespace cache_on_disk::system
