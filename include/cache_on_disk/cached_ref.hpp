// CachedRef<T>: what a cached method returns.
#pragma once

#include <iosfwd>
#include <memory>
#include <type_traits>
#include <utility>

#include "cache_on_disk/detail/cells/holder_cell.hpp"
#include "cache_on_disk/detail/cells/small_cell.hpp"

namespace cache_on_disk {

#if defined(__clang__)
#define CACHE_ON_DISK_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define CACHE_ON_DISK_LIFETIMEBOUND
#endif

namespace detail {
/// What a ref is made of.
template <class T>
using Ref = std::conditional_t<is_small_value<T>, SmallRef<T>, HolderRef<T>>;
}  // namespace detail

/// Points at a cached value like a smart pointer; never null, unless moved from.
///
///   CachedRef<Array<double>> modes = residuals.modes();
///   use(*modes, modes->shape());
///   for (double x : *modes) ...                       // never `: *residuals.modes()`, whose ref is gone by then
///
/// A ref to a plain value of up to 16 bytes, a number say, holds it, and is converted to copies of it; only `*ref` and get() refer
/// to what it holds. Any other ref to the buffered value of a method without
/// arguments, under a tag, is a bare pointer: it is valid until the cell is tagged again, cleared, refreshed, put to, assigned to or
/// destroyed. Every other ref owns its value (shared with the cell, if that buffers it). share() gives a pointer that
/// outlives everything. Copies are like the original. Concurrent use of const members, and of different refs to one value, is safe.
template <class T>
class CachedRef {
 public:
  using element_type = const T;

  const T& operator*() const& CACHE_ON_DISK_LIFETIMEBOUND { return *ref_.get(); }
  const T& operator*() const&& CACHE_ON_DISK_LIFETIMEBOUND
    requires(!detail::is_small_value<T>)
  {
    return *ref_.get();
  }
  /// Of a ref that holds its value, and is gone at the end of the expression.
  T operator*() const&&
    requires detail::is_small_value<T>
  {
    return *ref_.get();
  }
  const T* operator->() const CACHE_ON_DISK_LIFETIMEBOUND { return ref_.get(); }
  const T* get() const CACHE_ON_DISK_LIFETIMEBOUND { return ref_.get(); }

  /// A ref that holds its value passes as a copy of it, so that `if (star.is_bright())` and `2 * star.flux()` mean what they say.
  operator T() const
    requires detail::is_small_value<T>
  {
    return *ref_.get();
  }
  /// Any other passes as a reference to its value, if it has a name.
  operator const T&() const& CACHE_ON_DISK_LIFETIMEBOUND
    requires(!detail::is_small_value<T>)
  {
    return **this;
  }
  // Compilers show this line, and this line only.
  // clang-format off
  operator const T&() const&& requires(!detail::is_small_value<T>) = delete;  // may dangle: return or keep the CachedRef<T>, or copy with *
  // clang-format on

  /// A pointer that keeps the value (a small one: a copy) alive beyond the cell, its object and the library's buffers. Throws
  /// std::bad_alloc.
  std::shared_ptr<const T> share() const { return ref_.share(); }

  /// Writes the value.
  template <class Char, class Traits>
  friend std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, const CachedRef& ref)
    requires requires { out << *ref; }
  {
    return out << *ref, out;
  }

  /// Made by cells.
  explicit CachedRef(detail::Ref<T> ref) noexcept : ref_(std::move(ref)) {}

 private:
  detail::Ref<T> ref_;
};

}  // namespace cache_on_disk
