#include "numbers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <memory>

#include "cache_on_disk/array.hpp"
#include "cache_on_disk/element.hpp"
#include "cache_on_disk/float16.hpp"

namespace cache_on_disk::tool {
namespace {

/// The same bytes seen as real numbers: times are 64-bit integers, a complex number is two of its parts.
AnyArray as_reals(const AnyArray& array) {
  Dtype dtype;
  npy::StridedBytes bytes = array.strided_bytes();
  dtype.order = array.dtype().order;
  if (array.dtype().kind == npy::Kind::complex) {
    dtype.itemsize = array.dtype().itemsize / 2;
    bytes.shape.push_back(2);
    bytes.strides.push_back(static_cast<std::ptrdiff_t>(dtype.itemsize));
  } else {
    dtype.kind = npy::Kind::signed_integer;
  }
  return {dtype, std::move(bytes)};
}

template <class Number>
double to_double(Number number) {
  return static_cast<double>(number);
}
double to_double(Float16 number) { return static_cast<double>(static_cast<float>(number)); }
template <class Part>
double to_double(std::complex<Part> number) {
  return static_cast<double>(std::abs(number));
}

}  // namespace

template <class T>
Result<NumberStream> NumberStream::of(const AnyArray& array) {
  auto elements = array.as<T>();
  if (!elements) return elements.error();
  const auto owner = std::make_shared<const Array<T>>(*std::move(elements));
  return NumberStream(owner->size(), [owner, next = owner->begin()](std::span<double> numbers) mutable {
    for (double& number : numbers) number = to_double(*next++);
  });
}

template <class... T>
Result<NumberStream> NumberStream::of_any(const AnyArray& array) {
  Result<NumberStream> stream =
      Error{"an array of " + array.dtype().text() + " holds no numbers that can be drawn or subtracted"};
  (void)((array.dtype().holds(ElementTraits<T>::type) && (stream = of<T>(array), true)) || ...);
  return stream;
}

Result<NumberStream> NumberStream::open(const AnyArray& array, ComplexAs complex) {
  using npy::Kind;
  const Kind kind = array.dtype().kind;
  if (kind == Kind::datetime || kind == Kind::timedelta) return of<std::int64_t>(as_reals(array));
  if (kind == Kind::complex && complex == ComplexAs::two_numbers && array.dtype().itemsize <= 16)
    return open(as_reals(array), complex);
  return of_any<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t,
                std::uint64_t, Float16, float, double, std::complex<float>, std::complex<double>>(array);
}

void for_each_number(NumberStream stream, const std::function<void(std::size_t, double)>& use) {
  std::array<double, 4096> piece;
  for (std::size_t index = 0; index < stream.size();) {
    const auto numbers = std::span(piece).first(std::min(piece.size(), stream.size() - index));
    stream.read(numbers);
    for (const double number : numbers) use(index++, number);
  }
}

}  // namespace cache_on_disk::tool
