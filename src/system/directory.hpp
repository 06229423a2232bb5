// Directories: making, opening and listing them.
#pragma once

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
