// How much of its stack a thread has left.
#pragma once

#include <cstddef>

namespace cache_on_disk::system {

struct StackRoom {
  std::size_t left;   ///< bytes below the caller's frame
  std::size_t whole;  ///< of the thread's stack
};

/// Of the calling thread; the largest numbers where that is not known. Asks the system once a thread.
StackRoom stack_room() noexcept;

}  // namespace cache_on_disk::system
