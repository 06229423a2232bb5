// values.txt: what several Pythons and NumPys pickled, and how they print it. make_values.py makes it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/repr.hpp"
#include "pickle/golden.hpp"
#include "pickle/read_text.hpp"

namespace cache_on_disk::pickle {
namespace {

struct Case {
  std::string writer, name, pickle, repr;
};

std::vector<Case> cases() {
  std::vector<Case> result;
  for (const auto& line : read_table("values.txt"))
    result.push_back({line.at(0), line.at(1), from_hexadecimal(line.at(2)), from_hexadecimal(line.at(3))});
  return result;
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
