// Reads pickles from standard input, each with its length before it (4 bytes, little-endian), and prints one
// line for each: its repr(), or "!" and why it is refused. random_pickles.py compares these lines with what
// Python says.
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>

#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/json.hpp"
#include "cache_on_disk/repr.hpp"

int main() {
  std::ios::sync_with_stdio(false);
  std::string pickle;
  for (unsigned char head[4]; std::cin.read(reinterpret_cast<char*>(head), 4);) {
    std::size_t size = 0;
    for (unsigned place = 0; place < 4; ++place) size |= static_cast<std::size_t>(head[place]) << (8 * place);
    pickle.resize(size);
    std::cin.read(pickle.data(), static_cast<std::streamsize>(size));
    const auto value = cache_on_disk::pickle::read({std::as_bytes(std::span(pickle)), nullptr});
    if (!value) {
      std::cout << "!" << value.error().message << "\n";
      continue;
    }
    std::string text = repr(*value);
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at) text[at] = '\x01';
    if (!(*value == *value) && text.find("nan") == std::string::npos && text.find("NaT") == std::string::npos)
      text = "?a value that does not equal itself: " + text;
    (void)to_json(*value, {.max_size = 1 << 20});
    std::cout << text << "\n";
  }
}
