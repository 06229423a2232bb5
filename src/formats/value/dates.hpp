// The states in which Python pickles dates and times: year in two bytes, then one byte each, microseconds in
// three. The high bit of the hour of a time, or of the month of a datetime, is its fold.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "cache_on_disk/value_types.hpp"

namespace cache_on_disk::detail {

inline constexpr std::size_t date_size = 4;
inline constexpr std::size_t time_size = 6;
inline constexpr std::size_t datetime_size = date_size + time_size;

bool is_leap_year(int year) noexcept;
bool is_valid(const PythonDate& date) noexcept;
bool is_valid(const PythonTime& time) noexcept;

/// As the offset of a timezone must be, in either direction.
bool is_less_than_a_day(const PythonTimedelta& offset) noexcept;

/// Nothing if the state has another size or a number out of range.
std::optional<PythonDate> unpack_date(std::string_view state) noexcept;
std::optional<PythonTime> unpack_time(std::string_view state) noexcept;
std::optional<PythonDatetime> unpack_datetime(std::string_view state) noexcept;

std::string pack(const PythonDate& date);
std::string pack(const PythonTime& time);
std::string pack(const PythonDatetime& datetime);

}  // namespace cache_on_disk::detail
