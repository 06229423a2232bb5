#include "core/untagged.hpp"

#include <exception>
#include <mutex>
#include <tuple>

#include "cache_on_disk/core/cell.hpp"
#include "core/context.hpp"
#include "system/fork.hpp"

namespace cache_on_disk::core {
namespace {

struct Sites {
  system::GlobalMutex mutex{system::MutexRank::ledger};
  std::map<std::pair<const char*, std::uint_least32_t>, std::uint64_t> calls;
};

Sites& sites() {
  static Sites& leaked = *new Sites;
  return leaked;
}

}  // namespace

void count_untagged_call(const std::source_location& site) noexcept {
  count_untagged_call(site.file_name(), site.line());
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
