// How a cell keeps a value of any type in memory, and how refs point at it: by the address of its holder.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "cache_on_disk/detail/cells/holder.hpp"
#include "cache_on_disk/detail/core/cell.hpp"

namespace cache_on_disk::detail {

/// Points at a value in its holder, with a share in it or without.
template <class T>
class HolderRef {
 public:
  HolderRef(Holder<T>* buffered) noexcept : word_(reinterpret_cast<std::uintptr_t>(buffered)) {}
  HolderRef(HolderPtr<T> owner) noexcept : word_(reinterpret_cast<std::uintptr_t>(owner.detach()) | owning) {}
  HolderRef(const HolderRef& other) noexcept : word_(other.word_) {
    if (owns()) holder()->retain();
  }
  HolderRef(HolderRef&& other) noexcept : word_(std::exchange(other.word_, 0)) {}
  HolderRef& operator=(HolderRef other) noexcept {
    std::swap(word_, other.word_);
    return *this;
  }
  ~HolderRef() {
    if (owns()) holder()->release();
  }

  const T* get() const noexcept { return std::addressof(holder()->value()); }
  std::shared_ptr<const T> share() const {
    return {get(), [owner = HolderPtr<T>(holder())](const T*) {}};
  }

 private:
  // One word, since a hit in memory is little more than returning it: the holder's address, whose last bit says whether
  // the ref has a share in it.
  static constexpr std::uintptr_t owning = 1;
  bool owns() const noexcept { return (word_ & owning) != 0; }
  Holder<T>* holder() const noexcept { return reinterpret_cast<Holder<T>*>(word_ & ~owning); }

  std::uintptr_t word_;
};

/// A cell that keeps a share in the value's holder. find(), recall() and publish() are concurrent among themselves.
template <class T>
class HolderCell : public core::Cell {
 protected:
  HolderCell() = default;
  explicit HolderCell(core::CellOptions options) noexcept : Cell(options) {}
  HolderCell(const HolderCell& other) noexcept : Cell(other) {}
  HolderCell(HolderCell&& other) noexcept : Cell(std::move(other)) { take(other); }
  ~HolderCell() { drop(); }

  /// What a ref without a share is made of, until the value is dropped; nullptr if there is none.
  Holder<T>* find() const noexcept { return holder_.load(std::memory_order_acquire); }
  /// Gives `holder` a share in the value; false if there is none.
  bool recall(HolderPtr<T>& holder) const noexcept {
    holder = HolderPtr<T>(find());
    return static_cast<bool>(holder);
  }
  /// To the value of this holder: without a share if it is the one that is kept.
  HolderRef<T> ref_to(const HolderPtr<T>& holder) const noexcept {
    if (find() == holder.get()) return holder.get();
    return holder;
  }
  /// The first value to arrive is kept; threads that wait for nobody may arrive at once.
  void publish(const HolderPtr<T>& holder) const noexcept {
    Holder<T>* expected = nullptr;
    HolderPtr<T> share = holder;
    if (holder_.compare_exchange_strong(expected, holder.get(), std::memory_order_acq_rel)) (void)share.detach();
  }
  void drop() const noexcept {
    if (find() == nullptr) return;
    if (Holder<T>* const holder = holder_.exchange(nullptr)) holder->release();
  }
  /// Drops its own value for that of the other, which is left empty.
  void take(HolderCell& other) noexcept {
    drop();
    holder_.store(other.holder_.exchange(nullptr), std::memory_order_release);
    refresh_.store(other.refresh_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  }

  mutable std::atomic<bool> refresh_{false};  ///< the next call is to compute again

 private:
  mutable std::atomic<Holder<T>*> holder_{nullptr};  // owns a share; read by every hit
};

}  // namespace cache_on_disk::detail
