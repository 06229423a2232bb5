// How a cell buffers a small plain value, a number say: within itself. Refs hold a copy. A hit then reads one line of memory,
// the cell's, where a holder would be a second one somewhere else, and nothing is allocated for what is kept.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "cache_on_disk/holder.hpp"

namespace cache_on_disk::detail {

/// True for values that are as cheap to copy as to point at.
template <class T>
inline constexpr bool is_small_value =
    std::is_trivially_copyable_v<T> && std::is_trivially_copy_constructible_v<T> &&
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

/// Buffers a copy of the value. find(), share() and publish() are concurrent among themselves.
template <class T>
class SmallBuffer {
 public:
  SmallBuffer() noexcept {}
  SmallBuffer(const SmallBuffer&) = delete;
  SmallBuffer& operator=(const SmallBuffer&) = delete;

  /// nullptr if no value is buffered.
  const T* find() const noexcept {
    return state_.load(std::memory_order_acquire) == State::full ? std::addressof(value_) : nullptr;
  }
  /// Throws std::bad_alloc.
  HolderPtr<T> share() const {
    const T* const found = find();
    if (found == nullptr) return {};
    const auto copy = [found]() -> const T& { return *found; };
    auto holder = HolderPtr<T>::make();
    holder->construct(copy);
    return holder;
  }
  SmallRef<T> ref_to(const HolderPtr<T>& holder) const noexcept { return holder; }
  /// The first value to arrive is buffered; threads that wait for nobody may arrive at once.
  void publish(const HolderPtr<T>& holder) noexcept {
    State expected = State::empty;
    // A fork right here would leave the child's cell at that: it would ask the disk each time, until its next tag.
    if (!state_.compare_exchange_strong(expected, State::being_filled, std::memory_order_acquire)) return;
    fill(holder->value());
  }
  void drop() noexcept { state_.store(State::empty, std::memory_order_relaxed); }
  /// Drops its own value for that of the other, which is left empty.
  void take(SmallBuffer& other) noexcept {
    drop();
    if (const T* const value = other.find()) fill(*value);
    other.drop();
  }

 private:
  enum class State : std::uint8_t { empty, being_filled, full };

  void fill(const T& value) noexcept {
    ::new (static_cast<void*>(std::addressof(value_))) T(value);
    state_.store(State::full, std::memory_order_release);
  }

  union {
    T value_;
  };
  std::atomic<State> state_{State::empty};
};

}  // namespace cache_on_disk::detail
