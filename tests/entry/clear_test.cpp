#include "upkeep/clear.hpp"

#include <ctime>
#include <deque>

#include "entry/entry_fixture.hpp"
#include "text/little_endian.hpp"

namespace cache_on_disk::entry {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class Clear : public EntryTest {
 protected:
  EntryKey others(const std::string& stem) const {
    Origin origin = cpp_origin();
    origin.object_class = "5Other";
    return key_of(stem, origin);
  }
  std::string payload = npy_payload(3);
};

TEST_F(Clear, DeletesOursUnderBothNames) {
  stored(key, payload);
  ASSERT_TRUE(store(key, key.beside_file(), payload).ok());
  const ClearReport report = clear(*directory, {{key}}, options);
  EXPECT_EQ(report.deleted, 2u);
  EXPECT_THAT(report.deleted_names, ElementsAre(key.plain_file(), key.beside_file()));
  EXPECT_THAT(report.left_alone, IsEmpty());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Clear, OfNothingDoesNothing) {
  const ClearReport report = clear(*directory, {{key}, {key_of("root.Loop.m"), true}}, options);
  EXPECT_EQ(report.deleted, 0u);
  EXPECT_THAT(report.left_alone, IsEmpty());
}

TEST_F(Clear, LeavesOthersAloneAndTellsSo) {
  stored(others(key.stem), payload);
  ASSERT_TRUE(store(key, key.beside_file(), payload).ok());
  const ClearReport report = clear(*directory, {{key}}, options);
  EXPECT_THAT(report.deleted_names, ElementsAre(key.beside_file()));
  EXPECT_THAT(report.left_alone, ElementsAre(AllOf(StartsWith(key.plain_file()), HasSubstr("belongs to class"))));
  EXPECT_THAT(names(), ElementsAre(key.plain_file()));
}

TEST_F(Clear, LeavesAnotherTypeANewerVersionAndANewerFormatAlone) {
  EntryKey other_type = key_of("a");
  other_type.origin.type = {Format::npy, "<i4", 2};
  stored(other_type, payload);
  stored(key_of("b", cpp_origin(5)), payload);
  std::string file = stored(key_of("c"), payload);
  text::put<std::uint32_t>(reinterpret_cast<std::byte*>(file.data() + file.size() - 12), 2);
  write_all(path("c.npy"), file);
  const ClearReport report = clear(*directory, {{key_of("a")}, {key_of("b")}, {key_of("c")}}, options);
  EXPECT_EQ(report.deleted, 0u);
  EXPECT_THAT(report.left_alone, ElementsAre("a.npy: it holds another type", "b.npy: it has version 5, newer than 0",
                                             "c.npy: written by a newer version of cache-on-disk"));
  EXPECT_EQ(names().size(), 3u);
}

TEST_F(Clear, DeletesTrailerlessAndDamagedOnes) {
  write_all(path("a.npy"), payload);
  write_all(path("b.npy"), "damage");
  write_all(path("c.npy"), "");
  ASSERT_EQ(::symlink("a.npy", path("d.npy").c_str()), 0);
  const ClearReport report = clear(*directory, {{key_of("a")}, {key_of("b")}, {key_of("c")}, {key_of("d")}}, options);
  EXPECT_EQ(report.deleted, 4u);
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Clear, OlderVersionsOfOursGoToo) {
  stored(key, payload);
  EXPECT_EQ(clear(*directory, {{key_of(key.stem, cpp_origin(3))}}, options).deleted, 1u);
}

TEST_F(Clear, WhatAnotherLanguageStoredForUsGoesToo) {
  stored(key_of(key.stem, python_origin()), payload);
  EXPECT_EQ(clear(*directory, {{key}}, options).deleted, 1u);
}

TEST_F(Clear, DeletesEveryArgumentOfAMethodAndNothingThatMerelyBeginsAlike) {
  const std::string gone[] = {"root.Loop.m()", "root.Loop.m(3)", "root.Loop.m(3,'a')",
                              "root.Loop.m(#0123456789abcdef0123456789abcdef)"};
  const std::string kept[] = {"root.Loop.m",       "root.Loop.mm(3)",  "root.Loop.m2()", "xroot.Loop.m(3)",
                              "root.Loop.other()", "root.x.Loop.m(3)", "root.Loop.M(3)"};
  for (const std::string& stem : gone) stored(key_of(stem), payload);
  for (const std::string& stem : kept) stored(key_of(stem), payload);
  ASSERT_TRUE(store(key_of(gone[1]), key_of(gone[1]).beside_file(), payload).ok());
  const ClearReport report = clear(*directory, {{key_of("root.Loop.m"), true}}, options);
  EXPECT_EQ(report.deleted, std::size(gone) + 1);
  EXPECT_THAT(report.left_alone, IsEmpty());
  EXPECT_EQ(names().size(), std::size(kept));
  for (const std::string& stem : kept) EXPECT_TRUE(exists(key_of(stem).plain_file())) << stem;
}

TEST_F(Clear, FindsArgumentsBehindShortenedNames) {
  const std::string method = "root[" + std::string(180, 'i') + "].Loop.m";
  const std::string text = std::string(100, 't');
  stored(key_of(method + "('" + text + "1')"), payload);
  stored(key_of(method + "('" + text + "2')"), payload);
  stored(key_of(method + "x('" + text + "')"), payload);
  const ClearReport report = clear(*directory, {{key_of(method), true}}, options);
  EXPECT_EQ(report.deleted, 2u);
  EXPECT_THAT(names(), ElementsAre(key_of(method + "x('" + text + "')").plain_file()));
}

TEST_F(Clear, FindsArgumentsOfAMethodWhoseOwnNameIsShortened) {
  const std::string method = "root[" + std::string(300, 'i') + "].Loop.m";
  const std::string sibling = "root[" + std::string(300, 'i') + "].Loop.n";
  stored(key_of(method + "(1)"), payload);
  stored(key_of(sibling + "(1)"), payload);
  EXPECT_EQ(clear(*directory, {{key_of(method), true}}, options).deleted, 1u);
  EXPECT_THAT(names(), ElementsAre(key_of(sibling + "(1)").plain_file()));
}

TEST_F(Clear, ByArgumentsLeavesOthersAndTrailerlessAndDeletesDamage) {
  stored(others("root.Loop.m(1)"), payload);
  write_all(path("root.Loop.m(2).npy"), payload);
  write_all(path("root.Loop.m(3).npy"), "damage");
  std::string file = stored(key_of("root.Loop.m(4)"), payload);
  write_all(path("root.Loop.m(5).npy"), file);  // sound, but under another's name
  write_all(path("root.Loop.m(6).txt"), "not an entry's name");
  const ClearReport report = clear(*directory, {{key_of("root.Loop.m"), true}}, options);
  EXPECT_THAT(report.deleted_names,
              UnorderedElementsAre("root.Loop.m(3).npy", "root.Loop.m(4).npy", "root.Loop.m(5).npy"));
  EXPECT_THAT(report.left_alone,
              UnorderedElementsAre(HasSubstr("belongs to class"), "root.Loop.m(2).npy: a file without trailer"));
  EXPECT_THAT(names(), UnorderedElementsAre("root.Loop.m(1).npy", "root.Loop.m(2).npy", "root.Loop.m(6).txt"));
}

TEST_F(Clear, ByArgumentsTellsWhyAnotherTypeStays) {
  EntryKey other_type = key_of("root.Loop.m(1)");
  other_type.origin.type = {Format::npy, "<i4", 2};
  stored(other_type, payload);
  const ClearReport report = clear(*directory, {{key_of("root.Loop.m"), true}}, options);
  EXPECT_THAT(report.left_alone, ElementsAre("root.Loop.m(1).npy: it holds another type"));
}

TEST_F(Clear, OneScanServesAllMethods) {
  for (int i = 0; i < 5; ++i) stored(key_of("root.Loop.m" + std::to_string(i) + "(1)"), payload);
  std::deque<ClearRequest> requests;
  for (int i = 0; i < 5; ++i) requests.push_back({key_of("root.Loop.m" + std::to_string(i)), true});
  const FailingCalls calls;
  EXPECT_EQ(clear(*directory, requests, options).deleted, 5u);
  EXPECT_EQ(calls.count(system::Call::open), 1u + 5u);
}

TEST_F(Clear, TellsWhatItCouldNotDelete) {
  stored(key, payload);
  FailingCalls calls;
  calls.fail(system::Call::unlink, EROFS);
  const ClearReport report = clear(*directory, {{key}}, options);
  EXPECT_EQ(report.deleted, 0u);
  EXPECT_THAT(report.left_alone, ElementsAre(AllOf(HasSubstr(key.plain_file()), HasSubstr("Read-only"))));
}

class Sweep : public EntryTest {
 protected:
  void make(const std::string& name, std::int64_t age) const {
    write_all(path(name), "x");
    const std::int64_t then = ::time(nullptr) - age;
    const struct timespec times[2] = {{then, 0}, {then, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), times, 0), 0);
  }
};

TEST_F(Sweep, DeletesTemporaryFilesUnchangedForTenMinutes) {
  make(".tmp-0000000000000001", 601);
  make(".tmp-0000000000000002", 590);
  make(".tmp-0000000000000003", -3600);
  make(".tmp", 3600);
  make(".lock", 3600);
  make("x.tmp-1", 3600);
  make("entry.npy", 3600);
  EXPECT_EQ(sweep(*directory).files, 1u);
  EXPECT_THAT(names(), UnorderedElementsAre(".tmp-0000000000000002", ".tmp-0000000000000003", ".tmp", ".lock",
                                            "x.tmp-1", "entry.npy"));
}

TEST_F(Sweep, IsDueOnceInAWhileForAsLongAsADirectoryIsOpen) {
  EXPECT_TRUE(directory->is_due_for_sweep());
  EXPECT_FALSE(directory->is_due_for_sweep());
  forget_tag_directory(directory->place());
  const auto again = open_tag_directory(directory->place(), IfMissing::report);
  ASSERT_TRUE(again);
  EXPECT_TRUE((*again)->is_due_for_sweep());
}

TEST_F(Sweep, LeavesThoseOfLivingWriters) {
  make(".tmp-1", 30 * 24 * 3600);
  const system::Descriptor writer(system::open_at(directory->descriptor(), ".tmp-1", O_RDWR));
  ASSERT_EQ(system::lock_byte(writer.number(), 0), 0);
  EXPECT_EQ(sweep(*directory).files, 0u);
  ASSERT_EQ(system::unlock_byte(writer.number(), 0), 0);
  EXPECT_EQ(sweep(*directory).files, 1u);
}

TEST_F(Sweep, WithoutLocksWaitsForSevenDays) {
  make(".tmp-1", 7 * 24 * 3600 - 60);
  make(".tmp-2", 7 * 24 * 3600 + 60);
  FailingCalls calls;
  calls.fail(system::Call::lock, ENOLCK);
  EXPECT_EQ(sweep(*directory).files, 1u);
  EXPECT_THAT(names(), ElementsAre(".tmp-1"));
}

TEST_F(Sweep, FollowsNoLinkAndLeavesDirectories) {
  make("target", 3600);
  ASSERT_EQ(::symlink("target", path(".tmp-link").c_str()), 0);
  ASSERT_EQ(::mkdir(path(".tmp-directory").c_str(), 0700), 0);
  ASSERT_EQ(::mkfifo(path(".tmp-fifo").c_str(), 0600), 0);
  EXPECT_EQ(sweep(*directory).files, 0u);
  EXPECT_TRUE(exists("target"));
}

}  // namespace
}  // namespace cache_on_disk::entry
