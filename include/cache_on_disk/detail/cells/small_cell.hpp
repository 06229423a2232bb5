// How a cell keeps a small plain value, a number say, in memory: within itself. Refs hold a copy. A hit then reads one line of
// memory, the cell's, where a holder would be a second one somewhere else, and nothing is allocated for what is kept.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "cache_on_disk/detail/cells/buffer_lock.hpp"
#include "cache_on_disk/detail/cells/holder.hpp"
#include "cache_on_disk/detail/core/cell.hpp"

namespace cache_on_disk::detail {

/// True for values that are as cheap to copy as to point at.
template <class T>
inline constexpr bool is_small_value =
    std::is_trivially_copyable_v<T> && std::is_trivially_copy_constructible_v<T> && std::is_copy_assignable_v<T> &&
    std::is_trivially_destructible_v<T> && sizeof(T) <= 2 * sizeof(void*) && alignof(T) <= alignof(void*);

/// Holds the value itself.
template <class T>
class SmallRef {
 public:
  SmallRef(const T* buffered) noexcept : value_(*buffered) {}
  SmallRef(const HolderPtr<T>& owner) noexcept : value_(owner->value()) {}

  const T* get() const noexcept { return std::addressof(value_); }
  std::shared_ptr<const T> share() const { return std::make_shared<const T>(value_); }

 private:
  T value_;
};

/// A cell that keeps a copy of the value. find(), recall() and publish() are concurrent among themselves.
template <class T>
class SmallCell : public core::Cell {
 protected:
  SmallCell() noexcept {}
  explicit SmallCell(core::CellOptions options) noexcept : Cell(options) {}
  SmallCell(const SmallCell& other) noexcept : Cell(other) {}
  SmallCell(SmallCell&& other) noexcept : Cell(std::move(other)) { take(other); }
  ~SmallCell() = default;

  /// nullptr if there is no value.
  const T* find() const noexcept { return is_full_.load(std::memory_order_acquire) ? std::addressof(value_) : nullptr; }
  /// False if there is no value. A holder is not needed for one: ref_to() finds it.
  bool recall(HolderPtr<T>&) const noexcept { return find() != nullptr; }
  SmallRef<T> ref_to(const HolderPtr<T>& holder) const noexcept {
    if (holder) return holder;
    return std::addressof(value_);
  }
  /// The first value to arrive is kept; threads that wait for nobody may arrive at once.
  void publish(const HolderPtr<T>& holder) const noexcept {
    // Under a mutex that a fork takes: a child's cell is never left half filled.
    with_buffer_locked(this, [&] {
      if (find() == nullptr) fill(holder->value());
    });
  }
  void drop() const noexcept { is_full_.store(false, std::memory_order_relaxed); }
  /// Drops its own value for that of the other, which is left empty.
  void take(SmallCell& other) noexcept {
    drop();
    if (const T* const value = other.find()) fill(*value);
    other.drop();
    refresh_.store(other.refresh_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  }

  mutable std::atomic<bool> refresh_{false};  ///< the next call is to compute again

 private:
  void fill(const T& value) const noexcept {
    ::new (static_cast<void*>(std::addressof(value_))) T(value);
    is_full_.store(true, std::memory_order_release);
  }

  mutable std::atomic<bool> is_full_{false};
  union {
    mutable T value_;
  };
};

}  // namespace cache_on_disk::detail
