#include "store/notice.hpp"

#include <atomic>

namespace cache_on_disk::entry {
namespace {
std::atomic<void (*)(const Notice&)> current{nullptr};
}

void listen(void (*listener)(const Notice&)) noexcept { current.store(listener); }

void notice(const Notice& what) {
  if (auto* const listener = current.load()) listener(what);
}

}  // namespace cache_on_disk::entry
