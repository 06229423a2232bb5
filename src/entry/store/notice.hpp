// How the entry layer tells of trouble: to whoever listens above.
#pragma once

#include <string>

namespace cache_on_disk::entry {

/// Something that went wrong with the cache and cost no caller anything but time.
struct Notice {
  std::string place;   ///< the directory or file
  std::string reason;  ///< a short word for its kind, under which it is told once per place
  std::string message;
};

/// Sets who is told; called concurrently from any thread, must not throw.
void listen(void (*listener)(const Notice&)) noexcept;
void notice(const Notice& what);

}  // namespace cache_on_disk::entry
