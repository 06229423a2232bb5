#include "process/thread.hpp"

#include <pthread.h>
#include <signal.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

namespace cache_on_disk::system {
namespace {

class AllSignalsBlocked {
 public:
  AllSignalsBlocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

int start_thread(std::function<void()> work) noexcept try {
  const AllSignalsBlocked blocked;  // a new thread inherits what is blocked
  std::thread(std::move(work)).detach();
  return 0;
} catch (const std::system_error& trouble) {
  return trouble.code().value();
} catch (const std::bad_alloc&) {
  return ENOMEM;
}

}  // namespace cache_on_disk::system
