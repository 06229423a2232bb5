// Directories whose file system may not answer: asked on a thread that may be left behind, and waited for with a bound.
#pragma once

#include <chrono>
#include <optional>

#include "cache_on_disk/detail/core/call.hpp"
#include "cache_on_disk/result.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::core {

/// How often one who waits looks whether he is interrupted.
inline constexpr std::chrono::milliseconds wait_slice{100};
/// How long a file system that others share is given beyond max_wait.
inline constexpr std::chrono::seconds patience_with_server{1};

enum class Answered { yes, no, interrupted };

/// Whether a directory's file system answers before the deadline. Where others share it, it is asked on a thread that may be left
/// behind, once in a second; a local one is not asked. With `no` a thread hangs there, and the directory counts as unanswered.
Answered answers(const entry::TagDirectoryPtr& directory, Call& call, std::chrono::steady_clock::time_point deadline);

/// What came of opening a directory within a time.
struct Opened {
  Answered answered;
  std::optional<Result<entry::TagDirectoryPtr>> directory;  ///< if answered
};

/// Opens a tag directory, as entry::open_tag_directory() does, of a file system that answers before the deadline. One that is not open
/// yet is opened on a thread that may be left behind. With `no` a thread hangs there, and until it comes back all who come for that
/// directory hear the same at once.
Opened open_in_time(const entry::Place& place, entry::IfMissing if_missing, entry::IfOpen if_open, Call& call,
                    std::chrono::steady_clock::time_point deadline);

}  // namespace cache_on_disk::core
