// Where a cached value lives: a counted block that cells, refs and flights share.
#pragma once

#include <atomic>
#include <memory>
#include <new>
#include <utility>

namespace cache_on_disk::detail {

/// A value with a count of its owners, made before the value is: once the function has run, nothing can fail any more.
template <class T>
class Holder {
 public:
  Holder() noexcept {}
  ~Holder() {
    if (full_) value_.~T();
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  /// Puts what the function returns right into place: T need not be movable. Once for each holder.
  template <class F>
  void construct(F& function) {
    ::new (static_cast<void*>(std::addressof(value_))) T(function());
    full_ = true;
  }
  const T& value() const noexcept { return value_; }

  void retain() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  std::atomic<std::size_t> owners_{1};
  bool full_ = false;
  union {
    T value_;
  };
};

/// A share in a holder; may be empty.
template <class T>
class HolderPtr {
 public:
  HolderPtr() noexcept = default;
  /// A new holder, of which this is the first share.
  static HolderPtr make() {
    HolderPtr fresh;
    fresh.holder_ = new Holder<T>();
    return fresh;
  }
  /// One more share.
  explicit HolderPtr(Holder<T>* holder) noexcept : holder_(holder) {
    if (holder_ != nullptr) holder_->retain();
  }
  HolderPtr(const HolderPtr& other) noexcept : HolderPtr(other.holder_) {}
  HolderPtr(HolderPtr&& other) noexcept : holder_(std::exchange(other.holder_, nullptr)) {}
  HolderPtr& operator=(HolderPtr other) noexcept {
    std::swap(holder_, other.holder_);
    return *this;
  }
  ~HolderPtr() {
    if (holder_ != nullptr) holder_->release();
  }

  Holder<T>* get() const noexcept { return holder_; }
  Holder<T>* operator->() const noexcept { return holder_; }
  explicit operator bool() const noexcept { return holder_ != nullptr; }
  /// Gives the share away.
  Holder<T>* detach() noexcept { return std::exchange(holder_, nullptr); }

 private:
  Holder<T>* holder_ = nullptr;
};

}  // namespace cache_on_disk::detail
