// PodVector: a growing array of trivially copyable things that is moved by the kernel, not copied.
//
// realloc() of a large block remaps its pages, so that growing needs neither the time nor the memory of a
// second copy.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace cache_on_disk::detail {

template <class T>
  requires std::is_trivially_copyable_v<T>
class PodVector {
 public:
  PodVector() noexcept = default;
  PodVector(PodVector&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  PodVector& operator=(PodVector&&) = delete;
  ~PodVector() { std::free(data_); }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }
  T& operator[](std::size_t i) noexcept { return data_[i]; }
  const T& operator[](std::size_t i) const noexcept { return data_[i]; }
  T& back() noexcept { return data_[size_ - 1]; }
  T* begin() noexcept { return data_; }
  T* end() noexcept { return data_ + size_; }
  const T* begin() const noexcept { return data_; }
  const T* end() const noexcept { return data_ + size_; }

  /// Room for so many in all. What is never used costs addresses, but no memory.
  void reserve(std::size_t capacity) {
    if (capacity > capacity_) move_to(capacity);
  }
  void push_back(T value) {  // by value: it may be an element of this
    if (size_ == capacity_) grow(size_ + 1);
    data_[size_++] = value;
  }
  void pop_back() noexcept { --size_; }
  /// Only ever to fewer.
  void shrink(std::size_t size) noexcept { size_ = size; }
  /// Adds room for `count` elements of indeterminate value, and returns the first.
  T* extend(std::size_t count) {
    if (count > capacity_ - size_) grow(size_ + count);
    T* first = data_ + size_;
    size_ += count;
    return first;
  }

 private:
  void grow(std::size_t least) {
    std::size_t capacity = capacity_ + capacity_ / 2;
    if (capacity < least) capacity = least;
    move_to(capacity < 16 ? 16 : capacity);
  }

  void move_to(std::size_t capacity) {
    void* moved = std::realloc(static_cast<void*>(data_), capacity * sizeof(T));
    if (moved == nullptr) throw std::bad_alloc();
    data_ = static_cast<T*>(moved);
    capacity_ = capacity;
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace cache_on_disk::detail
