// One computation within a process: single flight, and what waiting callers get.
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

#include "core/bytes_front_door.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace std::chrono_literals;
using bytes::BytesCell;
using bytes::Hooks;
using cache_on_disk::core::Source;

class FlightTest : public testing::Test {
 protected:
  void tag(BytesCell& cell, const std::string& function = "C.m") {
    cell.retag(bytes::make_binding(directory_.path(), "T", function));
  }
  TemporaryDirectory directory_;
};

TEST_F(FlightTest, ManyThreadsOnOneCellComputeOnce) {
  BytesCell cell;
  tag(cell);
  constexpr int threads = 64;
  std::atomic<int> computed{0};
  std::atomic<int> right{0};
  std::barrier start(threads);
  std::vector<std::jthread> all;
  for (int i = 0; i < threads; ++i)
    all.emplace_back([&] {
      start.arrive_and_wait();
      const auto answer = bytes::call(cell, [&] {
        ++computed;
        std::this_thread::sleep_for(20ms);
        return std::string("value");
      });
      if (answer.value == "value") ++right;
    });
  all.clear();
  EXPECT_EQ(computed, 1);
  EXPECT_EQ(right, threads);
}

TEST_F(FlightTest, ManyCellsOfOneNameComputeOnceEvenWhereNothingCanBeStored) {
  const cache_on_disk::Options before = cache_on_disk::options();
  cache_on_disk::Options readonly = before;
  readonly.mode = cache_on_disk::Mode::readonly;
  cache_on_disk::set_options(readonly);
  constexpr int threads = 32;
  std::vector<BytesCell> cells(threads);
  for (BytesCell& cell : cells) tag(cell);
  std::atomic<int> computed{0};
  std::atomic<int> waiting{0};
  std::barrier start(threads);
  std::vector<std::jthread> all;
  std::atomic<int> right{0};
  for (int i = 0; i < threads; ++i)
    all.emplace_back([&, i] {
      start.arrive_and_wait();
      Hooks hooks;
      bool counted = false;
      hooks.before_wait = [&] { waiting += std::exchange(counted, true) ? 0 : 1; };
      const auto answer = bytes::call(
          cells[static_cast<std::size_t>(i)],
          [&] {
            ++computed;
            while (waiting < threads - 1) std::this_thread::sleep_for(1ms);  // all others have come
            return std::string("value");
          },
          hooks);
      if (answer.value == "value") ++right;
    });
  all.clear();
  cache_on_disk::set_options(before);
  EXPECT_EQ(computed, 1);
  EXPECT_EQ(right, threads);
}

TEST_F(FlightTest, WhenTheFunctionThrowsWaitersTakeOverOneAtATime) {
  BytesCell cell;
  tag(cell);
  constexpr int threads = 8;
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  std::atomic<int> computed{0};
  std::atomic<int> thrown{0};
  std::barrier start(threads);
  std::vector<std::jthread> all;
  for (int i = 0; i < threads; ++i)
    all.emplace_back([&] {
      start.arrive_and_wait();
      try {
        bytes::call(cell, [&]() -> std::string {
          const int now = ++running;
          for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
          }
          std::this_thread::sleep_for(5ms);
          --running;
          if (++computed < 4) throw std::runtime_error("not yet");
          return "value";
        });
      } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "not yet");
        ++thrown;
      }
    });
  all.clear();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(thrown, 3);
  EXPECT_EQ(computed, 4);
  EXPECT_EQ(bytes::text_of(cell.buffered()), "value");
}

TEST_F(FlightTest, ARefreshDoesNotTakeWhatAnotherCallerMerelyRead) {
  {
    BytesCell cell;
    tag(cell);
    bytes::call(cell, [] { return std::string("old"); });
  }
  BytesCell reader, refreshed;
  tag(reader);
  tag(refreshed);
  std::atomic<bool> reading{false}, waiting{false};
  Hooks slow;
  slow.on_load = [&] {
    reading = true;
    while (!waiting) std::this_thread::sleep_for(1ms);
  };
  std::jthread other([&] {
    const auto answer = bytes::call(reader, [] { return std::string("must not run"); }, slow);
    EXPECT_EQ(answer.value, "old");
  });
  while (!reading) std::this_thread::sleep_for(1ms);
  Hooks refreshing;
  refreshing.refresh = true;
  refreshing.before_wait = [&] { waiting = true; };
  const auto answer = bytes::call(refreshed, [] { return std::string("new"); }, refreshing);
  EXPECT_EQ(answer.source, Source::computed);
  EXPECT_EQ(answer.value, "new");
}

TEST_F(FlightTest, ANestedCallOfTheSameEntryGoesStraightToTheFunction) {
  BytesCell cell;
  tag(cell);
  int depth = 0;
  std::function<std::string()> function = [&]() -> std::string {
    if (++depth == 3) return "ground";
    const auto inner = bytes::call(cell, function);
    EXPECT_EQ(inner.source, Source::uncached);
    return inner.value + "+";
  };
  const auto answer = bytes::call(cell, function);
  EXPECT_EQ(answer.source, Source::computed);
  EXPECT_EQ(answer.value, "ground++");
}

TEST_F(FlightTest, ANestedCallFindsItsEntryAgainHoweverItsDirectoryIsWritten) {
  const cache_on_disk::Options before = cache_on_disk::options();
  cache_on_disk::Options bounded = before;
  bounded.max_wait = 2s;  // so that this test fails instead of waiting for ever
  cache_on_disk::set_options(bounded);
  std::filesystem::create_directory(directory_ / "place");
  std::filesystem::create_directory_symlink(directory_ / "place", directory_ / "link");
  int number = 0;
  for (const char* const other : {"place/", "./place", "link", "link/../place//"}) {
    const std::string tag = "T" + std::to_string(++number);
    BytesCell outer, inner;
    outer.retag(bytes::make_binding(directory_ / "place", tag, "C.m"));
    inner.retag(bytes::make_binding(directory_ / other, tag, "C.m"));
    Source source = Source::computed;
    const auto answer = bytes::call(outer, [&] {
      const auto nested = bytes::call(inner, [] { return std::string("nested"); });
      source = nested.source;
      return nested.value;
    });
    EXPECT_EQ(answer.value, "nested");
    EXPECT_EQ(source, Source::uncached) << other << ": straight to the function";
  }
  cache_on_disk::set_options(before);
}

/// A call in a task of its own, which the computation of `outer` awaits.
Hooks task_within(std::uintptr_t task, std::uintptr_t outer) {
  Hooks hooks;
  hooks.caller = task;
  hooks.outer_callers = {outer};
  return hooks;
}

TEST_F(FlightTest, TasksOfOneComputationComputeAnotherValueOnce) {
  BytesCell report, frames;
  tag(report);
  tag(frames, "C.frames");
  std::atomic<int> computed{0};
  Hooks outer;
  outer.caller = 4711;
  const auto answer = bytes::call(
      report,
      [&] {
        std::vector<std::string> found(5);
        std::vector<std::jthread> tasks;
        for (std::size_t i = 0; i < found.size(); ++i)
          tasks.emplace_back([&, i] {
            const auto frame = bytes::call(
                frames,
                [&] {
                  ++computed;
                  std::this_thread::sleep_for(20ms);
                  return std::string("f");
                },
                task_within(5000 + i, 4711));
            found[i] = frame.value;
          });
        tasks.clear();
        std::string all;
        for (const std::string& one : found) all += one;
        return all;
      },
      outer);
  EXPECT_EQ(answer.value, "fffff");
  EXPECT_EQ(computed, 1);
}

TEST_F(FlightTest, ATaskThatAsksForWhatItsComputationComputesGoesStraightToTheFunction) {
  BytesCell cell;
  tag(cell);
  Hooks outer;
  outer.caller = 4711;
  const auto answer = bytes::call(
      cell,
      [&] {
        std::string inner;
        std::jthread([&] {
          inner = bytes::call(cell, [] { return std::string("inner"); }, task_within(5000, 4711)).value;
        }).join();
        return inner + " within";
      },
      outer);
  EXPECT_EQ(answer.value, "inner within");
}

TEST_F(FlightTest, ACycleOfWaitsThroughTasksIsSeen) {
  BytesCell one, two;
  tag(one, "C.one");
  tag(two, "C.two");
  std::barrier both(2);
  // Each computes one value, and awaits a task that asks for the other.
  const auto compute = [&](const BytesCell& own, const BytesCell& other, std::uintptr_t caller) {
    Hooks outer;
    outer.caller = caller;
    return bytes::call(
               own,
               [&] {
                 both.arrive_and_wait();
                 std::string inner;
                 std::jthread([&] {
                   inner =
                       bytes::call(other, [] { return std::string("here"); }, task_within(caller + 1, caller)).value;
                 }).join();
                 return "with " + inner;
               },
               outer)
        .value;
  };
  std::string first, second;
  {
    std::jthread thread([&] { first = compute(one, two, 100); });
    second = compute(two, one, 200);
  }
  EXPECT_TRUE(first.starts_with("with ") && second.starts_with("with ")) << first << ", " << second;
}

TEST_F(FlightTest, ATaskThatMovesToAnotherThreadIsStillTheSameCaller) {
  BytesCell cell;
  tag(cell);
  Hooks task;
  task.caller = 4711;
  const auto answer = bytes::call(
      cell,
      [&] {
        std::string inner;
        std::jthread([&] { inner = bytes::call(cell, [] { return std::string("nested"); }, task).value; }).join();
        return inner + " in a task";
      },
      task);
  EXPECT_EQ(answer.value, "nested in a task");
}

TEST_F(FlightTest, HooksSurroundEachWaitAndInterruptionEndsIt) {
  BytesCell cell;
  tag(cell);
  std::atomic<bool> release{false};
  std::atomic<bool> computing{false};
  std::jthread leader([&] {
    bytes::call(cell, [&] {
      computing = true;
      while (!release) std::this_thread::sleep_for(1ms);
      return std::string("value");
    });
  });
  while (!computing) std::this_thread::sleep_for(1ms);
  int inside = 0;
  int waits = 0;
  Hooks hooks;
  hooks.before_wait = [&] {
    EXPECT_EQ(inside++, 0);
    ++waits;
  };
  hooks.after_wait = [&] { EXPECT_EQ(--inside, 0); };
  hooks.interrupted = [&] {
    EXPECT_EQ(inside, 0) << "asked between after_wait and before_wait";
    return waits >= 3;
  };
  const auto answer = bytes::call(cell, [] { return std::string("must not run"); }, hooks);
  EXPECT_EQ(answer.source, Source::interrupted);
  EXPECT_EQ(answer.value, "(no value)");
  EXPECT_EQ(inside, 0);
  release = true;
  leader.join();
  EXPECT_EQ(bytes::text_of(cell.buffered()), "value");
}

/// While `first` computes "first", `second` asks for its own value.
class TwoCellsOfOneName : public FlightTest {
 protected:
  bytes::Answer ask_while_the_first_computes(Hooks hooks = {}) {
    std::atomic<bool> release{false};
    std::atomic<bool> computing{false};
    std::jthread leader([&] {
      bytes::call(first_, [&] {
        computing = true;
        while (!release) std::this_thread::sleep_for(1ms);
        return std::string("first");
      });
    });
    while (!computing) std::this_thread::sleep_for(1ms);
    int waits = 0;
    hooks.before_wait = [&] { release = ++waits > 1; };
    auto answer = bytes::call(second_, [] { return std::string("second"); }, hooks);
    EXPECT_GT(waits, 1) << "it has waited for the first";
    return answer;
  }
  std::shared_ptr<cache_on_disk::core::Binding> binding(const std::string& object_class, std::uint32_t version = 0,
                                                        const cache_on_disk::Trust& trust = {}) {
    return bytes::make_binding(directory_.path(), "T", "C.m", object_class, version, trust);
  }
  BytesCell first_, second_;
};

TEST_F(TwoCellsOfOneName, ShareTheValueOfAFlight) {
  first_.retag(binding("C"));
  second_.retag(binding("C"));
  EXPECT_EQ(ask_while_the_first_computes().value, "first");
}

TEST_F(TwoCellsOfOneName, DoNotShareItWhereTheirClassesDiffer) {
  first_.retag(binding("C"));
  second_.retag(binding("another C"));
  EXPECT_EQ(ask_while_the_first_computes().value, "second");
}

TEST_F(TwoCellsOfOneName, DoNotShareItWhereTheirVersionsDiffer) {
  first_.retag(binding("C", 1));
  second_.retag(binding("C", 2));
  EXPECT_EQ(ask_while_the_first_computes().value, "second");
}

TEST_F(TwoCellsOfOneName, DoNotShareItWhereOneBelievesMore) {
  first_.retag(binding("C", 0, cache_on_disk::Trust::plain()));
  second_.retag(binding("C"));
  // The first has stored its value by then, in a file that is as good as any of ours.
  EXPECT_EQ(ask_while_the_first_computes().source, Source::disk);
}

TEST_F(TwoCellsOfOneName, DoNotShareWhatARefreshIsToReplace) {
  first_.retag(binding("C"));
  second_.retag(binding("C"));
  Hooks refresh;
  refresh.refresh = true;
  EXPECT_EQ(ask_while_the_first_computes(refresh).value, "second");
}

TEST_F(TwoCellsOfOneName, LoseNoValueThatIsGivenMeanwhile) {
  first_.retag(binding("C"));
  second_.retag(binding("C"));
  Hooks given;
  given.refresh = given.given = true;
  EXPECT_EQ(ask_while_the_first_computes(given).value, "second");
  BytesCell third;
  third.retag(binding("C"));
  EXPECT_EQ(bytes::call(third, [] { return std::string("must not run"); }).value, "second");
}

TEST_F(FlightTest, MaxWaitBoundsAWait) {
  const cache_on_disk::Options before = cache_on_disk::options();
  cache_on_disk::Options bounded = before;
  bounded.max_wait = 150ms;
  cache_on_disk::set_options(bounded);
  BytesCell cell;
  tag(cell);
  std::atomic<bool> release{false};
  std::atomic<bool> computing{false};
  std::jthread leader([&] {
    bytes::call(cell, [&] {
      computing = true;
      while (!release) std::this_thread::sleep_for(1ms);
      return std::string("slow");
    });
  });
  while (!computing) std::this_thread::sleep_for(1ms);
  const auto answer = bytes::call(cell, [] { return std::string("own"); });
  release = true;
  leader.join();
  cache_on_disk::set_options(before);
  EXPECT_EQ(answer.value, "own");
}

TEST_F(FlightTest, ACycleOfWaitsBetweenThreadsEnds) {
  BytesCell a;
  BytesCell b;
  tag(a, "C.a");
  tag(b, "C.b");
  std::barrier both(2);
  const auto cross = [&](BytesCell& mine, BytesCell& other, std::atomic<int>& computed) {
    return bytes::call(mine, [&] {
      if (++computed == 1) both.arrive_and_wait();  // each holds its own entry before it asks for the other
      return bytes::call(other, [&] { return std::string("inner"); }).value + "!";
    });
  };
  std::atomic<int> computed_a{0};
  std::atomic<int> computed_b{0};
  std::string value_a;
  std::string value_b;
  std::jthread first([&] { value_a = cross(a, b, computed_a).value; });
  std::jthread second([&] { value_b = cross(b, a, computed_b).value; });
  first.join();
  second.join();
  EXPECT_TRUE(value_a == "inner!" || value_a == "inner!!") << value_a;
  EXPECT_TRUE(value_b == "inner!" || value_b == "inner!!") << value_b;
}

TEST_F(FlightTest, AChainOfWaitsWithoutACycleComputesNothingTwice) {
  BytesCell a;
  BytesCell b;
  BytesCell c;
  tag(a, "C.a");
  tag(b, "C.b");
  tag(c, "C.c");
  std::atomic<int> computed{0};
  const auto value_c = [&] {
    ++computed;
    std::this_thread::sleep_for(400ms);  // several looks at the wait graph
    return std::string("c");
  };
  const auto value_b = [&] {
    ++computed;
    return bytes::call(c, value_c).value + "b";
  };
  const auto value_a = [&] {
    ++computed;
    return bytes::call(b, value_b).value + "a";
  };
  std::jthread one([&] { EXPECT_EQ(bytes::call(c, value_c).value, "c"); });
  std::jthread two([&] { EXPECT_EQ(bytes::call(b, value_b).value, "cb"); });
  std::jthread three([&] { EXPECT_EQ(bytes::call(a, value_a).value, "cba"); });
  one.join();
  two.join();
  three.join();
  EXPECT_EQ(computed, 3);
}

TEST_F(FlightTest, AValueComputedUnderOneTagIsStoredThereAndNeverBufferedUnderALaterOne) {
  BytesCell cell;
  tag(cell);
  const auto answer = bytes::call(cell, [&] {
    cell.retag(bytes::make_binding(directory_.path(), "LATER", "C.m"));
    return std::string("of the first tag");
  });
  EXPECT_EQ(answer.value, "of the first tag");
  EXPECT_EQ(cell.buffered(), nullptr);
  EXPECT_EQ(bytes::call(cell, [] { return std::string("of the later one"); }).value, "of the later one");
  BytesCell other;
  tag(other);
  const auto stored = bytes::call(other, [] { return std::string("wrong"); });
  EXPECT_EQ(stored.source, Source::disk);
  EXPECT_EQ(stored.value, "of the first tag");
}

TEST_F(FlightTest, TaggingAnewWhileOthersCallNeverGivesAForeignValue) {
  BytesCell cell;
  tag(cell);
  std::atomic<bool> stop{false};
  std::vector<std::jthread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      while (!stop) {
        std::string tag;
        bytes::BytesCall call(cell, [&] { return tag; }, {});
        tag = *call.binding()->context().settings().tag;
        cache_on_disk::core::answer(call.binding(), {}, call);
        EXPECT_EQ(bytes::text_of(call.value()), tag);
      }
    });
  for (int i = 0; i < 50; ++i) {
    cell.retag(bytes::make_binding(directory_.path(), "T" + std::to_string(i % 5), "C.m"));
    std::this_thread::sleep_for(1ms);
  }
  stop = true;
  callers.clear();
}

TEST(BytesFrontDoor, EveryBlockIsFreedByItsOwnDeleter) {
  EXPECT_EQ(bytes::living_blocks, 0);
  {
    TemporaryDirectory directory;
    BytesCell cell;
    cell.retag(bytes::make_binding(directory.path(), "T", "C.m"));
    bytes::call(cell, [] { return std::string("value"); });
    EXPECT_EQ(bytes::living_blocks, 1);
    cell.forget();
    EXPECT_EQ(bytes::living_blocks, 0);
  }
}

}  // namespace
