// calls.txt: calls that no pickler writes as a rule, and what Python makes of them. make_calls.py makes it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/repr.hpp"
#include "pickle/golden.hpp"
#include "pickle/read_text.hpp"

namespace cache_on_disk::pickle {
namespace {

struct Called {
  std::string name, pickle, repr;
  bool refused = false;
};

std::vector<Called> calls() {
  std::vector<Called> result;
  for (const auto& line : read_table("calls.txt"))
    result.push_back({line.at(0), from_hexadecimal(line.at(1)), from_hexadecimal(line.at(2)), line.at(2) == "-"});
  return result;
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
