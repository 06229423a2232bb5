#include "value/scalars.hpp"

#include <bit>

#include "cache_on_disk/float16.hpp"
#include "text/integers.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::detail {
namespace {

using npy::ByteOrder;
using npy::Kind;

double to_double(std::uint64_t bits, std::size_t size) noexcept {
  if (size == 2)
    return static_cast<double>(static_cast<float>(std::bit_cast<Float16>(static_cast<std::uint16_t>(bits))));
  if (size == 4) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  return std::bit_cast<double>(bits);
}

}  // namespace

std::uint64_t element_bits(const Dtype& dtype, const char* data, std::size_t size) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t at = dtype.order == ByteOrder::big ? i : size - 1 - i;
    bits = bits << 8 | static_cast<unsigned char>(data[at]);
  }
  return bits;
}

std::optional<std::string> element_integer(const Dtype& dtype, const char* data) {
  const std::size_t size = dtype.itemsize;
  switch (dtype.kind) {
    case Kind::boolean:
      return text::integer_bytes(std::int64_t{*data != 0});
    case Kind::signed_integer:
    case Kind::datetime:
    case Kind::timedelta: {
      const unsigned unused = 64 - 8 * static_cast<unsigned>(size);
      return text::integer_bytes(static_cast<std::int64_t>(element_bits(dtype, data, size) << unused) >> unused);
    }
    case Kind::unsigned_integer: {
      std::string bytes;
      std::uint64_t bits = element_bits(dtype, data, size);
      for (; bits != 0; bits >>= 8) bytes.push_back(static_cast<char>(bits & 0xff));
      bytes.push_back('\0');
      return std::string(text::shortest_integer(bytes));
    }
    default:
      return std::nullopt;
  }
}

std::optional<double> element_double(const Dtype& dtype, const char* data) noexcept {
  if (dtype.kind != Kind::floating || dtype.itemsize > 8) return std::nullopt;
  return to_double(element_bits(dtype, data, dtype.itemsize), dtype.itemsize);
}

std::optional<std::complex<double>> element_complex(const Dtype& dtype, const char* data) noexcept {
  if (dtype.kind != Kind::complex || dtype.itemsize > 16) return std::nullopt;
  const std::size_t half = dtype.itemsize / 2;
  return std::complex<double>(to_double(element_bits(dtype, data, half), half),
                              to_double(element_bits(dtype, data + half, half), half));
}

std::optional<std::string> element_text(const Dtype& dtype, const char* data) {
  std::string text;
  if (dtype.kind == Kind::bytes) {
    text.assign(data, dtype.itemsize);
    text.erase(text.find_last_not_of('\0') + 1);
    return text;
  }
  if (dtype.kind != Kind::text) return std::nullopt;
  std::size_t length = dtype.itemsize / 4;
  while (length > 0 && element_bits(dtype, data + (length - 1) * 4, 4) == 0) --length;
  for (std::size_t i = 0; i < length; ++i) {
    const std::uint64_t c = element_bits(dtype, data + i * 4, 4);
    if (c > text::max_code_point) return std::nullopt;
    text::append_utf8(text, static_cast<std::uint32_t>(c));
  }
  return text;
}

}  // namespace cache_on_disk::detail
