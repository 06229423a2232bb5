// The globals that the reader interprets: an allowlist of plain types. Everything else stays a name.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "cache_on_disk/detail/value/value_node.hpp"

namespace cache_on_disk::pickle {

/// What a global stands for. The same thing goes by several names: those of Python 2 and 3, of NumPy 1 and 2.
enum class Global : std::uint8_t {
  opaque,  ///< anything else
  // the kinds of plain values, in their order
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
  deque,
  dict,
  ordered_dict,
  default_dict,
  counter,
  range,
  slice,
  ellipsis,
  not_implemented,
  date,
  time,
  datetime,
  timedelta,
  timezone,
  // and what else is interpreted
  object,
  codecs_encode,
  reconstructor,
  new_object,
  new_object_ex,
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

/// The kind of the values of a global that is a plain type.
constexpr ValueKind kind_of(Global global) noexcept { return static_cast<ValueKind>(global); }
static_assert(kind_of(Global::boolean) == ValueKind::boolean && kind_of(Global::frozenset) == ValueKind::frozenset &&
              kind_of(Global::counter) == ValueKind::counter && kind_of(Global::timezone) == ValueKind::timezone);

/// Module and name in Python 3 of what Python 2 called otherwise, as far as it is plain.
std::pair<std::string_view, std::string_view> python3_name(std::string_view module, std::string_view name) noexcept;

/// What the global stands for; `opaque` if nothing here.
Global find_global(std::string_view module, std::string_view name) noexcept;

}  // namespace cache_on_disk::pickle
