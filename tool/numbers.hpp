// The elements of an array of any numeric dtype as doubles, one after the other, without a copy of the array.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "cache_on_disk/any_array.hpp"

namespace cache_on_disk::tool {

/// What a complex number becomes.
enum class ComplexAs { magnitude, two_numbers };

/// Reads in C order. Used by one thread at a time.
class NumberStream {
 public:
  /// An error for what holds no numbers, such as text, structures and long doubles. Times count as their
  /// integers.
  static Result<NumberStream> open(const AnyArray& array, ComplexAs complex = ComplexAs::magnitude);

  /// How many numbers come in all.
  std::size_t size() const { return size_; }
  /// Fills `numbers`, of which there must be no more than still come.
  void read(std::span<double> numbers) { read_(numbers); }

 private:
  NumberStream(std::size_t size, std::function<void(std::span<double>)> read) : size_(size), read_(std::move(read)) {}
  template <class T>
  static Result<NumberStream> of(const AnyArray& array);
  template <class... T>
  static Result<NumberStream> of_any(const AnyArray& array);

  std::size_t size_;
  std::function<void(std::span<double>)> read_;
};

/// Calls `use(index, number)` for all of them.
void for_each_number(NumberStream stream, const std::function<void(std::size_t, double)>& use);

}  // namespace cache_on_disk::tool
