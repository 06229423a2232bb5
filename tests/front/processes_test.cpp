// However many processes ask for a value at once, one computes it; when it dies, another takes over.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gtest/gtest.h>

#include <list>
#include <thread>

#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using namespace std::chrono_literals;

struct Source {
  explicit Source(const TemporaryDirectory& directory) : tally(directory / "tally") {
    set_tmpdir(*this, directory.path());
    set_tag(*this, "night");
  }
  double value() const {
    return *value_([this] {
      append_line(tally, "computed");
      if (before) before();
      return 1.5;
    });
  }
  double at(int i) const {
    return *at_(i, [this, i] {
      append_line(tally, "computed");
      std::this_thread::sleep_for(10ms);
      return i * 1.0;
    });
  }
  std::string tally;
  std::function<void()> before;
  Cached<double> value_;
  Cached<double(int)> at_;
  CACHE_ON_DISK(Source, value_, at_)
};

/// Closed at its writing end, it releases everybody who reads at once.
class Gate {
 public:
  Gate() {
    if (::pipe(ends_) != 0) throw std::runtime_error("pipe");
  }
  ~Gate() { ::close(ends_[0]); }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  void open() { ::close(ends_[1]); }
  void pass() {
    ::close(ends_[1]);
    char byte = 0;
    while (::read(ends_[0], &byte, 1) > 0) continue;
  }

 private:
  int ends_[2];
};

TEST(Processes, ReleasedAtOnceComputeAValueOnce) {
  const TemporaryDirectory directory;
  Gate gate;
  std::list<ChildProcess> children;
  for (int i = 0; i < 64; ++i)
    children.emplace_back([&] {
      Source source(directory);
      source.before = [] { std::this_thread::sleep_for(50ms); };
      gate.pass();
      return source.value() == 1.5 ? 0 : 1;
    });
  gate.open();
  for (ChildProcess& child : children) EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(count_lines(directory / "tally"), 1);
}

TEST(Processes, ReleasedAtOnceComputeEachArgumentOnce) {
  const TemporaryDirectory directory;
  Gate gate;
  std::list<ChildProcess> children;
  for (int i = 0; i < 32; ++i)
    children.emplace_back([&, i] {
      const Source source(directory);
      gate.pass();
      for (int k = 0; k < 8; ++k)
        if (source.at((i + k) % 8) != (i + k) % 8) return 1;
      return 0;
    });
  gate.open();
  for (ChildProcess& child : children) EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(count_lines(directory / "tally"), 8);
}

TEST(Processes, TakeOverWhenTheOneThatComputesIsKilled) {
  const TemporaryDirectory directory;
  Signal computing;
  ChildProcess holder([&] {
    Source source(directory);
    source.before = [&] {
      computing.set();
      std::this_thread::sleep_for(1h);
    };
    return source.value() == 1.5 ? 0 : 1;
  });
  computing.wait();
  ChildProcess waiter([&] { return Source(directory).value() == 1.5 ? 0 : 1; });
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(count_lines(directory / "tally"), 1);  // it waits
  holder.kill(SIGKILL);
  EXPECT_EQ(holder.wait(), 128 + SIGKILL);
  EXPECT_EQ(waiter.wait(), 0);
  EXPECT_EQ(count_lines(directory / "tally"), 2);
  EXPECT_EQ(Source(directory).value(), 1.5);
  EXPECT_EQ(count_lines(directory / "tally"), 2);
}

TEST(Processes, TakeOverWhenTheFunctionThrowsElsewhere) {
  const TemporaryDirectory directory;
  Signal computing, fail;
  ChildProcess holder([&] {
    Source source(directory);
    source.before = [&] {
      computing.set();
      fail.wait();
      throw std::runtime_error("no light");
    };
    try {
      source.value();
    } catch (const std::runtime_error&) {
      return 0;
    }
    return 1;
  });
  computing.wait();
  ChildProcess waiter([&] { return Source(directory).value() == 1.5 ? 0 : 1; });
  fail.set();
  EXPECT_EQ(holder.wait(), 0);
  EXPECT_EQ(waiter.wait(), 0);
  EXPECT_EQ(count_lines(directory / "tally"), 2);
}

TEST(Processes, DoNotWaitLongerThanTheyWant) {
  const TemporaryDirectory directory;
  Signal computing, end;
  ChildProcess holder([&] {
    Source source(directory);
    source.before = [&] {
      computing.set();
      end.wait();
    };
    return source.value() == 1.5 ? 0 : 1;
  });
  computing.wait();
  ChildProcess hasty([&] {
    Options impatient = options();
    impatient.max_wait = 200ms;
    set_options(impatient);
    return Source(directory).value() == 1.5 ? 0 : 1;
  });
  EXPECT_EQ(hasty.wait(), 0);
  end.set();
  EXPECT_EQ(holder.wait(), 0);
  EXPECT_EQ(count_lines(directory / "tally"), 2);
}

TEST(Processes, ThatGaveUpWaitingAreNotGivenTheLockLater) {
  const TemporaryDirectory directory;
  Signal computing, hasty_computes, end, hasty_ends;
  ChildProcess holder([&] {
    Source source(directory);
    source.before = [&] {
      computing.set();
      end.wait();
      throw std::runtime_error("no light");  // so that the lock is free, and there is no entry
    };
    try {
      source.value();
    } catch (const std::runtime_error&) {
      return 0;
    }
    return 1;
  });
  computing.wait();
  ChildProcess hasty([&] {
    Options impatient = options();
    impatient.max_wait = 200ms;
    set_options(impatient);
    Source source(directory);
    source.before = [&] {
      hasty_computes.set();
      hasty_ends.wait();
    };
    return source.value() == 1.5 ? 0 : 1;
  });
  hasty_computes.wait();
  end.set();
  EXPECT_EQ(holder.wait(), 0);
  std::this_thread::sleep_for(100ms);  // enough for the kernel to pass the lock on to whoever still waits for it
  ChildProcess third([&] {
    Options patient = options();
    patient.max_wait = 10s;
    set_options(patient);
    Source source(directory);
    return source.value() == 1.5 && statistics(source, "value").waited == 0 ? 0 : 1;
  });
  EXPECT_EQ(third.wait(), 0);
  hasty_ends.set();
  EXPECT_EQ(hasty.wait(), 0);
}

TEST(Processes, ForkedWithinAComputationNeitherHangNorHoldItsLock) {
  const TemporaryDirectory directory;
  Source source(directory);
  Signal end;
  std::unique_ptr<ChildProcess> child;
  source.before = [&] {
    child = std::make_unique<ChildProcess>([&] {
      end.wait();                        // lives on when its parent has the value
      return source.at(1) == 1 ? 0 : 1;  // and uses the cache, with its own locks
    });
  };
  EXPECT_EQ(source.value(), 1.5);
  ChildProcess other([&] {
    Source reader(directory);
    clear_cache(reader, "value");
    return reader.value() == 1.5 ? 0 : 1;  // the child that lives on has no lock on it
  });
  EXPECT_EQ(other.wait(), 0);
  end.set();
  ASSERT_NE(child, nullptr);
  EXPECT_EQ(child->wait(), 0);
}

TEST(Processes, ForkedWhileAThreadComputesAskForTheValueWithoutHanging) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer does not let a child of a program with threads start threads";
#endif
  const TemporaryDirectory directory;
  Source source(directory);
  Signal computing, end;
  source.before = [&] {
    computing.set();
    end.wait();
  };
  std::jthread thread([&] { source.value(); });
  computing.wait();
  ChildProcess child([&] {
    Options impatient = options();
    impatient.max_wait = 300ms;
    set_options(impatient);
    source.before = nullptr;
    return source.value() == 1.5 && source.at(2) == 2 ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
  end.set();
}

}  // namespace
}  // namespace cache_on_disk
