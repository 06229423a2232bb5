// One lazy background thread for work that nobody waits for.
#pragma once

#include <chrono>
#include <functional>

namespace cache_on_disk::system {

/// Runs `task` later on the library's one background thread, which is there while there is work for it. Tasks are dropped when
/// the process ends and in a forked child. What a task throws is dropped with it. Thread-safe.
void run_in_background(std::function<void()> task);

/// Runs `task` in the same way when that time has come. Nobody waits for it, not even wait_for_background(). Thread-safe.
void run_in_background_after(std::chrono::milliseconds delay, std::function<void()> task);

/// Waits until all tasks given so far are done. A task itself waits for nothing.
void wait_for_background();

}  // namespace cache_on_disk::system
