// The pieces of which repr() is made: what has nothing inside, and arrays.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cache_on_disk/value.hpp"

namespace cache_on_disk::detail {

/// repr() of a Python float: the shortest digits that give it back. "1.5", "1e+16", "nan".
std::string repr_float(double value);
/// Likewise for a number that was rounded to 32 or 16 bits.
std::string repr_float(const Dtype& dtype, double value);
/// Without the ".0" of a whole number.
std::string repr_part(double value);
std::string repr_complex(std::complex<double> value);
/// b'...'
std::string repr_bytes(std::string_view bytes, bool escape_apostrophes = false);
std::string repr_date(const PythonDate& date);
std::string repr_time(const PythonTime& time);
std::string repr_datetime(const PythonDatetime& datetime);
std::string repr_timedelta(const PythonTimedelta& timedelta);

/// A datetime64 in ISO 8601, as NumPy prints it: "2024-04-10T11:22:33.5"; "NaT".
std::string datetime64_text(std::int64_t count, const npy::DatetimeUnit& unit);

/// NumPy's name of a dtype ("float64", "datetime64[ns]"); "" for what has none, such as text and structures.
std::string dtype_name(const Dtype& dtype);
/// "dtype('float64')", "dtype([('a', '<i4')])".
std::string repr_dtype(const Dtype& dtype);

/// Of any kind that has no children.
std::string repr_leaf(const ValueView& value);

/// "array([1., 2.])" as NumPy 2 prints it.
std::string repr_array(const AnyArray& array);

}  // namespace cache_on_disk::detail
