#include "binding/untagged.hpp"

#include <exception>
#include <mutex>
#include <tuple>

#include "binding/context.hpp"
#include "cache_on_disk/detail/core/cell.hpp"
#include "cache_on_disk/options.hpp"
#include "process/fork.hpp"
#include "report/uncached.hpp"

namespace cache_on_disk::core {
namespace {

struct Sites {
  system::GlobalMutex mutex{system::MutexRank::ledger};
  std::map<std::pair<const char*, std::uint_least32_t>, std::uint64_t> calls;
};

Sites& sites() { return system::lasting<Sites>(); }

}  // namespace

void tell_lost_tag(const std::source_location& site) {
  if (!Context::any_tagged() || options().mode == Mode::off) return;
  const std::string place = std::string(site.file_name()) + ":" + std::to_string(site.line());
  const std::string method = site.function_name();
  tell_uncached({method, "lost its tag",
                 "not cached: " + method + " (" + place +
                     ") is called on an object without a tag that is a copy of a tagged one, or took its place by "
                     "assignment: call set_tag when all objects are in their places (another tag, if others stood "
                     "there), or clear_tag if it is to be computed at each call",
                 place});
}

void count_untagged_call(const char* file, std::uint_least32_t line) noexcept try {
  if (!Context::any_tagged()) return;
  Sites& all = sites();
  const std::lock_guard lock(all.mutex);
  ++all.calls[{file, line}];
} catch (const std::exception&) {  // out of memory: a count is not worth a call
}

std::map<std::string, std::uint64_t> untagged_calls() {
  Sites& all = sites();
  const std::lock_guard lock(all.mutex);
  std::map<std::string, std::uint64_t> calls;
  for (const auto& [site, count] : all.calls)
    calls[std::string(site.first) + ":" + std::to_string(site.second)] += count;
  return calls;
}

}  // namespace cache_on_disk::core
