// Users and groups, as far as trust needs them.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace cache_on_disk::system {

/// The user this process acts as.
uid_t effective_user() noexcept;

/// True if `group` is this user's primary group and nobody else is in it, as where each user has a group of
/// their own: what it may write, only this user may write. Asked once per group and process.
bool is_private_group(gid_t group);

/// The id of a group by name or decimal number; empty if there is none.
std::optional<gid_t> find_group(const std::string& name);

/// "name (uid 1000)" for messages.
std::string user_text(uid_t user);

/// A path that begins with `~` or `~user`, with that user's home directory in its place as shells have it ($HOME, where
/// no user is named); any other path as it is. None if there is no such user.
std::optional<std::string> with_home(const std::string& path);

}  // namespace cache_on_disk::system
