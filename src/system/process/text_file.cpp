#include "process/text_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

namespace cache_on_disk::system {
namespace {

// Not a Descriptor: files of the kernel's are not part of the seam where tests let calls fail.
struct OpenFile {
  explicit OpenFile(const std::string& path) noexcept : number(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (number >= 0) ::close(number);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  const int number;
};

}  // namespace

std::string read_text(const std::string& path) {
  std::string text;
  const OpenFile file(path);
  std::array<char, 4096> piece{};
  while (file.number >= 0) {
    const ssize_t size = ::read(file.number, piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
  return text;
}

std::string first_line(const std::string& path) {
  std::string text = read_text(path);
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

}  // namespace cache_on_disk::system
