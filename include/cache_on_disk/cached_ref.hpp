// CachedRef<T>: what a cached method returns.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "cache_on_disk/holder.hpp"

namespace cache_on_disk {

#if defined(__clang__)
#define CACHE_ON_DISK_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define CACHE_ON_DISK_LIFETIMEBOUND
#endif

/// Points at a cached value like a smart pointer; never null, unless moved from.
///
///   CachedRef<Array<double>> modes = residuals.modes();
///   use(*modes, modes->shape());
///   for (double x : *modes) ...                       // never `: *residuals.modes()`, whose ref is gone by then
///
/// A ref to the buffered value of a method without arguments, under a tag, is a bare pointer: it is valid until the cell
/// is tagged anew, cleared, refreshed, put to, assigned to or destroyed. Every other ref owns its value (shared with the cell, if that
/// buffers it). share() gives a pointer that outlives everything. Copies are like the original. Concurrent use of const
/// members, and of different refs to one value, is safe.
template <class T>
class CachedRef {
 public:
  using element_type = const T;

  const T& operator*() const CACHE_ON_DISK_LIFETIMEBOUND { return holder()->value(); }
  const T* operator->() const CACHE_ON_DISK_LIFETIMEBOUND { return get(); }
  const T* get() const CACHE_ON_DISK_LIFETIMEBOUND { return std::addressof(holder()->value()); }

  /// A named ref passes as a reference to its value.
  operator const T&() const& CACHE_ON_DISK_LIFETIMEBOUND { return **this; }
  // Compilers show this line, and this line only.
  operator const T&() const&& = delete;  // may dangle: return or keep the CachedRef<T>, or copy with *

  /// A pointer that keeps the value alive beyond the cell, its object and the library's buffers.
  std::shared_ptr<const T> share() const {
    return {get(), [owner = detail::HolderPtr<T>(holder())](const T*) {}};
  }

  CachedRef(const CachedRef& other) noexcept : word_(other.word_) {
    if (owns()) holder()->retain();
  }
  CachedRef(CachedRef&& other) noexcept : word_(std::exchange(other.word_, 0)) {}
  CachedRef& operator=(CachedRef other) noexcept {
    std::swap(word_, other.word_);
    return *this;
  }
  ~CachedRef() {
    if (owns()) holder()->release();
  }

  /// Made by cells: bare for the value a cell buffers, owning for every other.
  explicit CachedRef(detail::Holder<T>* buffered) noexcept
      : word_(reinterpret_cast<std::uintptr_t>(buffered)) {}
  explicit CachedRef(detail::HolderPtr<T> owner) noexcept
      : word_(reinterpret_cast<std::uintptr_t>(owner.detach()) | owning) {}

 private:
  // One word, since a hit in memory is little more than returning it: the holder's address, whose last bit says whether
  // the ref has a share in it.
  static constexpr std::uintptr_t owning = 1;
  bool owns() const noexcept { return (word_ & owning) != 0; }
  detail::Holder<T>* holder() const noexcept { return reinterpret_cast<detail::Holder<T>*>(word_ & ~owning); }

  std::uintptr_t word_;
};

}  // namespace cache_on_disk
