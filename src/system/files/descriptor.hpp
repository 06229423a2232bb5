// A file descriptor that closes itself.
#pragma once

#include <utility>

#include "files/calls.hpp"

namespace cache_on_disk::system {

/// Owns one file descriptor, or none (-1). Movable; not thread-safe by itself.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(std::exchange(other.number_, -1));
    return *this;
  }
  ~Descriptor() { reset(); }

  int number() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }
  int release() noexcept { return std::exchange(number_, -1); }
  void reset(int number = -1) noexcept {
    if (number_ >= 0) close_descriptor(number_);
    number_ = number;
  }
  /// Closes it and tells whether that went well: network file systems report lost writes here (close(2)).
  bool close() noexcept { return close_descriptor(std::exchange(number_, -1)) == 0; }

 private:
  int number_ = -1;
};

}  // namespace cache_on_disk::system
