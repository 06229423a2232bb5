#include "support.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <new>

namespace bench {
namespace {

struct Scratch {
  Scratch() : owner(::getpid()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "cache-on-disk-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    path = pattern;
  }
  ~Scratch() {
    if (::getpid() != owner) return;
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  pid_t owner;
  std::string path;
};

}  // namespace

const std::string& scratch_directory() {
  static const Scratch scratch;
  return scratch.path;
}

const cache_on_disk::Array<double>& values(std::size_t doubles) {
  static std::map<std::size_t, cache_on_disk::Array<double>> made;
  auto& array = made[doubles];
  if (array.size() == 0) {
    std::vector<double> numbers(doubles);
    double x = 0.37;
    for (double& number : numbers) number = x = 3.99 * x * (1 - x);  // no compression shortens it
    array = cache_on_disk::Array<double>({doubles}, std::move(numbers));
  }
  return array;
}

double use(std::span<const double> numbers) {
  double sum[4] = {};
  std::size_t i = 0;
  for (; i + 24 < numbers.size(); i += 32)
    for (std::size_t k = 0; k < 4; ++k) sum[k] += numbers[i + 8 * k];
  for (; i < numbers.size(); i += 8) sum[0] += numbers[i];
  return sum[0] + sum[1] + sum[2] + sum[3];
}

void have_memory(std::size_t doubles) {
  const std::size_t size = 2 * sizeof(double) * doubles + (std::size_t{256} << 20);
  void* const bytes = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) throw std::bad_alloc();
  ::madvise(bytes, size, MADV_HUGEPAGE);
  for (std::size_t i = 0; i < size; i += 4096) static_cast<volatile char*>(bytes)[i] = 1;
  ::munmap(bytes, size);
}

void drop_pages(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw std::runtime_error("cannot open " + path);
  ::fdatasync(file);  // dirty pages stay
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  ::close(file);
}

}  // namespace bench
