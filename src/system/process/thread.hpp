// Threads of the library's own.
#pragma once

#include <functional>

namespace cache_on_disk::system {

/// Starts a thread that runs `work`, which must not throw, and is joined by nobody. All signals are blocked on it: the program's
/// are for the program's own threads. 0, or an errno value if no thread can be started.
int start_thread(std::function<void()> work) noexcept;

}  // namespace cache_on_disk::system
