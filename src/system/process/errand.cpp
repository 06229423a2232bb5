#include "process/errand.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "process/thread.hpp"

namespace cache_on_disk::system {

struct Errand::Shared {
  std::function<void()> work;
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;

  void run() noexcept {
    try {
      work();
    } catch (...) {
    }
    work = nullptr;  // what it holds goes before anybody hears of the end
    const std::lock_guard lock(mutex);
    done = true;
    changed.notify_all();
  }
};

Errand::Errand(std::function<void()> work) : shared_(std::make_shared<Shared>()) {
  shared_->work = std::move(work);
  if (start_thread([shared = shared_] { shared->run(); }) != 0) shared_->run();
}

Errand::~Errand() = default;

bool Errand::wait(std::chrono::milliseconds slice) {
  std::unique_lock lock(shared_->mutex);
  return shared_->changed.wait_for(lock, slice, [&] { return shared_->done; });
}

}  // namespace cache_on_disk::system
