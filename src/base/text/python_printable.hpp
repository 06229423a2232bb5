// Which characters Python prints as they are.
#pragma once

#include <cstdint>

namespace cache_on_disk::text {

/// str.isprintable() of one character, as Python 3.12 (Unicode 15.0) has it.
bool is_printable(std::uint32_t code_point) noexcept;

}  // namespace cache_on_disk::text
