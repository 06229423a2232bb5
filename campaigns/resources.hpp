// What this process holds at the moment, as the kernel and the allocator count it.
#pragma once

#include <malloc.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace campaign {

struct Resources {
  std::uint64_t heap = 0;         ///< bytes allocated and not freed; 0 under sanitizers, whose allocators do not tell
  std::uint64_t resident = 0;     ///< bytes of memory in use by the process
  std::uint64_t descriptors = 0;  ///< open files
  std::uint64_t mappings = 0;     ///< of files with the given word in their path
  std::uint64_t threads = 0;
};

inline std::uint64_t count_files(const char* directory) {
  return static_cast<std::uint64_t>(std::distance(std::filesystem::directory_iterator(directory), {}));
}

/// `word`: what the path of every mapping that counts contains. (The allocator and new threads make mappings of their
/// own, which come and go.)
inline Resources resources(const std::string& word) {
  Resources all;
  all.heap = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  all.resident = pages * 4096;
  all.descriptors = count_files("/proc/self/fd");
  all.threads = count_files("/proc/self/task");
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) all.mappings += line.find(word) != std::string::npos;
  return all;
}

}  // namespace campaign
