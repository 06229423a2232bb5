// Reads pickles into Values and writes these again, for rewrite_values.py.
//
// Input and output are texts, each with its length before it in eight bytes: pickles; or, where one could not
// be read or written, "error: " and why.
#include <cstdint>
#include <iostream>
#include <iterator>
#include <span>
#include <string>

#include "cache_on_disk/detail/pickle/value_codec.hpp"
#include "cache_on_disk/detail/pickle/value_form.hpp"

namespace {

using namespace cache_on_disk;

std::string rewritten(const std::string& bytes) {
  const auto value = read_value({std::as_bytes(std::span(bytes)), nullptr});
  if (!value) return "error: " + value.error().message;
  auto again = pickle::dump([&](pickle::Writer& writer) { pickle::write_value(writer, *value); });
  return again ? *std::move(again) : "error: " + again.error().message;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
  for (std::size_t place = 0; place + 8 <= input.size();) {
    std::uint64_t size = 0;
    for (std::size_t i = 8; i-- > 0;) size = size << 8 | static_cast<unsigned char>(input[place + i]);
    const std::string output = rewritten(input.substr(place + 8, size));
    place += 8 + size;
    std::uint64_t left = output.size();
    for (int i = 0; i < 8; ++i, left >>= 8) std::cout.put(static_cast<char>(left & 0xff));
    std::cout << output;
  }
}
