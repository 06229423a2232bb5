// The globals that the reader interprets: an allowlist of plain types. Everything else stays a name.
#pragma once

#include <cstdint>
#include <string_view>

namespace cache_on_disk::pickle {

/// What a global stands for. The same thing goes by several names: those of Python 2 and 3, of NumPy 1 and 2.
enum class Global : std::uint8_t {
  opaque,  ///< anything else
  boolean,
  integer,
  floating,
  complex,
  text,
  bytes,
  bytearray,
  list,
  tuple,
  set,
  frozenset,
  dict,
  range,
  slice,
  ellipsis,
  not_implemented,
  object,
  ordered_dict,
  default_dict,
  counter,
  deque,
  codecs_encode,
  reconstructor,
  new_object,
  new_object_ex,
  date,
  time,
  datetime,
  timedelta,
  timezone,
  utc,
  numpy_reconstruct,
  numpy_scalar,
  numpy_frombuffer,
  numpy_ndarray,  ///< ndarray, and NumPy's subclasses of it that hold nothing more
  numpy_dtype,
  numpy_type,  ///< numpy.float64, ...: the name tells which
  numpy_record,
  masked_reconstruct,
  masked_array,
};

/// What the global stands for; `opaque` if nothing here.
Global find_global(std::string_view module, std::string_view name) noexcept;

}  // namespace cache_on_disk::pickle
