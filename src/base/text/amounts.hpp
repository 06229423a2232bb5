// Counts, sizes and durations as people read them: one way for reports, tables and the tool.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cache_on_disk::text {

/// "1 tag", "3 tags"; `many`: the word for more than one, where that does not only take an s.
std::string counted(std::uint64_t count, std::string_view one, std::string_view many = {});
/// "831 B", "1.2 GiB": three significant digits.
std::string size_text(std::uint64_t bytes);
/// "45 s", "12 min", "3.5 h", "17 d", "2.1 y"; small ones down to "250 us".
std::string duration_text(double seconds);

}  // namespace cache_on_disk::text
