// However many threads ask for a value at once, one computes it. Run under the thread sanitizer as well.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <functional>
#include <thread>

#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using namespace std::chrono_literals;
constexpr int crowd = 64;

struct Source {
  CachedRef<std::vector<double>> value() const {
    return value_([this] {
      ++*calls;
      std::this_thread::sleep_for(20ms);  // so that the others come while it is computed
      return std::vector<double>(100, *calls);
    });
  }
  CachedRef<double> at(int i) const {
    return at_(i, [this, i] {
      ++*calls;
      std::this_thread::sleep_for(5ms);
      return i * 1.0;
    });
  }
  CachedRef<double> flaky() const {
    return flaky_([this]() -> double {
      const int call = ++*calls;
      std::this_thread::sleep_for(2ms);
      if (call < 4) throw std::runtime_error("no light");
      return call;
    });
  }
  std::shared_ptr<std::atomic<int>> calls = std::make_shared<std::atomic<int>>(0);
  Cached<std::vector<double>> value_;
  Cached<double(int)> at_;
  Cached<double> flaky_;
  CACHE_ON_DISK(Source, value_, at_, flaky_)
};

/// Runs it in many threads, released at once.
void at_once(const std::function<void(int)>& body) {
  std::barrier start(crowd);
  std::vector<std::jthread> threads;
  for (int i = 0; i < crowd; ++i)
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      body(i);
    });
}

class Threads : public testing::Test {
 protected:
  void tag(Source& source) const {
    set_tmpdir(source, directory.path());
    set_tag(source, "night");
  }
  TemporaryDirectory directory;
  std::atomic<int> wrong{0};
};

TEST_F(Threads, OnOneObjectComputeAValueOnce) {
  Source source;
  tag(source);
  at_once([&](int) { wrong += source.value()->at(99) != 1; });
  EXPECT_EQ(*source.calls, 1);
  EXPECT_EQ(wrong, 0);
}

TEST_F(Threads, OnOneObjectGetOneValueInMemory) {
  Source source;
  tag(source);
  std::array<const void*, crowd> addresses{};
  at_once([&](int i) {
    const auto ref = source.value();  // bare: what it points at stays
    addresses[static_cast<std::size_t>(i)] = ref.get();
  });
  for (const void* const address : addresses) EXPECT_EQ(address, source.value().get());
}

TEST_F(Threads, OnObjectsOfOneNameComputeAValueOnce) {
  std::vector<Source> sources(crowd);
  for (Source& source : sources) {
    source.calls = sources.front().calls;
    tag(source);
  }
  at_once([&](int i) { wrong += sources[static_cast<std::size_t>(i)].value()->at(99) != 1; });
  EXPECT_EQ(*sources.front().calls, 1);
  EXPECT_EQ(wrong, 0);
  const MethodStatistics first = statistics(sources.front(), "value");
  EXPECT_EQ(first.computed + first.shared + first.from_disk, 1u);
}

TEST_F(Threads, ComputeAValueOnceForEachArgument) {
  Source source;
  tag(source);
  at_once([&](int i) {
    for (int k = 0; k < 8; ++k) wrong += *source.at((i + k) % 8) != (i + k) % 8;
  });
  EXPECT_EQ(*source.calls, 8);
  EXPECT_EQ(wrong, 0);
}

TEST_F(Threads, TakeOverOneAtATimeWhenTheFunctionThrows) {
  Source source;
  tag(source);
  std::atomic<int> thrown{0};
  at_once([&](int) {
    try {
      wrong += *source.flaky() != 4;
    } catch (const std::runtime_error&) {
      ++thrown;
    }
  });
  EXPECT_EQ(*source.calls, 4);
  EXPECT_EQ(thrown, 3);
  EXPECT_EQ(wrong, 0);
}

TEST_F(Threads, ComputeAValueOnceAfterARefresh) {
  Source source;
  tag(source);
  for (int round = 1; round <= 5; ++round) {
    at_once([&](int) { wrong += source.value()->at(99) != round; });
    EXPECT_EQ(*source.calls, round);
    refresh(source);
  }
  EXPECT_EQ(wrong, 0);
}

TEST_F(Threads, ComputeAValueOnceForEachArgumentAfterARefresh) {
  Source source;
  tag(source);
  for (int i = 0; i < 4; ++i) source.at(i);
  refresh(source, "at");
  at_once([&](int i) {
    for (int k = 0; k < 8; ++k) wrong += *source.at((i + k) % 4) != (i + k) % 4;
  });
  EXPECT_EQ(*source.calls, 8);
  EXPECT_EQ(wrong, 0);
}

TEST_F(Threads, AllWantTheNewValueWhenTheFirstAfterARefreshGetsNone) {
  Source source;
  tag(source);
  put(source, "flaky", 1.0);
  refresh(source);
  std::atomic<int> thrown{0};
  at_once([&](int) {
    try {
      wrong += *source.flaky() != 4;
    } catch (const std::runtime_error&) {
      ++thrown;
    }
  });
  EXPECT_EQ(*source.calls, 4);
  EXPECT_EQ(thrown, 3);
  EXPECT_EQ(wrong, 0);
}

TEST_F(Threads, MayShareRefsWhileOthersCall) {
  Source source;
  tag(source);
  at_once([&](int i) {
    for (int k = 0; k < 50; ++k) {
      const auto shared =
          i % 2 == 0 ? source.value().share() : std::shared_ptr<const std::vector<double>>(source.value().share());
      const CachedRef<double> keyed = source.at(k % 3), copy = keyed;
      wrong += shared->front() != 1 && *copy != k % 3;
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST_F(Threads, MayAskForExplanationsAndStatisticsWhileOthersCall) {
  Source source;
  tag(source);
  at_once([&](int i) {
    if (i % 4 == 0) {
      (void)explain(source, "value");
      (void)statistics(source);
    } else {
      source.value();
      source.at(i % 3);
    }
  });
  EXPECT_EQ(*source.calls, 4);
}

TEST_F(Threads, WithoutATagComputeEachForItself) {
  Source source;
  at_once([&](int) { source.value(); });
  EXPECT_EQ(*source.calls, crowd);
}

/// Two values that need each other, asked for from both ends: somebody must give way.
TEST_F(Threads, ThatWaitForEachOtherEnd) {
  struct Ring {
    double a(int depth) const {
      return *a_([&] {
        std::this_thread::sleep_for(50ms);
        return depth == 0 ? 1.0 : b(depth - 1) + 1;
      });
    }
    double b(int depth) const {
      return *b_([&] {
        std::this_thread::sleep_for(50ms);
        return depth == 0 ? 1.0 : a(depth - 1) + 1;
      });
    }
    Cached<double> a_, b_;
    CACHE_ON_DISK(Ring, a_, b_)
  } ring;
  set_tmpdir(ring, directory.path());
  set_tag(ring, "night");
  std::jthread one([&] { ring.a(1); });
  std::jthread two([&] { ring.b(1); });
}

}  // namespace
}  // namespace cache_on_disk
