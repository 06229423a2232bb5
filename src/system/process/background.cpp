#include "process/background.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <new>

#include "process/fork.hpp"
#include "process/thread.hpp"

namespace cache_on_disk::system {
namespace {

using Clock = std::chrono::steady_clock;

// Never destroyed, because the thread may be at work while the process ends. A forked child, which has no such
// thread and whose copy of the condition may count waiters that do not exist there, starts afresh.
struct Queue {
  system::GlobalMutex mutex{system::MutexRank::marks};
  std::condition_variable_any changed;
  std::deque<std::function<void()>> tasks;
  std::multimap<Clock::time_point, std::function<void()>> later;
  bool running = false;  // there is a thread
  bool busy = false;     // it is at work on a task

  void after_fork_in_child() {
    tasks.clear();
    later.clear();
    running = busy = false;
    new (&changed) std::condition_variable_any;
  }
};

Queue& queue() { return system::lasting<Queue>(); }

// A thread that is there for good would be in the way of programs that fork, which do best with one thread
// only.
constexpr std::chrono::milliseconds longest_idleness{500};

thread_local bool is_background_thread = false;

/// Until there is a task to do; false if there is none for too long, and none to come.
bool wait_for_task(Queue& all, std::unique_lock<system::GlobalMutex>& lock) {
  auto idle_until = Clock::now() + longest_idleness;
  while (true) {
    const auto now = Clock::now();
    while (!all.later.empty() && all.later.begin()->first <= now) {
      all.tasks.push_back(std::move(all.later.begin()->second));
      all.later.erase(all.later.begin());
    }
    if (!all.tasks.empty()) return true;
    if (all.later.empty() && now >= idle_until) return false;
    all.changed.wait_until(lock, all.later.empty() ? idle_until : all.later.begin()->first);
  }
}

void work(Queue& all) {
  is_background_thread = true;
  std::unique_lock lock(all.mutex);
  while (wait_for_task(all, lock)) {
    const std::function<void()> task = std::move(all.tasks.front());
    all.tasks.pop_front();
    all.busy = true;
    lock.unlock();
    try {
      task();
    } catch (...) {  // out of memory, mostly: the work is optional, and nobody waits for it
    }
    lock.lock();
    all.busy = false;
    all.changed.notify_all();
  }
  all.running = false;
}

void start(Queue& all) {
  all.running = system::start_thread([&all] { work(all); }) == 0;
  if (all.running) return;
  all.tasks.clear();  // nobody waits for them
  all.later.clear();
}

}  // namespace

void run_in_background(std::function<void()> task) {
  Queue& all = queue();
  const std::lock_guard lock(all.mutex);
  all.tasks.push_back(std::move(task));
  if (!all.running) start(all);
  all.changed.notify_all();
}

void run_in_background_after(std::chrono::milliseconds delay, std::function<void()> task) {
  Queue& all = queue();
  const std::lock_guard lock(all.mutex);
  all.later.emplace(Clock::now() + delay, std::move(task));
  if (!all.running) start(all);
  all.changed.notify_all();
}

void wait_for_background() {
  if (is_background_thread) return;
  Queue& all = queue();
  std::unique_lock lock(all.mutex);
  all.changed.wait(lock, [&] { return all.tasks.empty() && !all.busy; });
}

}  // namespace cache_on_disk::system
