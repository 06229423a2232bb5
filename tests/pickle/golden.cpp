#include "pickle/golden.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace cache_on_disk::pickle {
std::string from_hexadecimal(const std::string& text) {
  std::string result;
  if (text == "-") return result;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t star = part.find('*');
    const std::size_t repeat = star == std::string::npos ? 1 : std::stoul(part.substr(star + 1));
    std::string bytes;
    for (std::size_t i = 0; i < std::min(star, part.size()); i += 2)
      bytes.push_back(static_cast<char>(std::stoul(part.substr(i, 2), nullptr, 16)));
    for (std::size_t i = 0; i < repeat; ++i) result += bytes;
  }
  return result;
}

std::vector<std::vector<std::string>> read_table(const std::string& name) {
  std::ifstream file(COD_TEST_SOURCE_DIR "/pickle/" + name);
  std::vector<std::vector<std::string>> result;
  for (std::string line; std::getline(file, line);) {
    std::istringstream parts(line);
    std::vector<std::string>& fields = result.emplace_back();
    for (std::string part; std::getline(parts, part, '\t');) fields.push_back(part);
  }
  if (result.empty()) {
    std::cerr << "cannot read " << name << '\n';
    std::abort();
  }
  return result;
}

namespace {

double from_bits(const std::string& text) {
  std::uint64_t bits = 0;
  for (const char c : from_hexadecimal(text)) bits = bits << 8 | static_cast<unsigned char>(c);
  return std::bit_cast<double>(bits);
}

Scalar parse_value(const std::string& name) {
  const std::size_t colon = name.find(':');
  const std::string kind = name.substr(0, colon), text = name.substr(colon + 1);
  if (kind == "bool") return text == "1";
  if (kind == "int" && text[0] != '-' && std::stoull(text) >> 63 != 0) return std::uint64_t{std::stoull(text)};
  if (kind == "int") return std::int64_t{std::stoll(text)};
  if (kind == "float") return from_bits(text);
  if (kind == "complex") {
    const std::size_t middle = text.find(':');
    return std::complex<double>(from_bits(text.substr(0, middle)), from_bits(text.substr(middle + 1)));
  }
  const std::string bytes = from_hexadecimal(text);
  bool ascii = true;
  for (const char c : bytes) ascii = ascii && (c & 0x80) == 0;
  return Text{bytes, kind == "bytes" || (kind == "py2str" && !ascii)};
}

std::vector<Golden> read_goldens() {
  std::ifstream file(COD_TEST_SOURCE_DIR "/pickle/golden.txt");
  std::vector<Golden> result;
  Golden golden;
  for (std::string data; file >> golden.protocol >> golden.versions >> golden.name >> data;) {
    golden.value = parse_value(golden.name);
    golden.pickle = from_hexadecimal(data);
    result.push_back(golden);
  }
  if (result.size() < 1000) {
    std::cerr << "golden.txt lacks lines\n";
    std::abort();
  }
  return result;
}

}  // namespace

const std::vector<Golden>& goldens() {
  static const std::vector<Golden> all = read_goldens();
  return all;
}

}  // namespace cache_on_disk::pickle
