// What the kernel tells by small files of text.
#pragma once

#include <string>

namespace cache_on_disk::system {

/// All of a file; empty if it cannot be read. Without streams: what their locales share is under locks that a forked child may
/// inherit in the hands of a thread it does not have. Throws std::bad_alloc.
std::string read_text(const std::string& path);

/// Its first line, without the line feed.
std::string first_line(const std::string& path);

}  // namespace cache_on_disk::system
