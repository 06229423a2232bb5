#include "cache_on_disk/detail/pickle/value_codec.hpp"

#include <fmt/format.h>

#include "cache_on_disk/detail/npy/header.hpp"
#include "cache_on_disk/detail/pickle/reader.hpp"

namespace cache_on_disk {

Result<Value> read_value(const Payload& payload) {
  if (!npy::has_magic(payload.bytes)) return pickle::read(payload);
  const auto header = npy::read_header(payload.bytes);
  if (!header) return header.error();
  // The pickle of an array of objects says all that the header does, and is what NumPy believes.
  if (header->dtype.has_object()) {
    auto value = pickle::read({payload.bytes.subspan(header->data_offset), payload.owner});
    if (!value) return Error{fmt::format("behind the .npy header, {}", value.error().message)};
    return value;
  }
  auto array = AnyArray::from_payload(payload);
  if (!array) return array.error();
  return Value(*std::move(array));
}

}  // namespace cache_on_disk
