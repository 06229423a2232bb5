// Judging directories and files by their owner and mode.
#pragma once

#include <string>

#include "cache_on_disk/options.hpp"
#include "files/calls.hpp"

namespace cache_on_disk::entry {

/// What files and directories of ours are created with under a trust.
struct Modes {
  mode_t directory;
  mode_t file;
};
Modes modes_under(const Trust& trust);

/// Why the file or directory must not be used under this trust, with the owner and the cure; empty if it may be.
std::string objection(const system::FileStatus& status, const Trust& trust);

/// Why tag directories must not be used that lie in this directory, since somebody could exchange them; empty if they may.
/// For the end of a message that begins with its path.
std::string objection_to_base(const system::FileStatus& status, const Trust& trust);

/// The same of a symbolic link on the way to it.
std::string objection_to_link(const system::FileStatus& status, const Trust& trust);

/// True if the file may be mapped and believed like one's own: written by us or root under a trust that keeps
/// everybody else out, or by us in the group's directory.
bool is_own(const system::FileStatus& status, const Trust& trust);

}  // namespace cache_on_disk::entry
