// Switches for the whole process, and whom a cache directory may be shared with.
//
//   auto options = cache_on_disk::options();
//   options.verify = cache_on_disk::Verify::always;
//   cache_on_disk::set_options(options);
//
// docs/switches.md lists all switches, and the variables of the environment that set them at the start.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "cache_on_disk/detail/export.hpp"

namespace cache_on_disk {

/// What the cache may do. The environment variable CACHE_ON_DISK (off, readonly, refresh) sets it at the start.
enum class Mode {
  on,        ///< stored values are used, and computed ones stored
  off,       ///< calls go straight to the functions, as if no tag were set
  readonly,  ///< stored values are used, nothing at all is written: no entry, mark, lock file or sweep
  /// Each value is computed again once per process, and replaces what is stored. Set while the program runs, it concerns
  /// what is in memory, too: a method's value from before is dropped at its next call, and refs to it that do not own it are
  /// invalid then.
  refresh
};

/// How thoroughly a stored value is checked. CACHE_ON_DISK_VERIFY=always sets the second.
enum class Verify {
  automatic,  ///< a large payload in full until its durable mark stands, all else always
  always      ///< every payload in full, each time it is loaded
};

/// Switches for the whole process.
struct Options {
  Mode mode = Mode::on;               ///< what the cache may do
  Verify verify = Verify::automatic;  ///< how thoroughly stored values are checked
  /// Files without the trailer that this library writes (of the Python original, or from `np.save`) are used, too.
  /// CACHE_ON_DISK_LEGACY=refuse turns it off.
  bool accept_trailerless = true;
  /// The longest wait for somebody else's computation of the same value; then it is computed here as well. None: as long as
  /// that computation lives.
  std::optional<std::chrono::milliseconds> max_wait;
  /// Nothing is stored where fewer bytes than this would remain free. None: the smaller of 64 MiB and 5 % of the file
  /// system.
  std::optional<std::uint64_t> free_space_floor;
  /// A call under a tag that goes without the cache throws `UncachedError`: before the function runs where that is known by
  /// then (arguments, directories), else after it, and the value stays in memory. For tests and batch jobs. What `mode` asks
  /// for (off, readonly) throws nothing.
  bool strict = false;
  /// Where a server keeps the locks of hosts that vanished for good (NFS 3), a lock is passed over after this time without a
  /// sign of life of its holder, and one of those who wait computes the value. None: never. CACHE_ON_DISK_LOST_LOCK_AFTER sets
  /// it, in seconds.
  std::optional<std::chrono::milliseconds> lost_lock_after = std::chrono::hours(1);
};

/// Thrown, under `Options::strict`, by a call under a tag that cannot be cached; says why, and what to do.
class CACHE_ON_DISK_EXPORT UncachedError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The switches in force. Thread-safe.
CACHE_ON_DISK_EXPORT Options options();
/// Replaces them, for calls that begin later. Thread-safe.
CACHE_ON_DISK_EXPORT void set_options(const Options& options);

/// Whose files are believed in a tag directory, and so with whom it can be shared: `set_trust(root, Trust::group("ao"))`.
/// docs/security.md says what each promises.
struct Trust {
  /// Whose files.
  enum class Kind {
    private_only,  ///< the default: directory and entries are ours (or root's), and nobody else can write them
    group,  ///< members of one group share a directory, and give plain data; what others gave is checked, and not mapped
    plain   ///< anybody's values, plain data only, read and fully checked
  };
  Kind kind = Kind::private_only;  ///< whose files
  std::string group_name;          ///< for `Kind::group`, a name or a number

  /// The default.
  static Trust only_me() { return {}; }
  /// A group, by its name or number.
  static Trust group(std::string name) { return {Kind::group, std::move(name)}; }
  /// Anybody.
  static Trust plain() { return {Kind::plain, {}}; }
  bool operator==(const Trust&) const = default;
};

}  // namespace cache_on_disk
