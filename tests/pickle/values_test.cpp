// values.txt: what several Pythons and NumPys pickled, and how they print it. make_values.py makes it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cache_on_disk/pickle/reader.hpp"
#include "cache_on_disk/repr.hpp"

namespace cache_on_disk::pickle {
namespace {

struct Case {
  std::string writer, name, pickle, repr;
};

std::string from_hexadecimal(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoul(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

std::vector<Case> cases() {
  std::ifstream file(COD_TEST_SOURCE_DIR "/pickle/values.txt");
  std::vector<Case> result;
  for (std::string line; std::getline(file, line);) {
    std::istringstream parts(line);
    Case each;
    std::string pickle, repr;
    std::getline(parts, each.writer, '\t');
    std::getline(parts, each.name, '\t');
    std::getline(parts, pickle, '\t');
    std::getline(parts, repr, '\t');
    each.pickle = from_hexadecimal(pickle);
    each.repr = from_hexadecimal(repr);
    result.push_back(each);
  }
  return result;
}

Result<Value> read_text(const std::string& pickle) {
  return read({std::as_bytes(std::span(pickle)), nullptr});
}

TEST(GoldenValues, are_read_and_printed_as_their_writer_does) {
  const auto all = cases();
  ASSERT_GT(all.size(), 450u);
  for (const Case& each : all) {
    const auto value = read_text(each.pickle);
    ASSERT_TRUE(value.ok()) << each.writer << " " << each.name << ": " << value.error().message;
    EXPECT_EQ(repr(*value), each.repr) << each.writer << " " << each.name;
  }
}

TEST(GoldenValues, are_equal_whoever_wrote_them) {
  std::map<std::string, Value> first;
  for (const Case& each : cases()) {
    if (each.name.find("nan") != std::string::npos) continue;
    const Value value = *read_text(each.pickle);
    const auto [place, fresh] = first.emplace(each.name, value);
    EXPECT_TRUE(fresh || place->second == value) << each.writer << " " << each.name;
  }
}

TEST(GoldenValues, cut_anywhere_are_refused) {
  std::size_t count = 0;
  for (const Case& each : cases()) {
    if (each.pickle.size() > 400 || ++count % 7 != 0) continue;
    for (std::size_t size = 0; size < each.pickle.size(); ++size)
      EXPECT_FALSE(read_text(each.pickle.substr(0, size)).ok())
          << each.writer << " " << each.name << " cut to " << size;
  }
}

}  // namespace
}  // namespace cache_on_disk::pickle
