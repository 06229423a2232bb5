// Kinds of file systems: what may be done on each, and how its client is made to ask its server again.
//
// docs/file_systems.md holds the same table for people; a test compares the two.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cache_on_disk/result.hpp"

namespace cache_on_disk::system {

/// Whom a byte lock excludes.
enum class Locks {
  everywhere,  ///< whoever uses the file system, on any host
  one_client,  ///< those on the same host, or even on the same mount, only
  none         ///< nobody: asking for one fails
};

/// What becomes of the lock of a host that vanished.
enum class LocksOfTheDead {
  freed,  ///< the server, or the kernel, frees it by itself, if only after a while
  kept    ///< it stays until the host or the server starts again
};

/// How a client is made to look for a name of which it remembers that it is missing.
enum class Revalidation {
  none,         ///< it looks each time, or is told by the server
  ask_server,   ///< the directory's attributes, asked of the server, tell it whether names have changed
  ask_for_name  ///< the server is asked for each name, as for one that is to be made
};

/// One kind of file system, as mounted.
struct FileSystem {
  std::string_view name = "local";
  std::uint32_t magic = 0;  ///< f_type of statfs(2); 0: any other than those of the table
  std::string_view type{};  ///< the type that the mount table tells, where the magic number is not enough
  bool maps = true;         ///< large values are mapped; else read
  bool marks = true;        ///< durable marks are written and believed
  Locks locks = Locks::everywhere;
  LocksOfTheDead dead = LocksOfTheDead::freed;
  Revalidation missing = Revalidation::none;
  int longest_poll_ms = 0;      ///< how often a waiter asks for its lock; 0: the kernel wakes it
  int tries = 1;                ///< how often a call is made that fails because another host has just changed something
  bool whole_at_close = false;  ///< close(2) waits until the server has all that was written
  bool server_times = false;    ///< a file's time is by the clock of the server, not of the host that writes it

  /// True if other hosts may change files: a waiter then asks for its lock in intervals.
  bool is_shared() const noexcept { return longest_poll_ms != 0; }
  std::chrono::milliseconds longest_poll() const noexcept { return std::chrono::milliseconds(longest_poll_ms); }
};

/// The file system behind a descriptor. Of one that is shared, and of FUSE, the mount table (/proc/self/mountinfo) tells the
/// type and the options that matter; what cannot be asked is treated with care. Thread-safe.
FileSystem file_system_of(int descriptor) noexcept;

/// The table: the one of docs/file_systems.md. Of several kinds with one number the first counts whose type is the mount's, or that
/// names none.
std::span<const FileSystem> known_file_systems() noexcept;

/// The kind with this magic number, and these type and options as the mount table has them ("" where it tells nothing).
FileSystem file_system_of(std::uint32_t magic, std::string_view type, std::string_view options) noexcept;

/// True if one of the layers that the options of an overlay name, as far as their paths can be seen from here, lies on what other
/// hosts may change, or on a server that does not answer within a second: a thread is left behind then.
bool has_shared_layer(std::string_view options);

/// Has the client forget that it believes these names missing in a directory. 0, or -1 and errno: ESTALE or ENOENT if the
/// directory is gone, which not all clients tell. Nothing at all where no client remembers anything.
int ask_again(int directory, const FileSystem& kind, std::span<const std::string> names) noexcept;

/// True for an error after which the same call may succeed: another host has replaced or removed the file meanwhile.
bool is_passing(int code) noexcept;

/// Waits before the next try: a millisecond, and each time longer.
void pause_before_try(int number) noexcept;

}  // namespace cache_on_disk::system
