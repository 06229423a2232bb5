#include "by_hand.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <span>
#include <stdexcept>

#include "support.hpp"

namespace bench {

std::string npy_file(std::size_t size) {
  const std::string path = scratch_directory() + "/bare" + std::to_string(size) + ".npy";
  if (::access(path.c_str(), F_OK) == 0) return path;
  std::string text = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + std::to_string(size) + ",), }";
  text.resize(117, ' ');
  std::ofstream file(path, std::ios::binary);
  file << std::string("\x93NUMPY\x01\x00v\x00", 10) << text << '\n';
  file.write(reinterpret_cast<const char*>(values(size).data()), static_cast<std::streamsize>(size * 8));
  return path;
}

double bare_read(const std::string& path, std::vector<double>& buffer) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status{};
  ::fstat(file, &status);
  const auto size = static_cast<std::size_t>(status.st_size);
  for (std::size_t at = 0; at < size;) {
    const ssize_t count = ::read(file, reinterpret_cast<char*>(buffer.data()) + at, size - at);
    if (count <= 0) throw std::runtime_error("cannot read");
    at += static_cast<std::size_t>(count);
  }
  ::close(file);
  return use({buffer.data(), size / 8});
}

double bare_map(const std::string& path, bool whole) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status{};
  ::fstat(file, &status);
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const bytes = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  const std::span<const double> all(static_cast<const double*>(bytes), size / 8);
  const double result = whole ? use(all) : read(all[all.size() / 2]);
  ::munmap(bytes, size);
  return result;
}

std::vector<double> load_by_hand(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char start[10];
  file.read(start, sizeof start);
  std::uint16_t length = 0;
  std::memcpy(&length, start + 8, 2);
  std::string header(length, ' ');
  file.read(header.data(), length);
  if (header.find("'descr': '<f8'") == std::string::npos) throw std::runtime_error("no doubles");
  const auto count = std::stoull(header.substr(header.find("'shape': (") + 10));
  std::vector<double> numbers(count);
  file.read(reinterpret_cast<char*>(numbers.data()), static_cast<std::streamsize>(count * 8));
  return numbers;
}

}  // namespace bench
