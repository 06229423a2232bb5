// Reads a pickle a number of times, as a Value, or as a C++ type; prints the shortest time in seconds, and by
// how many KiB the peak of memory grew. read_pickle.py compares that with CPython.
//
//   read_pickle FILE COUNT [vector|map]
//
// The peak counts from before the file is read: what was read may lie in the pickle's bytes and keep them, so
// they belong to it. With CPython they are counted, too.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/value_as.hpp"

namespace {

using cache_on_disk::Payload;
using cache_on_disk::Result;

// The most memory so far, in KiB. (getrusage() also counts that of the process that started this one.)
long peak() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + 6);
  return 0;
}

void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

Payload read_file(const char* path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  auto data = std::make_shared<std::string>(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  file.read(data->data(), static_cast<std::streamsize>(data->size()));
  return {std::as_bytes(std::span(*data)), data};
}

template <class T>
Result<T> read_as(const Payload& payload) {
  const auto value = cache_on_disk::pickle::read(payload);
  if (!value) return value.error();
  return cache_on_disk::value_as<T>(*value);
}

// Dropping what was read is not timed.
template <class Read>
double seconds(const Payload& payload, const Read& read) {
  const auto start = std::chrono::steady_clock::now();
  const auto value = read(payload);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  if (value) return time.count();
  std::fprintf(stderr, "%s\n", value.error().message.c_str());
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) return 2;
  const std::string_view type = argc == 4 ? argv[3] : "";
  forget_peak();
  const long before = peak();
  const Payload payload = read_file(argv[1]);
  double best = 1e9;
  for (int round = 0; round < std::atoi(argv[2]); ++round) {
    double time = 0;
    if (type.empty())
      time = seconds(payload, [](const Payload& bytes) { return cache_on_disk::pickle::read(bytes); });
    else if (type == "vector")
      time = seconds(payload, &read_as<std::vector<double>>);
    else if (type == "map")
      time = seconds(payload, &read_as<std::map<std::string, std::string>>);
    else
      return 2;
    best = std::min(best, time);
  }
  std::printf("%.9f %ld\n", best, peak() - before);
}
