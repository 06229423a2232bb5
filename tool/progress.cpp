#include "progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "terminal.hpp"
#include "text.hpp"
#include "text/amounts.hpp"
#include "units.hpp"

namespace cache_on_disk::tool {
namespace {

constexpr std::int64_t first_draw = 300;  // what is done sooner needs no bar
constexpr std::int64_t pause = 100;

std::recursive_mutex screen;  // a message may be said while the bar is being drawn
ProgressBar* shown = nullptr;

void write(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

std::string progress_line(const std::string& what, std::uint64_t done, std::uint64_t total, double seconds,
                          std::size_t width, bool unicode) {
  const double share = total == 0 ? 0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  const double left = rate > 0 && total > done ? static_cast<double>(total - done) / rate : 0;
  const std::string numbers =
      fmt::format(" {:3.0f} %  {:>10}/s  {:>8} left", std::floor(share * 100),
                  text::size_text(static_cast<std::uint64_t>(rate)), text::duration_text(std::round(left)));
  const std::size_t taken = columns(what) + 2 + columns(numbers);
  if (width < taken + 10) return fitted(what + numbers, width);
  const std::size_t room = std::min<std::size_t>(width - taken - 1, 40);
  const auto full = static_cast<std::size_t>(share * static_cast<double>(room));
  std::string bar;
  for (std::size_t i = 0; i < room; ++i) bar += i < full ? (unicode ? "\u2588" : "#") : (unicode ? "\u2591" : ".");
  return fmt::format("{} {}{}", what, bar, numbers);
}

ProgressBar::ProgressBar(std::string what)
    : what_(std::move(what)), next_draw_(first_draw), draws_(messages_are_on_terminal()) {
  const std::lock_guard lock(screen);
  if (draws_) shown = this;
}

ProgressBar::~ProgressBar() {
  const std::lock_guard lock(screen);
  wipe();
  if (shown == this) shown = nullptr;
}

void ProgressBar::advance(std::uint64_t bytes) {
  done_ += bytes;
  if (!draws_) return;
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_).count();
  std::int64_t due = next_draw_;
  if (now >= due && next_draw_.compare_exchange_strong(due, now + pause)) draw();
}

void ProgressBar::draw() {
  const std::lock_guard lock(screen);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  write("\r" + progress_line(what_, done_, total_, seconds, terminal_width() - 1, shows_unicode()) + "\033[K");
  visible_ = true;
}

void ProgressBar::wipe() {
  if (visible_) write("\r\033[K");
  visible_ = false;
}

ProgressBar::Pause::Pause() {
  screen.lock();
  if (shown != nullptr) shown->wipe();
}

ProgressBar::Pause::~Pause() { screen.unlock(); }

}  // namespace cache_on_disk::tool
