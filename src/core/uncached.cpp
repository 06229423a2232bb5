#include "core/uncached.hpp"

#include <exception>
#include <mutex>

#include "cache_on_disk/options.hpp"
#include "core/log.hpp"
#include "system/fork.hpp"

namespace cache_on_disk::core {
namespace {

// Values and names may differ at each call; a process that makes millions of them must not fill its memory with words.
constexpr std::size_t most_methods = 10'000;
constexpr std::size_t most_messages = 20;

struct Ledger {
  system::GlobalMutex mutex{system::MutexRank::ledger};
  std::map<std::string, std::map<std::string, std::uint64_t>> methods;
};

Ledger& ledger() { return system::lasting<Ledger>(); }

void count(const Uncached& what) noexcept try {
  Ledger& all = ledger();
  const std::lock_guard lock(all.mutex);
  if (all.methods.size() >= most_methods && !all.methods.contains(what.method)) return;
  auto& messages = all.methods[what.method];
  if (messages.size() < most_messages || messages.contains(what.message))
    ++messages[what.message];
  else
    ++messages.begin()->second;
} catch (const std::exception&) {  // out of memory: a count is not worth a call
}

}  // namespace

void tell_uncached(const Uncached& what) {
  count(what);
  report({what.place.empty() ? what.method : what.place, what.reason, what.message});
  if (!options().strict) return;
  const bool is_named = what.message.find(what.method) != std::string::npos;
  throw UncachedError("cache_on_disk: " + (is_named ? "" : what.method + ": ") + what.message);
}

std::map<std::string, std::uint64_t> uncached_calls(const std::string& method) {
  Ledger& all = ledger();
  const std::lock_guard lock(all.mutex);
  const auto found = all.methods.find(method);
  return found == all.methods.end() ? std::map<std::string, std::uint64_t>() : found->second;
}

std::map<std::string, std::uint64_t> uncached_calls() {
  Ledger& all = ledger();
  const std::lock_guard lock(all.mutex);
  std::map<std::string, std::uint64_t> calls;
  for (const auto& [method, messages] : all.methods)
    for (const auto& [message, times] : messages) calls[method + ": " + message] = times;
  return calls;
}

}  // namespace cache_on_disk::core
