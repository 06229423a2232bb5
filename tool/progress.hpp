// A progress bar on standard error, if that is a terminal: share done, rate, time left.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace cache_on_disk::tool {

/// One line that redraws itself at most ten times a second and is gone when the object is. At most one at a
/// time. Without a terminal it only counts. Thread-safe.
class ProgressBar {
 public:
  /// `total`: the bytes to come; it may grow with add_total().
  explicit ProgressBar(std::string what);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void add_total(std::uint64_t bytes) { total_ += bytes; }
  void advance(std::uint64_t bytes);

  /// Takes the bar off the screen while it lives, so that a message can be written.
  class Pause {
   public:
    Pause();
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
  };

 private:
  void draw();
  void wipe();

  const std::string what_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> total_{0};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::int64_t> next_draw_{0};  ///< milliseconds since start_
  bool visible_ = false;
  const bool draws_;
};

/// The line itself, `width` columns at most. Without Unicode it is drawn with '#'.
std::string progress_line(const std::string& what, std::uint64_t done, std::uint64_t total, double seconds,
                          std::size_t width, bool unicode);

}  // namespace cache_on_disk::tool
