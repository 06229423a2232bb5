// The form of a Value inside of other values: itself.
#pragma once

#include <optional>

#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/pickle/form.hpp"
#include "cache_on_disk/detail/pickle/reading.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk::pickle {

/// Writes a value of any kind. What it shares, and its cycles, are shared in the pickle too. Does not
/// recurse.
CACHE_ON_DISK_EXPORT void write_value(Writer& writer, const ValueView& value);

template <class T>
struct FormOf<T, Category::value> {
  static void write(Writer& writer, const Value& value) { write_value(writer, value); }
  static std::optional<Value> read(Reading&, const ValueView& value) { return Value(value); }
};

}  // namespace cache_on_disk::pickle
