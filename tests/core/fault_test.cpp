// Trouble of the cache never costs a caller the computed value: every system call and every allocation fails in turn.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <vector>

#include "cache_on_disk/cache_on_disk.hpp"
#include "core/bytes_front_door.hpp"
#include "files/calls.hpp"
#include "process/background.hpp"
#include "support/temporary_directory.hpp"

namespace {

// Counts down to the allocation that fails; negative: none does.
thread_local int allocations_left = -1;
thread_local bool allocation_failed = false;
thread_local std::size_t largest_allocation = 0;

bool allocation_fails() {
  if (allocations_left < 0 || allocations_left-- > 0) return false;
  allocation_failed = true;
  return true;
}

void* allocate(std::size_t size) {
  if (allocation_fails()) return nullptr;
  largest_allocation = std::max(largest_allocation, size);
  return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

// Not inlined: GCC takes new and free for a mismatch where it sees through one of them only.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* const place = allocate(size)) return place;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* place) noexcept { std::free(place); }
[[gnu::noinline]] void operator delete(void* place, std::size_t) noexcept { std::free(place); }
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  if (allocation_fails()) throw std::bad_alloc();
  const auto step = static_cast<std::size_t>(alignment);
  if (void* const place = std::aligned_alloc(step, (size + step - 1) / step * step)) return place;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* place, std::align_val_t) noexcept { std::free(place); }
[[gnu::noinline]] void operator delete(void* place, std::size_t, std::align_val_t) noexcept { std::free(place); }

namespace {

using bytes::BytesCell;
using cache_on_disk::core::Source;
using cache_on_disk::system::Call;

/// Lets the n-th system call of a run fail, or all from the n-th on.
class FailingCalls : public cache_on_disk::system::Interceptor {
 public:
  FailingCalls(int number, int code, bool for_good) : left_(number), code_(code), for_good_(for_good) {
    before_ = cache_on_disk::system::intercept(this);
  }
  ~FailingCalls() override { cache_on_disk::system::intercept(before_); }
  int before(Call) override {
    const int left = left_--;
    if (left > 0 || (left < 0 && !for_good_)) return 0;
    reached_ = true;
    return code_;
  }
  bool reached() const { return reached_; }

 private:
  std::atomic<int> left_;
  int code_;
  bool for_good_;
  std::atomic<bool> reached_{false};
  cache_on_disk::system::Interceptor* before_;
};

int open_descriptors() {
  int count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

class FaultTest : public testing::TestWithParam<int> {
 protected:
  FaultTest() {
    cache_on_disk::set_trouble_handler([](const cache_on_disk::Trouble&) {});
  }
  ~FaultTest() override {
    cache_on_disk::system::wait_for_background();
    cache_on_disk::set_trouble_handler({});
  }

  /// Runs one call of a fresh cell and checks that the caller gets the value, whatever happens below.
  Source call_and_check(const std::string& tag, const std::string& value) {
    BytesCell cell;
    cell.retag(bytes::make_binding(directory_.path(), tag, "C.m"));
    int runs = 0;
    const auto answer = bytes::call(cell, [&] {
      ++runs;
      return value;
    });
    EXPECT_EQ(answer.value, value);
    EXPECT_LE(runs, 1) << "the function ran twice";
    return answer.source;
  }
  /// No temporary file, and whatever entry is there is whole.
  void check_directory(const std::string& tag, const std::string& value) {
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(directory_ / ("cache" + tag), error))
      EXPECT_FALSE(file.path().filename().string().starts_with(".tmp-")) << file.path();
    call_and_check(tag, value);
  }
  TemporaryDirectory directory_;
};

TEST_P(FaultTest, EachSystemCallMayFailDuringAMissAndAStore) {
  const std::string value(300'000, 'v');
  for (const bool for_good : {false, true})
    for (int number = 0;; ++number) {
      ASSERT_LT(number, 500);
      const std::string tag = "T" + std::to_string(number) + (for_good ? "x" : "");
      bool reached = false;
      {
        const FailingCalls failing(number, GetParam(), for_good);
        call_and_check(tag, value);
        cache_on_disk::system::wait_for_background();
        reached = failing.reached();
      }
      if (!for_good) check_directory(tag, value);
      if (!reached) break;
    }
}

TEST_P(FaultTest, EachSystemCallMayFailDuringAHit) {
  for (const std::size_t size : {std::size_t{10}, std::size_t{300'000}}) {
    const std::string value(size, 'v');
    const std::string tag = "T" + std::to_string(size);
    call_and_check(tag, value);
    for (int number = 0;; ++number) {
      ASSERT_LT(number, 500);
      const FailingCalls failing(number, GetParam(), false);
      call_and_check(tag, value);
      if (!failing.reached()) break;
    }
    check_directory(tag, value);
  }
}

INSTANTIATE_TEST_SUITE_P(Errors, FaultTest,
                         testing::Values(ENOSPC, EIO, EDQUOT, EACCES, EROFS, EMFILE, ENOLCK, ESTALE, ENOENT),
                         [](const auto& test) { return std::string(::strerrorname_np(test.param)); });

TEST(AllocationFaults, EachAllocationMayFailAroundTheFunction) {
  TemporaryDirectory directory;
  cache_on_disk::set_trouble_handler([](const cache_on_disk::Trouble&) {});
  const std::string value(100, 'v');
  for (const bool stored : {false, true})
    for (int number = 0;; ++number) {
      ASSERT_LT(number, 2000);
      const std::string tag = stored ? "STORED" : "T" + std::to_string(number);
      BytesCell cell;
      cell.retag(bytes::make_binding(directory.path(), tag, "C.m"));
      if (stored) bytes::call(cell, [&] { return value; });
      cell.forget();
      bytes::BytesCall call(cell,
                            [&] {
                              allocations_left =
                                  -1;  // the function's own allocations, and its holder's, are not the cache's
                              return value;
                            },
                            {});
      allocation_failed = false;
      // The function switches failing off, so failures behind it are injected by a second countdown.
      allocations_left = number;
      Source source = Source::uncached;
      try {
        source = cache_on_disk::core::answer(call.binding(), {}, call);
      } catch (const std::bad_alloc&) {
        allocations_left = -1;
        FAIL() << "allocation " << number << " cost the caller the value";
      }
      allocations_left = -1;
      EXPECT_EQ(bytes::text_of(call.value()), value) << number << static_cast<int>(source);
      if (!allocation_failed) break;
    }
  cache_on_disk::system::wait_for_background();
  cache_on_disk::set_trouble_handler({});
}

TEST(AllocationFaults, EachAllocationMayFailWhileTaggingAndThenNothingIsTagged) {
  struct Part {
    cache_on_disk::Cached<double> value_, other_;
    CACHE_ON_DISK(Part, value_, other_)
  };
  struct Tree {
    std::vector<Part> parts_{3};
    CACHE_ON_DISK(Tree, parts_)
  };
  for (const bool tagged_before : {false, true})
    for (int number = 0;; ++number) {
      ASSERT_LT(number, 2000);
      Tree tree;
      if (tagged_before) cache_on_disk::set_tag(tree, "before");
      allocations_left = number;
      try {
        cache_on_disk::set_tag(tree, "after");
        allocations_left = -1;
        break;
      } catch (const std::bad_alloc&) {
        allocations_left = -1;
      }
      for (const Part& part : tree.parts_)
        for (const char* const method : {"value", "other"})
          if (tagged_before)
            EXPECT_NE(cache_on_disk::get_disk_cacher(part, method).fullpath().find("cachebefore/root.parts"),
                      std::string::npos)
                << number;
          else
            EXPECT_EQ(cache_on_disk::explain(part, method).state, cache_on_disk::Explanation::State::untagged)
                << number;
    }
}

TEST(AllocationFaults, EachAllocationMayFailWhileStoring) {
  TemporaryDirectory directory;
  cache_on_disk::set_trouble_handler([](const cache_on_disk::Trouble&) {});
  const std::string value(100, 'v');
  for (int number = 0;; ++number) {
    ASSERT_LT(number, 2000);
    BytesCell cell;
    cell.retag(bytes::make_binding(directory.path(), "T" + std::to_string(number), "C.m"));
    class FailingLater : public bytes::BytesCall {
     public:
      FailingLater(const BytesCell& on, std::function<std::string()> function, int after)
          : BytesCall(on, std::move(function), {}), number_(after) {}
      void compute() override {
        BytesCall::compute();
        allocation_failed = false;
        allocations_left = number_;
      }

     private:
      int number_;
    };
    FailingLater call(cell, [&] { return value; }, number);
    EXPECT_EQ(cache_on_disk::core::answer(call.binding(), {}, call), Source::computed);
    allocations_left = -1;
    EXPECT_EQ(bytes::text_of(call.value()), value);
    if (!allocation_failed) break;
  }
  cache_on_disk::system::wait_for_background();
  cache_on_disk::set_trouble_handler({});
}

TEST(Memory, StoringAnArrayAllocatesNoSecondCopyOfIt) {
  TemporaryDirectory directory;
  constexpr std::size_t size = std::size_t{4} << 20;  // 32 MiB of doubles
  cache_on_disk::DiskCacher cacher(
      [&] {
        std::vector<double> values(size, 0.5);
        largest_allocation = 0;
        return values;
      },
      "Big.values");
  cacher.set_tmpdir(directory.path());
  cacher.set_tag("T");
  EXPECT_EQ(cacher.execute()->size(), size);
  EXPECT_LT(largest_allocation, std::size_t{1} << 20);
  EXPECT_GT(std::filesystem::file_size(cacher.fullpath()), size * sizeof(double));
}

TEST(Descriptors, NoneLeaksWhateverFails) {
  TemporaryDirectory directory;
  cache_on_disk::set_trouble_handler([](const cache_on_disk::Trouble&) {});
  const auto run = [&] {
    for (int number = 0; number < 60; ++number) {
      const FailingCalls failing(number, EIO, false);
      BytesCell cell;
      cell.retag(bytes::make_binding(directory.path(), "T", "C.m" + std::to_string(number)));
      bytes::call(cell, [] { return std::string(100'000, 'v'); });
    }
    cache_on_disk::system::wait_for_background();
  };
  run();  // opens what stays open: the tag directory
  const int before = open_descriptors();
  run();
  EXPECT_EQ(open_descriptors(), before);
  cache_on_disk::set_trouble_handler({});
}

}  // namespace
