// `CachedRef<T>`: what a cached method returns, a pointer to the value.
//
//   CachedRef<Array<double>> modes = residuals.modes();
//   use(*modes, modes->shape());
//   for (double x : *modes) ...                       // never `: *residuals.modes()`, whose ref is gone by then
//   double seeing = 2 * residuals.seeing();           // a ref to a number is that number
#pragma once

#include <iosfwd>
#include <memory>
#include <type_traits>
#include <utility>

#include "cache_on_disk/detail/cells/holder_cell.hpp"
#include "cache_on_disk/detail/cells/small_cell.hpp"

namespace cache_on_disk {

/// @cond
#if defined(__clang__)
#define CACHE_ON_DISK_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define CACHE_ON_DISK_LIFETIMEBOUND
#endif
/// @endcond

namespace detail {
/// What a ref is made of.
template <class T>
using Ref = std::conditional_t<is_small_value<T>, SmallRef<T>, HolderRef<T>>;
}  // namespace detail

/// Points at a cached value like a smart pointer; never null, unless moved from. How long it is valid:
///
/// - A ref to a plain value of up to 16 bytes, such as a number, holds a copy, and is valid as long as it lives.
/// - Any other ref from a method without arguments, under a tag, is a bare pointer to what the cell has in memory. It is
///   valid until the cell is tagged again, cleared, refreshed, put to, assigned to or destroyed.
/// - Every other ref, of a method with arguments or without a tag, owns its value.
///
/// `share()` gives a pointer that outlives all of these. A copy of a ref is like the original. The value is const: it belongs to
/// all callers. Threads: const members of one ref, and different refs to one value, may be used side by side.
template <class T>
class CachedRef {
 public:
  using element_type = const T;

  /// The value; valid as long as this ref is.
  const T& operator*() const& CACHE_ON_DISK_LIFETIMEBOUND { return *ref_.get(); }
  const T& operator*() const&& CACHE_ON_DISK_LIFETIMEBOUND
    requires(!detail::is_small_value<T>)
  {
    return *ref_.get();
  }
  /// The same of a ref that holds its value, and is gone at the end of the expression: a copy.
  T operator*() const&&
    requires detail::is_small_value<T>
  {
    return *ref_.get();
  }
  /// The value; valid as long as this ref is.
  const T* operator->() const CACHE_ON_DISK_LIFETIMEBOUND { return ref_.get(); }
  /// The same.
  const T* get() const CACHE_ON_DISK_LIFETIMEBOUND { return ref_.get(); }

  /// A ref that holds its value passes as a copy of it, so that `if (star.is_bright())` and `2 * star.flux()` mean what they
  /// say.
  operator T() const
    requires detail::is_small_value<T>
  {
    return *ref_.get();
  }
  /// Any other passes as a reference to its value, if the ref is a variable; one that is gone at the end of the expression
  /// does not, as the reference would dangle.
  operator const T&() const& CACHE_ON_DISK_LIFETIMEBOUND
    requires(!detail::is_small_value<T>)
  {
    return **this;
  }
  // Compilers show this line, and this line only.
  // clang-format off
  operator const T&() const&& requires(!detail::is_small_value<T>) = delete;  // may dangle: return or keep the CachedRef<T>, or copy with *
  // clang-format on

  /// A pointer that keeps the value alive (a small one: a copy of it), beyond the cell, its object and `clear_cache`. Throws
  /// `std::bad_alloc`.
  std::shared_ptr<const T> share() const { return ref_.share(); }

  /// Writes the value, if it can be written.
  template <class Char, class Traits>
  friend std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, const CachedRef& ref)
    requires requires { out << *ref; }
  {
    return out << *ref, out;
  }

  /// For cells, which make refs.
  explicit CachedRef(detail::Ref<T> ref) noexcept : ref_(std::move(ref)) {}

 private:
  detail::Ref<T> ref_;
};

}  // namespace cache_on_disk
