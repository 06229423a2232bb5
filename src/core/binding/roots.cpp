#include "binding/roots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>
#include <utility>

#include "log/log.hpp"
#include "process/fork.hpp"

namespace cache_on_disk::core {
namespace {

struct Roots {
  system::GlobalMutex mutex{system::MutexRank::ledger};
  std::map<std::pair<std::string, const Method*>, std::weak_ptr<const Context>> living;
  std::size_t tidy_at = 64;
};

Roots& roots() { return system::lasting<Roots>(); }

/// Puts a root in the place of the one that had its names, and tells whether that is still alive.
bool replace(const std::string& path, const Method& method, const std::shared_ptr<const Context>& context) {
  Roots& all = roots();
  const std::lock_guard lock(all.mutex);
  std::weak_ptr<const Context>& known = all.living[{path, &method}];
  const bool is_second = !known.expired();
  known = context;
  if (all.living.size() >= all.tidy_at) {
    std::erase_if(all.living, [](const auto& root) { return root.second.expired(); });
    all.tidy_at = std::max(2 * all.living.size(), std::size_t{64});
  }
  return is_second;
}

}  // namespace

void note_root(const Method& method, const std::string& name, const std::shared_ptr<const Context>& context) noexcept
    try {
  const std::string path = context->one_path() + "/" + name;
  if (replace(path, method, context))
    system::report(
        {path, "two roots",
         fmt::format(
             "two objects are tagged one by one with {}, and both have the method {}: each gets the values of the "
             "other. If they are parts of one dataset, put them into one object or container and call set_tag for "
             "that; if they are the same data twice, all is well",
             *context->settings().tag, name)});
} catch (const std::exception&) {  // out of memory: it is only a word of warning
}

}  // namespace cache_on_disk::core
