// `Quantity<T>` and `Masked<T>`: numbers with a unit, and arrays of which some elements do not count.
//
//   CachedRef<Quantity<Array<double>>> flux() const {
//     return flux_([this] { return Quantity<Array<double>>{measure(frames_), "erg / (s cm2)"}; });
//   }
//   CachedRef<Masked<Array<float>>> map() const;       // {data, mask}: mask(i) is true where data(i) does not count
//
// Python reads an `astropy.units.Quantity` and a `numpy.ma.MaskedArray`, with a cached method as well as with
// `np.load(path, allow_pickle=True)`, if it has these libraries; and what it stores as such is read here. A unit is text, in the
// words of astropy's "generic" format: "m / s", "km", "1e-20 erg / s", "mag", "" for none. Nothing here compares units:
// "m / s" and "m s-1" are two texts.
#pragma once

#include <string>

#include "cache_on_disk/array.hpp"
#include "cache_on_disk/detail/pickle/quantity_form.hpp"

namespace cache_on_disk {

/// Numbers and their unit. `T`: float, double, a complex of these, an `Array` of these or of integers, a `std::vector` or
/// `std::array` of numbers, an Eigen matrix.
template <class T>
struct Quantity {
  T value{};         ///< the numbers
  std::string unit;  ///< their unit, in the words of astropy's "generic" format; empty for none
  bool operator==(const Quantity&) const = default;
};

/// An array and a mask of the same shape. `T`: an `Array`, a `std::vector` or `std::array` of numbers, an Eigen matrix. A plain
/// array that Python stored is read as one of which all elements count.
template <class T>
struct Masked {
  T data{};          ///< the elements
  Array<bool> mask;  ///< true where an element does not count
};

}  // namespace cache_on_disk
