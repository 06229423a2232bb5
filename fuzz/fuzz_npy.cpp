// Any bytes as an .npy file: a header that is read must be written and read back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "cache_on_disk/detail/npy/header.hpp"
#include "cache_on_disk/detail/pickle/value_codec.hpp"
#include "cache_on_disk/repr.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cache_on_disk;
  const auto bytes = std::as_bytes(std::span(data, size));
  (void)npy::measure(bytes);
  if (const auto value = read_value({bytes, nullptr})) (void)repr(*value, {.max_size = 1 << 16});
  const auto header = npy::read_header(bytes);
  if (!header) return 0;
  const auto written = npy::write_header(header->dtype, header->fortran_order, header->shape);
  if (!written) return 0;  // more dimensions than every NumPy reads, names that are not UTF-8
  const auto again = npy::read_header(std::as_bytes(std::span(*written)));
  if (!again || !(again->dtype == header->dtype) || again->fortran_order != header->fortran_order) std::abort();
  return 0;
}
