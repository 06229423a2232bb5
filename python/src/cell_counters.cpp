#include "cell_counters.hpp"

#include <atomic>

namespace cache_on_disk::python {
namespace {

using core::Counters;

constexpr std::atomic<std::uint64_t> Counters::* numbers[] = {
    &Counters::computed, &Counters::from_disk,   &Counters::shared,     &Counters::stored,       &Counters::not_stored,
    &Counters::waited,   &Counters::from_memory, &Counters::bytes_read, &Counters::bytes_written};
constexpr int events = 6;  // of these can be told in a bit

}  // namespace

void add(Counters& sum, const Counters& more) {
  for (const auto number : numbers) sum.*number += more.*number;
  Counters::add(sum.seconds_computing, more.seconds_computing);
  Counters::add(sum.seconds_saved, more.seconds_saved);
}

bool FirstCall::take(const Counters& counters) noexcept {
  const bool read = counters.from_disk != 0;
  if (read && (counters.computed != 0 || counters.stored != 0 || counters.bytes_written != 0)) return false;
  if (!read && (counters.bytes_read != 0 || counters.seconds_saved != 0)) return false;
  const std::uint64_t bytes = counters.bytes_read + counters.bytes_written;
  if (counters.from_memory != 0 || bytes >> 48 != 0) return false;
  unsigned happened = 0;
  for (int i = 0; i < events; ++i) {
    const std::uint64_t count = counters.*numbers[i];
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
  for (int i = 0; i < events; ++i) counters.*numbers[i] += events_ >> i & 1u;
  const bool read = (events_ & 2u) != 0;
  (read ? counters.bytes_read : counters.bytes_written) += std::uint64_t{high_bytes_} << 32 | low_bytes_;
  Counters::add(read ? counters.seconds_saved : counters.seconds_computing, double{seconds_});
}

}  // namespace cache_on_disk::python
