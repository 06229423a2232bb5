// The lines of golden.txt, which make_golden.py explains: what CPython wrote for plain values.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pickle/plain_value.hpp"

namespace cache_on_disk::pickle {

struct Golden {
  int protocol;
  std::string versions;  ///< of the Pythons that wrote it, "3.12,3.13"
  std::string name;      ///< of the value, "int:-5"
  Scalar value;
  std::string pickle;
};

/// All lines; aborts the test program if the file cannot be read.
const std::vector<Golden>& goldens();

/// The bytes of "48656c6c6f", with runs as in "00,78*65536,2e"; of "-" none at all.
std::string from_hexadecimal(const std::string& text);

/// The lines of a file beside the tests, each in the parts between its tabulators. Aborts if there is none.
std::vector<std::vector<std::string>> read_table(const std::string& name);

/// The bytes of a text, for functions that take bytes.
inline std::span<const std::byte> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace cache_on_disk::pickle
