// What explanations and statistics say to people, and arguments to whoever reads the name of an entry.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "cache_on_disk/detail/arguments/arguments.hpp"
#include "cache_on_disk/statistics.hpp"
#include "format/hash.hpp"

namespace cache_on_disk {
namespace {

template <class T>
std::string printed(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

TEST(Explanations, NameEveryState) {
  using State = Explanation::State;
  const std::pair<State, const char*> all[] = {{State::untagged, "untagged"}, {State::off, "off"},
                                               {State::memory, "memory"},     {State::disk, "disk"},
                                               {State::missing, "missing"},   {State::refresh, "refresh"},
                                               {State::unusable, "unusable"}, {State::by_arguments, "by arguments"}};
  for (const auto& [state, name] : all) {
    Explanation explanation;
    explanation.state = state;
    EXPECT_EQ(explanation.state_name(), name);
    EXPECT_EQ(printed(explanation), std::string("a method without a tag: ") + name + "\n");
  }
}

TEST(Explanations, SayWhereAndWhatAndWhy) {
  Explanation e;
  e.state = Explanation::State::disk;
  e.method = "root.modes";
  e.path = "/tmp/a";
  e.entry_path = "/tmp/a~1";
  e.reason = "another file is there";
  e.type = "npy <f8 2";
  e.size = 160;
  e.age = 12.4;
  e.seconds_saved = 0.25;
  e.durable = e.unchecked = true;
  e.troubles = {{"the disk is full", 2}};
  const std::string first =
      "root.modes: disk\n"
      "  at      /tmp/a~1\n"
      "  beside  /tmp/a\n"
      "  because another file is there\n";
  const std::string last = "  trouble the disk is full (2 times)\n";
  EXPECT_EQ(printed(e),
            first + "  holds   npy <f8 2, 160 B, 12.4 s old, took 250 ms to compute, durable, unchecked\n" + last);
  e.durable = e.unchecked = false;
  e.type.clear();
  e.entry_path = e.path;
  e.reason.clear();
  EXPECT_EQ(printed(std::vector<Explanation>{e, Explanation()}),
            "root.modes: disk\n  at      /tmp/a\n"
            "  holds   a value of unknown origin, 160 B, 12.4 s old, took 250 ms to compute\n" +
                last + "a method without a tag: untagged\n");
}

TEST(Explanations, SayWhatHoldsForManyOnceOnly) {
  std::vector<Explanation> many(3);
  for (std::size_t i = 0; i < many.size(); ++i) {
    many[i].method = "root.m" + std::to_string(i);
    many[i].reason = "no tag is set";
  }
  EXPECT_EQ(printed(many), "root.m0: untagged\nroot.m1: untagged\nroot.m2: untagged\n  because no tag is set\n");
  many[1].reason = "another";
  EXPECT_EQ(printed(many),
            "root.m0: untagged\n  because no tag is set\nroot.m1: untagged\n  because another\nroot.m2: untagged\n"
            "  because no tag is set\n");
}

TEST(Explanations, TellOfTroubleOnceOnly) {
  Explanation e;
  e.method = "root.modes";
  e.troubles = {{"not storable: root.modes is not stored: it is a lambda", 1}, {"damaged: it was cut short", 1}};
  e.uncached = {{"root.modes is not stored: it is a lambda", 3}};
  EXPECT_EQ(printed(e),
            "root.modes: untagged\n  trouble damaged: it was cut short (1 time)\n"
            "  uncached root.modes is not stored: it is a lambda (3 calls)\n");
  Statistics statistics;
  statistics.troubles = e.troubles;
  statistics.uncached = {{"root.modes: root.modes is not stored: it is a lambda", 1}};
  const std::string text = printed(statistics);
  EXPECT_EQ(text.find("trouble: not storable"), std::string::npos);
  EXPECT_NE(text.find("trouble: damaged: it was cut short (1 time)\n"), std::string::npos);
  EXPECT_NE(text.find("it is a lambda (1 call)\n"), std::string::npos);
}

TEST(Explanations, OfStatisticsAreATable) {
  Statistics statistics;
  MethodStatistics modes;
  modes.method = "root.modes";
  modes.objects = 3;
  modes.computed = 2;
  statistics.methods = {modes};
  modes.method = "total";
  statistics.total = modes;
  statistics.untagged_calls = {{"a.cpp:5", 7}};
  statistics.troubles = {{"the disk is full", 2}};
  const std::string text = printed(statistics);
  for (const char* part :
       {"root.modes                              3         2", "total                                   3",
        "without a tag: 7 calls at a.cpp:5\n", "trouble: the disk is full (2 times)\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
}

std::string sized(const std::string& bytes) {
  std::string text(1, static_cast<char>(bytes.size()));
  return text + std::string(7, '\0') + bytes;
}
std::string hashed(const std::string& encoding) { return "(#" + entry::hex(entry::hash_128(encoding)) + ")"; }

TEST(ArgumentLists, OfOtherLanguagesAreHashedAsTheyAreEncoded) {
  ArgumentList number, bytes, object, complex;
  number.big_integer(std::string("\0\0\0\0\0\0\0\0\1", 9), "18446744073709551616");
  bytes.bytes("a");
  ASSERT_TRUE(object.begin_object("filters", "Band"));
  object.text("blue");
  object.end_object();
  complex.complex({1.0, 2.0});
  EXPECT_EQ(number.name(), "(18446744073709551616)");
  EXPECT_EQ(bytes.name(), hashed("y" + sized("a")));
  EXPECT_EQ(object.name(), hashed("o" + sized(sized("filters") + sized("Band")) + "s" + sized("blue")));
  EXPECT_EQ(complex.name().substr(0, 2), "(#");
}

TEST(ArgumentLists, RefuseWhatNoCodecEncodes) {
  ArgumentList list;
  list.array(Error{"the array is not an array"});
  list.refuse("a second reason");
  EXPECT_EQ(list.refusal(), "the array is not an array");
  EXPECT_THROW((void)list.name(), std::invalid_argument);
}

TEST(ArgumentLists, NameACodecsOwnFormByItsBytes) {
  ArgumentList list;
  Encoding encoding;
  encoding.head = "this is not a .npy";
  list.array(encoding);
  EXPECT_EQ(list.name(), hashed("y" + sized("this is not a .npy")));
}

TEST(ArgumentLists, RefuseWhatIsNestedTooDeeply) {
  ArgumentList list;
  for (int level = 0; level < ArgumentList::deepest; ++level) ASSERT_TRUE(list.begin_tuple());
  EXPECT_EQ(list.refusal(), "");
  EXPECT_FALSE(list.begin_list());
  EXPECT_FALSE(list.begin_object("m", "C"));
  EXPECT_EQ(list.refusal(), "it is nested more than 200 levels deep");
}

}  // namespace
}  // namespace cache_on_disk
