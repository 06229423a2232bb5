// calls.txt: calls that no pickler writes as a rule, and what Python makes of them. make_calls.py makes it.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cache_on_disk/pickle/reader.hpp"
#include "cache_on_disk/repr.hpp"

namespace cache_on_disk::pickle {
namespace {

struct Called {
  std::string name, pickle, repr;
  bool refused = false;
};

std::string from_hexadecimal(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoul(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

std::vector<Called> calls() {
  std::ifstream file(COD_TEST_SOURCE_DIR "/pickle/calls.txt");
  std::vector<Called> result;
  for (std::string line; std::getline(file, line);) {
    std::istringstream parts(line);
    Called each;
    std::string pickle, repr;
    std::getline(parts, each.name, '\t');
    std::getline(parts, pickle, '\t');
    std::getline(parts, repr, '\t');
    each.pickle = from_hexadecimal(pickle);
    each.repr = from_hexadecimal(repr);
    each.refused = repr == "-";
    result.push_back(each);
  }
  return result;
}

Result<Value> read_text(const std::string& pickle) {
  return read({std::as_bytes(std::span(pickle)), nullptr});
}

TEST(Calls, are_read_as_python_reads_them) {
  std::size_t count = 0;
  for (const Called& each : calls()) {
    if (each.refused) continue;
    ++count;
    const auto value = read_text(each.pickle);
    EXPECT_TRUE(value.ok()) << each.name << ": " << value.error().message;
    if (value) {
      EXPECT_EQ(repr(*value), each.repr) << each.name;
    }
  }
  EXPECT_GT(count, 300u);
}

TEST(Calls, that_do_not_fit_are_refused_and_say_why) {
  std::size_t count = 0;
  for (const Called& each : calls()) {
    if (!each.refused) continue;
    ++count;
    const auto value = read_text(each.pickle);
    EXPECT_FALSE(value.ok()) << each.name << " is accepted as " << (value ? repr(*value) : "");
    if (!value) {
      EXPECT_FALSE(value.error().message.empty()) << each.name;
    }
  }
  EXPECT_GT(count, 300u);
}

}  // namespace
}  // namespace cache_on_disk::pickle
