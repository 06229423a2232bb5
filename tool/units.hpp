// Sizes, ages and durations as people write and read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "text/amounts.hpp"

namespace cache_on_disk::tool {

/// How parse_size and parse_age want it written: of the help and of the man page.
constexpr std::string_view size_syntax =
    "a number with K, M, G, T or P for powers of 1024, or KB, MB and so on for powers of 1000: 50G";
constexpr std::string_view age_syntax = "a number with s, min, h, d, w or y: 90d";

using text::counted, text::size_text, text::duration_text;

/// A time as ISO 8601 in UTC, "2026-03-01T12:00:00Z"; from nanoseconds since 1970.
std::string time_text(std::int64_t nanoseconds);

/// "50G", "1.5 TiB", "200MB", "4096": K, M, G, T, P are powers of 1024, as are KiB and so on; KB and so on
/// are powers of 1000.
std::optional<std::uint64_t> parse_size(std::string_view text);
/// "90d", "36h", "2w", "45min", "1.5y", "30s": in seconds.
std::optional<double> parse_age(std::string_view text);

}  // namespace cache_on_disk::tool
