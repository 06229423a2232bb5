#include "numbers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <memory>

#include "cache_on_disk/float16.hpp"

namespace cache_on_disk::tool {
namespace {

/// An array and how far it has been read.
template <class T>
struct Position {
  explicit Position(Array<T> elements) : array(std::move(elements)), next(array.begin()) {}
  Array<T> array;
  typename Array<T>::iterator next;
};

/// The same bytes seen as another dtype of that size: times are 64-bit integers.
AnyArray as_integers(const AnyArray& array) {
  Dtype dtype;
  dtype.kind = npy::Kind::signed_integer;
  dtype.order = array.dtype().order;
  dtype.itemsize = 8;
  return {dtype, array.strided_bytes()};
}

}  // namespace

template <class T, class Convert>
Result<NumberStream> NumberStream::of(const AnyArray& array, Convert convert) {
  auto elements = array.as<T>();
  if (!elements) return elements.error();
  const auto position = std::make_shared<Position<T>>(*std::move(elements));
  return NumberStream(position->array.size(), [position, convert](std::span<double> numbers) {
    for (double& number : numbers) number = convert(*position->next++);
  });
}

template <class T>
Result<NumberStream> NumberStream::of_complex(const AnyArray& array, ComplexAs complex) {
  using Complex = std::complex<T>;
  if (complex == ComplexAs::magnitude)
    return of<Complex>(array, [](const Complex& z) { return static_cast<double>(std::abs(z)); });
  auto elements = array.as<Complex>();
  if (!elements) return elements.error();
  const auto position = std::make_shared<Position<Complex>>(*std::move(elements));
  const auto imaginary_next = std::make_shared<bool>(false);
  return NumberStream(2 * position->array.size(), [position, imaginary_next](std::span<double> numbers) {
    for (double& number : numbers) {
      number = static_cast<double>(*imaginary_next ? (*position->next).imag() : (*position->next).real());
      if (*imaginary_next) ++position->next;
      *imaginary_next = !*imaginary_next;
    }
  });
}

Result<NumberStream> NumberStream::open(const AnyArray& array, ComplexAs complex) {
  const auto plain = [](auto number) { return static_cast<double>(number); };
  const Dtype& dtype = array.dtype();
  switch (dtype.kind) {
    case npy::Kind::boolean:
      return of<bool>(array, plain);
    case npy::Kind::signed_integer:
      switch (dtype.itemsize) {
        case 1:
          return of<std::int8_t>(array, plain);
        case 2:
          return of<std::int16_t>(array, plain);
        case 4:
          return of<std::int32_t>(array, plain);
        case 8:
          return of<std::int64_t>(array, plain);
        default:
          break;
      }
      break;
    case npy::Kind::unsigned_integer:
      switch (dtype.itemsize) {
        case 1:
          return of<std::uint8_t>(array, plain);
        case 2:
          return of<std::uint16_t>(array, plain);
        case 4:
          return of<std::uint32_t>(array, plain);
        case 8:
          return of<std::uint64_t>(array, plain);
        default:
          break;
      }
      break;
    case npy::Kind::floating:
      switch (dtype.itemsize) {
        case 2:
          return of<Float16>(array, [](Float16 number) { return static_cast<double>(static_cast<float>(number)); });
        case 4:
          return of<float>(array, plain);
        case 8:
          return of<double>(array, plain);
        default:
          break;
      }
      break;
    case npy::Kind::complex:
      if (dtype.itemsize == 8) return of_complex<float>(array, complex);
      if (dtype.itemsize == 16) return of_complex<double>(array, complex);
      break;
    case npy::Kind::datetime:
    case npy::Kind::timedelta:
      return of<std::int64_t>(as_integers(array), plain);
    default:
      break;
  }
  return Error{"an array of " + dtype.text() + " holds no numbers that can be drawn or subtracted"};
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
