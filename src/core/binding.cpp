#include "core/binding.hpp"

#include <cassert>
#include <deque>
#include <map>
#include <mutex>

#include "cache_on_disk/core/cell.hpp"
#include "system/fork.hpp"
#include "system/process.hpp"

namespace cache_on_disk::core {

bool Method::operator==(const Method& other) const {
  return origin.language == other.origin.language && origin.module == other.origin.module &&
         origin.object_class == other.origin.object_class && origin.function == other.origin.function &&
         origin.type == other.origin.type && origin.version == other.origin.version &&
         by_arguments == other.by_arguments;
}

const Method& intern(const Method& method) {
  static system::GlobalMutex& mutex = *new system::GlobalMutex(system::MutexRank::contexts);
  static auto& methods = *new std::multimap<std::string, std::unique_ptr<const Method>>;
  const std::lock_guard lock(mutex);
  const auto [first, last] = methods.equal_range(method.origin.function);
  for (auto known = first; known != last; ++known)
    if (*known->second == method) return *known->second;
  return *methods.emplace(method.origin.function, std::make_unique<const Method>(method))->second;
}

Counters& Binding::counters() const {
  Counters* known = counters_.load(std::memory_order_acquire);
  if (known != nullptr) return *known;
  auto fresh = std::make_unique<Counters>();
  if (counters_.compare_exchange_strong(known, fresh.get(), std::memory_order_acq_rel))
    return *fresh.release();
  return *known;
}

bool is_tagged(const Binding* binding) noexcept { return binding != nullptr && binding->context().has_tag(); }

const Context* Cell::context() const noexcept { return binding_ ? &binding_->context() : nullptr; }

void Cell::bind(std::shared_ptr<Binding> binding) const noexcept {
  forget();
  binding_ = std::move(binding);
}

void Cell::rebind(std::shared_ptr<const Context> context, std::shared_ptr<const NameNode> instance,
                  const Method& method) const noexcept {
  assert(binding_.use_count() == 1);
  forget();
  binding_->become(std::move(context), std::move(instance), method);
}

std::uintptr_t Call::caller() const { return system::this_thread_id(); }

}  // namespace cache_on_disk::core
