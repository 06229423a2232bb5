#include "binding/binding.hpp"

#include <cassert>
#include <exception>
#include <map>
#include <mutex>

#include "cache_on_disk/detail/core/cell.hpp"
#include "log/log.hpp"
#include "process/fork.hpp"
#include "process/process.hpp"

namespace cache_on_disk {
extern const char CACHE_ON_DISK_CONTAINERS_ = 0;
}

namespace cache_on_disk::core {

bool Method::operator==(const Method& other) const {
  return origin.language == other.origin.language && origin.module == other.origin.module &&
         origin.object_class == other.origin.object_class && origin.function == other.origin.function &&
         origin.type == other.origin.type && origin.version == other.origin.version &&
         origin.program == other.origin.program && by_arguments == other.by_arguments;
}

namespace {
struct Methods {
  system::GlobalMutex mutex{system::MutexRank::contexts};
  std::multimap<std::string, std::unique_ptr<const Method>> by_function;
};
}  // namespace

const Method& intern(const Method& method) {
  auto& known_methods = system::lasting<Methods>();
  auto& methods = known_methods.by_function;
  const std::lock_guard lock(known_methods.mutex);
  const auto [first, last] = methods.equal_range(method.origin.function);
  for (auto known = first; known != last; ++known)
    if (*known->second == method) return *known->second;
  return *methods.emplace(method.origin.function, std::make_unique<const Method>(method))->second;
}

Counters& Binding::counters() const {
  Counters* known = counters_.load(std::memory_order_acquire);
  if (known != nullptr) return *known;
  auto fresh = std::make_unique<Counters>();
  if (counters_.compare_exchange_strong(known, fresh.get(), std::memory_order_acq_rel)) return *fresh.release();
  return *known;
}

bool is_tagged(const Binding* binding) noexcept { return binding != nullptr && binding->context().has_tag(); }

const Context* Cell::context() const noexcept { return binding_ ? &binding_->context() : nullptr; }

bool Cell::had_tag() const noexcept { return lost_tag_ || is_tagged(binding_.get()); }

void Cell::lose_tag_to(const Cell& other) noexcept {
  lost_tag_ = had_tag() || other.had_tag();
  if (!is_tagged(binding_.get())) return;
  try {
    binding_ = std::make_shared<Binding>(binding_->context().without_tag(), binding_->instance(), binding_->method());
  } catch (const std::exception&) {  // out of memory: the directory is forgotten as well
    binding_.reset();
  }
}

bool Cell::take_tag_of(Cell& other) noexcept {
  if (!is_tagged(other.binding_.get())) {
    lose_tag_to(other);
    return false;
  }
  binding_ = std::move(other.binding_);
  other.lost_tag_ = true;
  lost_tag_ = false;
  return true;
}

void Cell::bind(std::shared_ptr<Binding> binding) const noexcept {
  forget();
  lost_tag_ = false;
  binding_ = std::move(binding);
}

void Cell::rebind(std::shared_ptr<const Context> context, std::shared_ptr<const NameNode> instance,
                  const Method& method) const noexcept {
  assert(binding_.use_count() == 1);
  forget();
  lost_tag_ = false;
  binding_->become(std::move(context), std::move(instance), method);
}

std::uintptr_t Call::caller() const { return system::this_thread_id(); }

void log(LogLevel level, const Binding& binding, std::string_view message) noexcept try {
  if (system::logs(level))
    system::log(level, binding.context().settings().tag.value_or("-"), binding.function_name(), message);
} catch (const std::exception&) {  // costs a line of the log
}

void observe_hit(const Binding* binding, std::string_view arguments) noexcept try {
  if (binding == nullptr || !system::logs(LogLevel::debug)) return;
  ++binding->counters().from_memory;
  system::log(LogLevel::debug, binding->context().settings().tag.value_or("-"), binding->stem(arguments),
              "hit in memory");
} catch (const std::exception&) {  // as above
}

}  // namespace cache_on_disk::core
