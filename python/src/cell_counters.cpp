#include "cell_counters.hpp"

#include <atomic>
#include <iterator>

namespace cache_on_disk::python {
namespace {

using core::Counters;

/// What can be told in a bit.
constexpr std::atomic<std::uint64_t> Counters::* events[] = {&Counters::computed,   &Counters::from_disk,
                                                             &Counters::shared,     &Counters::stored,
                                                             &Counters::not_stored, &Counters::waited};

}  // namespace

void add(Counters& sum, const Counters& more) {
  core::for_each_counter([&](const char*, auto count, auto) { Counters::add(sum.*count, (more.*count).load()); });
}

bool FirstCall::take(const Counters& counters) noexcept {
  const bool read = counters.from_disk != 0;
  if (read && (counters.computed != 0 || counters.stored != 0 || counters.bytes_written != 0)) return false;
  if (!read && (counters.bytes_read != 0 || counters.seconds_saved != 0)) return false;
  const std::uint64_t bytes = counters.bytes_read + counters.bytes_written;
  if (counters.from_memory != 0 || bytes >> 48 != 0) return false;
  unsigned happened = 0;
  for (std::size_t i = 0; i < std::size(events); ++i) {
    const std::uint64_t count = counters.*events[i];
    if (count > 1) return false;
    happened |= static_cast<unsigned>(count) << i;
  }
  events_ = static_cast<std::uint8_t>(happened);
  low_bytes_ = static_cast<std::uint32_t>(bytes);
  high_bytes_ = static_cast<std::uint16_t>(bytes >> 32);
  seconds_ = static_cast<float>(counters.seconds_computing + counters.seconds_saved);
  return true;
}

void FirstCall::add_to(Counters& counters) const {
  if (is_empty()) return;
  for (std::size_t i = 0; i < std::size(events); ++i) counters.*events[i] += events_ >> i & 1u;
  const bool read = (events_ & 2u) != 0;
  (read ? counters.bytes_read : counters.bytes_written) += std::uint64_t{high_bytes_} << 32 | low_bytes_;
  Counters::add(read ? counters.seconds_saved : counters.seconds_computing, double{seconds_});
}

}  // namespace cache_on_disk::python
