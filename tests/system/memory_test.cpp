#include "files/memory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "files/descriptor.hpp"
#include "support/failing_calls.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk::system {
namespace {

class Memory : public ::testing::Test {
 protected:
  Descriptor make(const std::string& content) {
    Descriptor file(open_at(AT_FDCWD, path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600));
    EXPECT_EQ(write_at(file.number(), content.data(), content.size(), 0), static_cast<ssize_t>(content.size()));
    return file;
  }
  static std::string text(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.view.data()), bytes.view.size()};
  }
  TemporaryDirectory folder;
  std::string path = folder / "file";
};

TEST_F(Memory, AMappingOutlivesDescriptorRenameAndRemoval) {
  Bytes bytes;
  {
    const Descriptor file = make("0123456789");
    auto mapped = map_file(file.number(), 10);
    ASSERT_TRUE(mapped.ok());
    bytes = *mapped;
  }
  ASSERT_EQ(::unlink(path.c_str()), 0);
  EXPECT_EQ(text(bytes), "0123456789");
}

TEST_F(Memory, ALargeMappingIsWholeAndBeyondItsEndFilledWithZeros) {
  std::string content(std::size_t{3} << 20, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7 >> 3);
  content += "the end";
  const Descriptor file = make(content);
  const auto mapped = map_file(file.number(), content.size());
  ASSERT_TRUE(mapped.ok());
  EXPECT_EQ(text(*mapped), content);
  EXPECT_EQ(mapped->view.data()[content.size()], std::byte{0}) << "the rest of the last page (mmap(2))";
}

TEST_F(Memory, ReadingGivesABytewiseAlignedCopy) {
  const std::string content(300'000, 'x');
  const Descriptor file = make(content);
  const auto bytes = read_file(file.number(), content.size());
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(text(*bytes), content);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes->view.data()) % 64, 0u);
  ASSERT_EQ(write_at(file.number(), "y", 1, 0), 1);
  EXPECT_EQ(text(*bytes), content) << "no mapping";
}

TEST_F(Memory, LargeCopiesAreWholeToo) {
  std::string content(std::size_t{5} << 20, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7 >> 3);
  const Descriptor file = make(content);
  const auto bytes = read_file(file.number(), content.size());
  ASSERT_TRUE(bytes.ok());
  EXPECT_TRUE(text(*bytes) == content);
}

TEST_F(Memory, AFileThatEndsEarlierIsAnError) {
  const Descriptor file = make("short");
  const auto bytes = read_file(file.number(), 6);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().code, EIO);
}

TEST_F(Memory, FailuresCarryTheirErrno) {
  const Descriptor file = make("content");
  FailingCalls calls;
  calls.fail(Call::map, ENODEV);
  calls.fail(Call::read, ESTALE);
  EXPECT_EQ(map_file(file.number(), 7).error().code, ENODEV);
  EXPECT_EQ(read_file(file.number(), 7).error().code, ESTALE);
}

TEST_F(Memory, LargeFilesAreReadAheadAndSmallOnesNot) {
  const Descriptor file = make(std::string(300'000, 'x'));
  const FailingCalls calls;
  ASSERT_TRUE(map_file(file.number(), 100'000).ok());
  ASSERT_TRUE(read_file(file.number(), 100'000).ok());
  EXPECT_EQ(calls.count(Call::read_ahead), 0u);
  ASSERT_TRUE(map_file(file.number(), 300'000).ok());
  EXPECT_EQ(calls.count(Call::read_ahead), 3u);
  ASSERT_TRUE(read_file(file.number(), 300'000).ok());
  EXPECT_EQ(calls.count(Call::read_ahead), 6u);
}

TEST_F(Memory, WhatCannotBeReadAheadIsMappedAndReadAllTheSame) {
  const std::string content(300'000, 'x');
  const Descriptor file = make(content);
  for (const int code : {EIO, ESPIPE, ENOMEM}) {
    FailingCalls calls;
    calls.fail(Call::read_ahead, code);
    const auto mapped = map_file(file.number(), content.size());
    const auto read = read_file(file.number(), content.size());
    ASSERT_TRUE(mapped.ok() && read.ok()) << code;
    EXPECT_TRUE(text(*mapped) == content && text(*read) == content) << code;
    EXPECT_EQ(calls.count(Call::map), 1u);
    EXPECT_EQ(calls.count(Call::read_ahead), 6u) << "one that fails leaves the others their effect";
  }
}

TEST_F(Memory, MoreThanThereIsMemoryIsAnErrorAndNoException) {
  const Descriptor file = make("content");
  EXPECT_EQ(read_file(file.number(), std::uint64_t{1} << 62).error().code, ENOMEM);
}

TEST_F(Memory, WhatIsWrittenIntoAPrivateMappingNobodyElseSees) {
  const std::string content(300'000, 'x');
  const Descriptor file = make(content);
  FileStatus status;
  ASSERT_EQ(status_of(file.number(), status), 0);
  const auto mapped = map_file(file.number(), content.size(), {path, status.device, status.inode});
  ASSERT_TRUE(mapped.ok());
  const MappedFile* const from = mapped_from(mapped->owner);
  ASSERT_NE(from, nullptr);
  const auto mine = map_privately(*from, content.size());
  const auto others = map_privately(*from, content.size());
  ASSERT_TRUE(mine.ok());
  ASSERT_TRUE(others.ok());
  const_cast<std::byte*>(mine->view.data())[7] = std::byte{'y'};
  EXPECT_EQ(text(*mine)[7], 'y');
  EXPECT_EQ(text(*others), content);
  EXPECT_EQ(text(*mapped), content);
}

TEST_F(Memory, AFileThatWasReplacedOrRemovedIsNotMappedPrivately) {
  const std::string content(300'000, 'x');
  Descriptor file = make(content);
  FileStatus status;
  ASSERT_EQ(status_of(file.number(), status), 0);
  const MappedFile from{path, status.device, status.inode};
  ASSERT_EQ(::rename(path.c_str(), (path + ".old").c_str()), 0);
  EXPECT_EQ(map_privately(from, content.size()).error().code, ENOENT);
  const Descriptor other = make(content);
  EXPECT_EQ(map_privately(from, content.size()).error().code, ESTALE);
  EXPECT_EQ(map_privately({path + ".old", status.device, status.inode}, content.size() + 1).error().code, ESTALE);
  ASSERT_EQ(::unlink(path.c_str()), 0);
  ASSERT_EQ(::symlink((path + ".old").c_str(), path.c_str()), 0);
  EXPECT_EQ(map_privately(from, content.size()).error().code, ELOOP);
}

TEST_F(Memory, OnlyMappedBytesOfAKnownFileTellIt) {
  const Descriptor file = make("0123456789");
  const auto mapped = map_file(file.number(), 10);
  const auto read = read_file(file.number(), 10);
  ASSERT_TRUE(mapped.ok());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(mapped_from(mapped->owner), nullptr);
  EXPECT_EQ(mapped_from(read->owner), nullptr);
  EXPECT_EQ(mapped_from(nullptr), nullptr);
}

TEST_F(Memory, FromALimitOnThereAreNoMoreMappingsUntilSomeAreGone) {
  const Descriptor file = make("0123456789");
  const std::size_t before = set_most_mappings(2);
  {
    const auto first = map_file(file.number(), 10);
    {
      const auto second = map_file(file.number(), 10);
      EXPECT_TRUE(second.ok());
      const auto third = map_file(file.number(), 10);
      ASSERT_FALSE(third.ok());
      EXPECT_EQ(third.error().code, ENOMEM);
    }
    EXPECT_TRUE(map_file(file.number(), 10).ok()) << "the second is gone";
  }
  set_most_mappings(before);
}

}  // namespace
}  // namespace cache_on_disk::system
