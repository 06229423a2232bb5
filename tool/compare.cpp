#include "compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cache_on_disk/repr.hpp"
#include "numbers.hpp"

namespace cache_on_disk::tool {
namespace {

bool equal(double a, double b, const Tolerance& tolerance) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return true;
  const double distance = std::abs(a - b);
  return std::isfinite(distance) && distance <= tolerance.absolute + tolerance.relative * std::abs(b);
}

/// "(3, 4)" of an element counted in C order.
std::string position_text(std::size_t index, const Shape& shape) {
  Shape position(shape.size(), 0);
  for (std::size_t i = shape.size(); i-- > 0; index /= shape[i]) position[i] = index % shape[i];
  return to_text(position);
}

/// True if 64-bit integers differ that a double cannot tell apart.
bool same_bytes(const AnyArray& a, const AnyArray& b) {
  if (!(a.dtype() == b.dtype())) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!std::ranges::equal(a.element(i), b.element(i))) return false;
  return true;
}

std::string difference_between_numbers(NumberStream a, NumberStream b, const AnyArray& array,
                                       const Tolerance& tolerance) {
  std::array<double, 2048> pieces[2];
  std::size_t different = 0, first = 0;
  double largest = 0;
  for (std::size_t index = 0; index < a.size();) {
    const std::size_t size = std::min(pieces[0].size(), a.size() - index);
    a.read(std::span(pieces[0]).first(size));
    b.read(std::span(pieces[1]).first(size));
    for (std::size_t i = 0; i < size; ++i, ++index) {
      if (equal(pieces[0][i], pieces[1][i], tolerance)) continue;
      if (different++ == 0) first = index;
      largest = std::max(largest, std::abs(pieces[0][i] - pieces[1][i]));
    }
  }
  if (different == 0) return {};
  const std::size_t numbers_each = array.size() == 0 ? 1 : a.size() / array.size();
  return fmt::format("{} of {} numbers differ, by up to {:.6g}, first at {}", different, a.size(), largest,
                     position_text(first / numbers_each, array.shape()));
}

std::string difference_between_arrays(const AnyArray& a, const AnyArray& b, const Tolerance& tolerance) {
  if (a.shape() != b.shape()) return fmt::format("shape {} against {}", to_text(a.shape()), to_text(b.shape()));
  const bool exact = tolerance.absolute == 0 && tolerance.relative == 0;
  if (exact && !(a.dtype() == b.dtype()) && a.dtype().kind != b.dtype().kind)
    return fmt::format("dtype {} against {}", dtype_name(a.dtype()), dtype_name(b.dtype()));
  if (same_bytes(a, b)) return {};
  auto numbers_a = NumberStream::open(a, ComplexAs::two_numbers);
  auto numbers_b = NumberStream::open(b, ComplexAs::two_numbers);
  if (numbers_a && numbers_b && numbers_a->size() == numbers_b->size()) {
    std::string difference = difference_between_numbers(*std::move(numbers_a), *std::move(numbers_b), a, tolerance);
    const bool integers = a.dtype().kind == npy::Kind::signed_integer || a.dtype().kind == npy::Kind::unsigned_integer;
    if (difference.empty() && exact && integers && a.dtype() == b.dtype()) return "integers differ beyond 2^53";
    return difference;
  }
  if (!(a.dtype() == b.dtype()))
    return fmt::format("dtype {} against {}", dtype_name(a.dtype()), dtype_name(b.dtype()));
  return "elements differ";
}

}  // namespace

std::string difference_between(const Value& a, const Value& b, const Tolerance& tolerance) {
  const auto array_a = a.as_array(), array_b = b.as_array();
  if (array_a && array_b) return difference_between_arrays(*array_a, *array_b, tolerance);
  const auto number_a = a.as_double(), number_b = b.as_double();
  if (number_a && number_b && equal(*number_a, *number_b, tolerance)) return {};
  if (a == b) return {};
  const std::string text_a = repr(a, {.max_size = 60}), text_b = repr(b, {.max_size = 60});
  return text_a == text_b ? fmt::format("{} against another", describe(a))
                          : fmt::format("{} against {}", text_a, text_b);
}

}  // namespace cache_on_disk::tool
