// 1 to 64 processes, released at once, ask for one missing value, or for many that are there. Reported is the time until
// the last has what it asked for, from the release on.
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>

#include "peers.hpp"
#include "support.hpp"

namespace bench {
namespace {

using cache_on_disk::Cached;
using Clock = std::chrono::steady_clock;

constexpr std::size_t present = 1000;
constexpr auto computing = std::chrono::milliseconds(50);

/// Work that takes a processor for a while, however many share it.
double compute() {
  struct timespec now{};
  const auto used = [&] {
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  };
  for (const auto end = used() + computing; used() < end;) continue;
  return 0.5;
}

class Crowded {
 public:
  explicit Crowded(const std::string& tag) {
    cache_on_disk::set_tmpdir(*this, scratch_directory());
    cache_on_disk::set_tag(*this, tag);
  }
  double missing() const {
    return *missing_([] { return compute(); });
  }
  double there(std::size_t number) const {
    return read(*there_(number, [number] { return static_cast<double>(number); }));
  }
  void forget() const { there_.forget(); }

 private:
  Cached<double> missing_;
  Cached<double(std::size_t)> there_;
  CACHE_ON_DISK(Crowded, missing_, there_)
};

/// A number in memory that is shared with the children.
class LastEnd {
 public:
  LastEnd()
      : end_(new(::mmap(nullptr, sizeof(Time), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Time) {}
  ~LastEnd() { ::munmap(end_, sizeof(Time)); }
  void note() {
    Clock::rep now = Clock::now().time_since_epoch().count(), last = *end_;
    while (last < now && !end_->compare_exchange_weak(last, now)) continue;
  }
  Clock::time_point time() const { return Clock::time_point(Clock::duration(*end_)); }

 private:
  using Time = std::atomic<Clock::rep>;
  Time* end_;
};

/// Seconds from the release of `count` processes until the last has done its `work`.
double crowd(int count, const std::function<void()>& get_ready, const std::function<void()>& work) {
  LastEnd end;
  int ready[2], gate[2];
  if (::pipe(ready) != 0 || ::pipe(gate) != 0) throw std::runtime_error("no pipe");
  std::vector<pid_t> children;
  for (int i = 0; i < count; ++i) {
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("no fork");
    if (child != 0) {
      children.push_back(child);
      continue;
    }
    try {
      ::close(gate[1]);
      get_ready();
      char byte = 'r';
      if (::write(ready[1], &byte, 1) != 1) ::_exit(1);
      while (::read(gate[0], &byte, 1) > 0) continue;  // until nobody can write any more
      work();
      end.note();
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  ::close(gate[0]);
  for (int i = 0; i < count; ++i) {
    char byte = 0;
    if (::read(ready[0], &byte, 1) != 1) throw std::runtime_error("a process is not ready");
  }
  const auto start = Clock::now();
  ::close(gate[1]);
  bool good = true;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  ::close(ready[0]), ::close(ready[1]);
  if (!good) throw std::runtime_error("a process failed");
  return std::chrono::duration<double>(end.time() - start).count();
}

std::string unused_name() {
  static int number = 0;
  return fmt::format("CROWD{}-{}", ::getpid(), ++number);
}

std::string key_of(std::size_t number) { return fmt::format("root.Crowded.there({})", number); }

}  // namespace

void register_crowds() {
  for (const int count : {1, 4, 16, 64}) {
    if (quick && count > 16) continue;
    const std::string which = fmt::format("{} processes", count);
    const auto missing = [&](const std::string& who, auto run) {
      series("crowd_missing", which, who, run)->UseManualTime()->Iterations(1)->Repetitions(5);
    };
    const auto there = [&](const std::string& who, auto run) {
      series("crowd_present", which, who, run)->UseManualTime()->Iterations(1)->Repetitions(5);
    };
    missing("the function alone, once", [=](auto& state) {
      for (auto _ : state) state.SetIterationTime(crowd(1, [] {}, [] { compute(); }));
    });
    missing("ours", [=](auto& state) {
      for (auto _ : state) {
        const Crowded subject(unused_name());
        state.SetIterationTime(crowd(count, [] {}, [&] { subject.missing(); }));
      }
    });
    there("ours", [=](auto& state) {
      static const Crowded* const subject = [] {
        const auto* const made = new Crowded("CROWD");
        for (std::size_t i = 0; i < present; ++i) made->there(i);
        made->forget();
        return made;
      }();
      for (auto _ : state)
        state.SetIterationTime(crowd(
            count, [] {},
            [&] {
              for (std::size_t i = 0; i < present; ++i) subject->there(i);
            }));
    });
#ifdef BENCH_LMDB
    missing("LMDB", [=](auto& state) {
      for (auto _ : state) {
        const std::string directory = scratch_directory() + "/" + unused_name();
        std::make_unique<Lmdb>(directory, Access::write).reset();
        std::unique_ptr<Lmdb> store;
        state.SetIterationTime(crowd(
            count, [&] { store = std::make_unique<Lmdb>(directory, Access::write); },
            [&] { read(store->get_or_compute("value", compute)); }));
      }
    });
#endif
    for (const Peer& peer : peers()) {
      there(peer.name, [=](auto& state) {
        const std::string directory = scratch_directory() + "/crowd " + peer.name;
        if (!std::filesystem::exists(directory)) {
          // Filled by a process of its own: threads of a store do not survive a fork.
          crowd(
              1, [] {},
              [&] {
                const auto store = peer.open(directory, Access::write);
                for (std::size_t i = 0; i < present; ++i) {
                  const auto number = static_cast<double>(i);
                  store->put(key_of(i), std::as_bytes(std::span(&number, 1)));
                }
                store->settle();
              });
        }
        std::unique_ptr<Store> store;
        for (auto _ : state)
          state.SetIterationTime(crowd(
              count, [&] { store = peer.open(directory, Access::read); },
              [&] {
                for (std::size_t i = 0; i < present; ++i)
                  store->get_stored(key_of(i),
                                    [](auto bytes) { read(*reinterpret_cast<const double*>(bytes.data())); });
              }));
      });
    }
  }
}

}  // namespace bench
