// Mapped files whose pages go away while somebody looks at them.
#include "files/guarded_mapping.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <thread>

#include "files/calls.hpp"
#include "files/descriptor.hpp"
#include "support/failing_calls.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk::system {
namespace {

using View = std::span<const std::byte>;

const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));

class GuardedMapping : public ::testing::Test {
 protected:
  GuardedMapping() {
    guard_mappings();
    const std::string content(8 * page, 'x');
    EXPECT_EQ(write_at(file.number(), content.data(), content.size(), 0), static_cast<ssize_t>(content.size()));
  }
  void cut(std::size_t size) const { ASSERT_EQ(::ftruncate(file.number(), static_cast<off_t>(size)), 0); }

  TemporaryDirectory folder;
  Descriptor file{open_at(AT_FDCWD, (folder / "file").c_str(), O_RDWR | O_CREAT, 0600)};
};

std::size_t count(View bytes, char letter) {
  std::size_t found = 0;
  for (const std::byte byte : bytes) found += byte == std::byte(letter);
  return found;
}

TEST_F(GuardedMapping, GivesTheBytesFromTheOffsetOn) {
  ASSERT_EQ(write_at(file.number(), "y", 1, static_cast<off_t>(2 * page)), 1);
  View seen;
  EXPECT_EQ(with_mapped(file.number(), 2 * page, page + 1,
                        [&](View bytes) {
                          seen = bytes;
                          EXPECT_EQ(bytes.front(), std::byte{'y'});
                          EXPECT_EQ(count(bytes, 'x'), page);
                        }),
            Mapped::seen);
  EXPECT_EQ(seen.size(), page + 1);
  EXPECT_EQ(::msync(const_cast<std::byte*>(seen.data()), page, MS_ASYNC), -1) << "unmapped afterwards";
}

TEST_F(GuardedMapping, WhatWasCutOffMeanwhileReadsAsZerosAndIsTold) {
  EXPECT_EQ(with_mapped(file.number(), 0, 8 * page,
                        [&](View bytes) {
                          cut(3 * page);
                          EXPECT_EQ(count(bytes, 'x'), 3 * page);
                          EXPECT_EQ(count(bytes, 0), 5 * page);
                        }),
            Mapped::torn);
  EXPECT_EQ(with_mapped(file.number(), 0, 3 * page, [](View bytes) { EXPECT_EQ(count(bytes, 'x'), 3 * page); }),
            Mapped::seen)
      << "the next one is judged by itself";
}

TEST_F(GuardedMapping, EachThreadHasItsOwn) {
  const auto look = [&](std::size_t size, Mapped& result) {
    result = with_mapped(file.number(), 0, size, [](View bytes) { EXPECT_EQ(count(bytes, 'x'), 4 * page); });
  };
  cut(4 * page);
  for (int round = 0; round < 50; ++round) {
    Mapped torn{}, seen{};
    {
      const std::jthread beyond(look, 8 * page, std::ref(torn));
      const std::jthread within(look, 4 * page, std::ref(seen));
    }
    ASSERT_EQ(torn, Mapped::torn);
    ASSERT_EQ(seen, Mapped::seen);
  }
}

TEST_F(GuardedMapping, PassesExceptionsOnAndUnmaps) {
  View seen;
  EXPECT_THROW(with_mapped(file.number(), 0, page,
                           [&](View bytes) {
                             seen = bytes;
                             throw std::runtime_error("enough");
                           }),
               std::runtime_error);
  EXPECT_EQ(::msync(const_cast<std::byte*>(seen.data()), page, MS_ASYNC), -1);
}

TEST_F(GuardedMapping, ARefusedMappingIsNotLookedAt) {
  FailingCalls calls;
  calls.fail(FailingCalls::Call::map, ENODEV);
  EXPECT_EQ(with_mapped(file.number(), 0, page, [](View) { ADD_FAILURE() << "looked"; }), Mapped::refused);
  EXPECT_EQ(errno, ENODEV);
}

/// The handler is taken over once in a process: each of these has a process of its own.
class GuardedMappingDeathTest : public ::testing::Test {
 protected:
  GuardedMappingDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  static void fault() {
    const Descriptor empty(::memfd_create("empty", 0));
    const void* const bytes = ::mmap(nullptr, page, PROT_READ, MAP_SHARED, empty.number(), 0);
    (void)*static_cast<const volatile std::byte*>(bytes);
  }
};

TEST_F(GuardedMappingDeathTest, AFaultElsewhereEndsTheProgram) {
  EXPECT_EXIT(
      {
        ::signal(SIGBUS, SIG_DFL);  // a sanitizer may have taken it
        guard_mappings();
        fault();
      },
      ::testing::KilledBySignal(SIGBUS), "");
}

TEST_F(GuardedMappingDeathTest, AFaultElsewhereGoesToWhoHandledItBefore) {
  EXPECT_EXIT(
      {
        ::signal(SIGBUS, [](int) { ::_exit(7); });
        guard_mappings();
        fault();
      },
      ::testing::ExitedWithCode(7), "");
}

TEST_F(GuardedMappingDeathTest, ASignalThatIsSentIsNoFault) {
  EXPECT_EXIT(
      {
        ::signal(SIGBUS, SIG_DFL);
        guard_mappings();
        ::raise(SIGBUS);
      },
      ::testing::KilledBySignal(SIGBUS), "");
  EXPECT_EXIT(
      {
        ::signal(SIGBUS, SIG_IGN);
        guard_mappings();
        ::raise(SIGBUS);
        ::_exit(7);
      },
      ::testing::ExitedWithCode(7), "");
}

TEST_F(GuardedMappingDeathTest, NothingIsMappedUnguarded) {
  EXPECT_EXIT(
      {
        const Descriptor empty(::memfd_create("empty", 0));
        ::_exit(with_mapped(empty.number(), 0, page, [](View) {}) == Mapped::refused ? 7 : 1);
      },
      ::testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace cache_on_disk::system
