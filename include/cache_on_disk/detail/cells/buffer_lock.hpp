// What guards the values that cells keep in memory, where an atomic word does not do.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "cache_on_disk/detail/export.hpp"

namespace cache_on_disk::detail {

/// Runs action(data) under one of a few mutexes, which all cells share and a fork leaves usable. What runs must call no user code.
CACHE_ON_DISK_EXPORT void with_buffer_locked(const void* cell, void (*action)(void*), void* data);

/// The same for a function; gives what it returns.
template <class F>
auto with_buffer_locked(const void* cell, F&& f) {
  using Answer = decltype(f());
  if constexpr (std::is_void_v<Answer>) {
    with_buffer_locked(cell, [](void* data) { (*static_cast<std::remove_reference_t<F>*>(data))(); }, &f);
  } else {
    std::optional<Answer> answer;
    auto run = [&] { answer.emplace(f()); };
    with_buffer_locked(cell, [](void* data) { (*static_cast<decltype(run)*>(data))(); }, &run);
    return *std::move(answer);
  }
}

}  // namespace cache_on_disk::detail
