// The file that log lines go to.
#pragma once

#include <string>
#include <string_view>

#include "files/descriptor.hpp"

namespace cache_on_disk::system {

/// A log file, appended to: each line is one write, so that lines of several processes do not mix. Used by one thread at a time.
class LogFile {
 public:
  /// Makes the directories on the way, too. Throws std::system_error if the file cannot be opened.
  explicit LogFile(const std::string& path);

  /// Writes `line` behind the local time, "2024-04-10:11:22:33.123 <line>". A line that cannot be written is lost.
  void write(std::string_view line);

 private:
  Descriptor file_;
};

}  // namespace cache_on_disk::system
