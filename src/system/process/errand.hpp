// Work on a thread of its own that may be left behind, for calls that hang in the kernel.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace cache_on_disk::system {

/// Runs something on another thread, where a call that the kernel does not let go of (a stat of a server that is gone) holds up
/// nobody. Used by one thread. Destroyed before the work is done, it leaves the thread behind: what the work uses must belong
/// to it.
class Errand {
 public:
  /// Begins. If no thread can be started, the work is done before this returns. What it throws is dropped.
  explicit Errand(std::function<void()> work);
  ~Errand();
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;

  /// Waits up to `slice`; true once the work is done.
  bool wait(std::chrono::milliseconds slice);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace cache_on_disk::system
