// Making system calls fail, be interrupted or fall short.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "files/calls.hpp"

/// An interceptor that is in force while it lives. Thread-safe.
class FailingCalls : public cache_on_disk::system::Interceptor {
 public:
  using Call = cache_on_disk::system::Call;

  FailingCalls() : before_(cache_on_disk::system::intercept(this)) {}
  ~FailingCalls() override { cache_on_disk::system::intercept(before_); }
  FailingCalls(const FailingCalls&) = delete;
  FailingCalls& operator=(const FailingCalls&) = delete;

  /// Every call of this kind fails from now on; 0: none does.
  void fail(Call call, int code) {
    const std::lock_guard lock(mutex_);
    failing_[call] = code;
  }
  /// The call with this number, counted over all kinds from 0 at the start, fails once.
  void fail_number(std::size_t number, int code) {
    const std::lock_guard lock(mutex_);
    number_ = number;
    code_ = code;
  }
  /// Each call is interrupted that many times before it happens.
  void interrupt(int times) {
    const std::lock_guard lock(mutex_);
    interruptions_ = times;
  }
  void limit_writes(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    write_limit_ = bytes;
  }

  /// The calls so far.
  std::vector<Call> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  std::size_t count(Call call) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count(calls_, call));
  }

  int before(Call call) override {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
    if (calls_.size() - 1 == number_) return code_;
    if (interruptions_ > 0) {
      int& done = interrupted_[call];
      if (done++ < interruptions_) return EINTR;
      done = 0;
    }
    const auto found = failing_.find(call);
    return found == failing_.end() ? 0 : found->second;
  }
  std::size_t write_limit() override {
    const std::lock_guard lock(mutex_);
    return write_limit_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<Call, int> failing_;
  std::map<Call, int> interrupted_;
  std::vector<Call> calls_;
  std::size_t number_ = SIZE_MAX;
  int code_ = 0;
  int interruptions_ = 0;
  std::size_t write_limit_ = SIZE_MAX;
  cache_on_disk::system::Interceptor* before_;
};

/// How many descriptors this process has open.
inline std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}
