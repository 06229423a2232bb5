// The counters of a cell, in few bytes.
#pragma once

#include <cstdint>

#include "binding/counters.hpp"

namespace cache_on_disk::python {

void add(core::Counters& sum, const core::Counters& more);

/// The counts of a cell's first slow call, which is nearly always the only one. 12 bytes, the last of them padding.
class FirstCall {
 public:
  bool is_empty() const noexcept { return events_ == 0; }
  /// False, and nothing is changed, if the counts are not those of one value from disk or of one computed value.
  bool take(const core::Counters& counters) noexcept;
  void add_to(core::Counters& counters) const;

 private:
  float seconds_ = 0;  // saved, of a value from disk; else of computing it
  std::uint32_t low_bytes_ = 0;
  std::uint16_t high_bytes_ = 0;  // likewise: read or written
  std::uint8_t events_ = 0;       // bits: which counters are 1
};

}  // namespace cache_on_disk::python
