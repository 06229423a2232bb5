#include "hit_log.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "text/printable.hpp"

namespace cache_on_disk::tool {
namespace {

constexpr std::string_view from_disk = " read from ";
constexpr std::string_view to_disk = " saved to ";
constexpr std::string_view from_memory = " hit in memory";

template <class Map>
std::uint64_t count(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? 0 : found->second;
}

/// A path by one name, however the program and we came to it. `known`: directories met before.
std::string one_path(const std::string& path, std::unordered_map<std::string, std::string>& known) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return path;
  const std::string directory = path.substr(0, slash);
  const auto [place, is_new] = known.try_emplace(directory, directory);
  if (is_new) {
    std::error_code error;
    const auto canonical = std::filesystem::canonical(directory, error);
    if (!error) place->second = canonical.string();
  }
  return place->second + path.substr(slash);
}

}  // namespace

Result<void> HitLog::read(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error{"cannot read the log " + path, errno};
  file_last_used_.clear();
  for (std::string line; std::getline(file, line);) read_line(line);
  if (file.bad()) return Error{"cannot read the log " + path, errno};
  return {};
}

// A line is "<time> <tag> <stem> <message>"; tags and stems may hold blanks, times do not.
void HitLog::read_line(const std::string& line) {
  const auto start = line.find(' ') + 1;
  if (line.ends_with(from_memory)) {
    if (start + from_memory.size() >= line.size()) return;
    const std::string name = line.substr(start, line.size() - from_memory.size() - start);
    const auto file = file_last_used_.find(name);
    ++(file == file_last_used_.end() ? unattributed_[name] : hits_[file->second]);
    return;
  }
  for (const std::string_view message : {from_disk, to_disk}) {
    const auto found = line.rfind(message);
    if (found == std::string::npos || found < start) continue;
    std::string path = one_path(line.substr(found + message.size()), directories_);
    if (message == from_disk) ++hits_[path];
    file_last_used_.insert_or_assign(line.substr(start, found - start), std::move(path));
    return;
  }
}

// A log has everything as it is printed.
std::uint64_t HitLog::hits(const std::string& path) const {
  std::unordered_map<std::string, std::string> known;
  return count(hits_, one_path(text::printable(path), known));
}

std::uint64_t HitLog::hits_of_unknown_files(const std::string& tag, const std::string& stem) const {
  return count(unattributed_, text::printable(tag + " " + stem));
}

}  // namespace cache_on_disk::tool
