#include "report/uncached.hpp"

#include <exception>
#include <mutex>
#include <utility>

#include "cache_on_disk/options.hpp"
#include "log/log.hpp"
#include "process/fork.hpp"

namespace cache_on_disk::core {
namespace {

// Values and names may differ at each call; a process that makes millions of them must not fill its memory with words.
constexpr std::size_t most_methods = 10'000;
constexpr std::size_t most_messages = 20;

struct Ledger {
  system::GlobalMutex mutex{system::MutexRank::ledger};
  std::map<std::pair<std::string, std::string>, std::map<std::string, std::uint64_t>>
      methods;  // by method and directory
};

Ledger& ledger() { return system::lasting<Ledger>(); }

void count(const Uncached& what) noexcept try {
  Ledger& all = ledger();
  const std::lock_guard lock(all.mutex);
  std::pair key{what.method, what.directory};
  const auto is_too_much = [&](std::size_t most) { return all.methods.size() >= most && !all.methods.contains(key); };
  if (is_too_much(most_methods)) key.second.clear();  // one program, thousands of tags: it still counts in the sum
  if (is_too_much(2 * most_methods)) return;
  auto& messages = all.methods[std::move(key)];
  if (messages.size() < most_messages || messages.contains(what.message))
    ++messages[what.message];
  else
    ++messages.begin()->second;
} catch (const std::exception&) {  // out of memory: a count is not worth a call
}

}  // namespace

void tell_uncached(const Uncached& what) {
  count(what);
  system::report({what.place.empty() ? what.method : what.place, what.reason, what.message});
  if (!options().strict) return;
  const bool is_named = what.message.find(what.method) != std::string::npos;
  throw UncachedError("cache_on_disk: " + (is_named ? "" : what.method + ": ") + what.message);
}

std::map<std::string, std::uint64_t> uncached_calls(const std::string& method, const std::string& directory) {
  Ledger& all = ledger();
  const std::lock_guard lock(all.mutex);
  const auto found = all.methods.find({method, directory});
  return found == all.methods.end() ? std::map<std::string, std::uint64_t>() : found->second;
}

std::map<std::string, std::uint64_t> uncached_calls() {
  Ledger& all = ledger();
  const std::lock_guard lock(all.mutex);
  std::map<std::string, std::uint64_t> calls;
  for (const auto& [key, messages] : all.methods)
    for (const auto& [message, times] : messages) calls[key.first + ": " + message] += times;
  return calls;
}

}  // namespace cache_on_disk::core
