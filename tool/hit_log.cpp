#include "hit_log.hpp"

#include <cerrno>
#include <fstream>
#include <string_view>

namespace cache_on_disk::tool {

// A line is "<time> <tag> <stem> <message>"; tags and stems may hold blanks, times do not.
Result<void> HitLog::read(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error{"cannot read the log " + path, errno};
  constexpr std::string_view from_disk = " read from ";
  constexpr std::string_view from_memory = " hit in memory";
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with(from_memory)) {
      const auto start = line.find(' ') + 1;
      if (start + from_memory.size() < line.size())
        ++in_memory_[line.substr(start, line.size() - from_memory.size() - start)];
    } else if (const auto found = line.rfind(from_disk); found != std::string::npos) {
      ++on_disk_[line.substr(found + from_disk.size())];
    }
  }
  if (file.bad()) return Error{"cannot read the log " + path, errno};
  return {};
}

std::uint64_t HitLog::hits(const std::string& path, const std::string& tag, const std::string& stem) const {
  const auto count = [](const auto& map, const std::string& key) {
    const auto found = map.find(key);
    return found == map.end() ? 0 : found->second;
  };
  return count(on_disk_, path) + count(in_memory_, tag + " " + stem);
}

}  // namespace cache_on_disk::tool
