// Where the directory of a tag lies if nobody has said where.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "cache_on_disk/options.hpp"

namespace cache_on_disk::core {

/// The directory of tags that is this user's own, in a directory that several share: `.cache-on-disk-<uid>`. No tag can have
/// that name. Empty if it is there and is not ours alone.
std::string own_tmpdir(const std::string& tmpdir);

/// What another user has where a tag directory would be, or on the way to it.
struct Taken {
  std::string path;
  uid_t owner;
};

/// What another user (not root) has of the tag directory `component`, a relative path, below a tmpdir; nothing if nobody does.
std::optional<Taken> taken_by_other(const std::string& tmpdir, std::string_view component);

/// The tmpdir for the tag directory `component` (a relative path): default_tmpdir(); or, where that name is taken there by
/// another user, whose values are not believed, the own one in it. So it stays as long as ours has this tag. Under another trust
/// than the private one sharing is meant, and default_tmpdir() it is. Empty if there is no directory at all.
std::string default_tmpdir(const std::string& component, const Trust& trust);

}  // namespace cache_on_disk::core
