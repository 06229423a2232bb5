// How deep C++ values may be nested that are written and read by functions that call themselves.
#pragma once

namespace cache_on_disk::pickle {

/// Enough for any type that does not contain itself, and not too much for the machine's stack: so many objects of own types
/// within each other, with up to three containers, optionals or variants between two of them; or so many containers.
inline constexpr int max_depth = 500;

enum class Nesting {
  container,
  object  ///< of a type with fields or a Conversion, without which no type contains itself
};

/// Counts the levels on the way to the current value.
class Depth {
 public:
  /// False if that is too deep; leave() is due all the same.
  bool enter(Nesting nesting) noexcept {
    levels_ += weight(nesting);
    if (nesting == Nesting::object) ++objects_;
    return objects_ <= max_depth && levels_ <= max_depth;
  }
  void leave(Nesting nesting) noexcept {
    levels_ -= weight(nesting);
    if (nesting == Nesting::object) --objects_;
  }

 private:
  static constexpr int containers_for_free = 3;
  static constexpr int weight(Nesting nesting) noexcept {
    return nesting == Nesting::object ? -containers_for_free : 1;
  }

  int levels_ = 0;
  int objects_ = 0;
};

}  // namespace cache_on_disk::pickle
