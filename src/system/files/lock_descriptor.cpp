#include "files/lock_descriptor.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <set>

#include "process/fork.hpp"
#include "process/thread.hpp"

namespace cache_on_disk::system {
namespace {

struct OpenLocks {
  GlobalMutex mutex{MutexRank::locks};
  std::set<LockDescriptor*> descriptors;

  void after_fork_in_child() {
    for (LockDescriptor* descriptor : descriptors) descriptor->close();
  }
};

OpenLocks& open_locks() { return lasting<OpenLocks>(); }

}  // namespace

LockDescriptor::LockDescriptor(Descriptor descriptor) {
  OpenLocks& locks = open_locks();
  const std::lock_guard lock(locks.mutex);
  locks.descriptors.insert(this);
  descriptor_ = std::move(descriptor);
}

LockDescriptor::~LockDescriptor() {
  OpenLocks& locks = open_locks();
  const std::lock_guard lock(locks.mutex);
  locks.descriptors.erase(this);
  descriptor_.reset();
}

struct LockWait::Shared {
  std::shared_ptr<LockDescriptor> lock;
  off_t offset = 0;
  Descriptor event;            // readable once the helper thread is done
  std::atomic<int> error{-1};  // -1: still waiting, 0: granted, else errno
};

LockWait::LockWait(std::shared_ptr<LockDescriptor> descriptor, off_t offset) : shared_(std::make_shared<Shared>()) {
  shared_->lock = std::move(descriptor);
  shared_->offset = offset;
  shared_->event.reset(::eventfd(0, EFD_CLOEXEC));
  if (!shared_->event) {
    shared_->error = errno;
    return;
  }
  const auto wait_in_kernel = [shared = shared_] {
    int result = 0;
    do result = wait_for_byte(shared->lock->number(), shared->offset);
    while (result != 0 && errno == EINTR);
    shared->error = result == 0 ? 0 : errno;
    const std::uint64_t one = 1;
    while (::write(shared->event.number(), &one, sizeof one) < 0 && errno == EINTR) {
    }
    // Dropping `shared` closes the descriptor if the waiter has given up, and so frees a lock that came too late.
  };
  if (const int code = start_thread(wait_in_kernel); code != 0) shared_->error = code;
}

LockWait::~LockWait() = default;

LockWait::State LockWait::wait(std::chrono::milliseconds slice) {
  if (shared_->error < 0) {
    struct pollfd ready{shared_->event.number(), POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(slice.count())) < 0 && errno == EINTR) return State::interrupted;
  }
  const int error = shared_->error;
  if (error < 0) return State::waiting;
  return error == 0 ? State::granted : State::failed;
}

int LockWait::error() const noexcept { return shared_->error; }

}  // namespace cache_on_disk::system
