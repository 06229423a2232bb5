// Reads a pickle a number of times; prints the shortest time in seconds, and by how many KiB memory grew at
// most beyond the pickle itself. read_pickle.py compares that with CPython.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <span>
#include <string>

#include "cache_on_disk/pickle/reader.hpp"

namespace {

// The most memory so far, in KiB. (getrusage() also counts that of the process that started this one.)
long peak() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + 6);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::ifstream file(argv[1], std::ios::binary | std::ios::ate);
  auto data = std::make_shared<std::string>(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  file.read(data->data(), static_cast<std::streamsize>(data->size()));
  const long before = peak();
  double best = 1e9;
  for (int round = 0; round < std::atoi(argv[2]); ++round) {
    const auto start = std::chrono::steady_clock::now();
    const auto value = cache_on_disk::pickle::read({std::as_bytes(std::span(*data)), data});
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (!value) {
      std::fprintf(stderr, "%s\n", value.error().message.c_str());
      return 1;
    }
  }
  std::printf("%.9f %ld\n", best, peak() - before);
}
