#include "core/binding.hpp"

#include <cassert>
#include <exception>
#include <map>
#include <mutex>

#include "cache_on_disk/core/cell.hpp"
#include "system/fork.hpp"
#include "system/process.hpp"

namespace cache_on_disk {
extern const char CACHE_ON_DISK_CONTAINERS_ = 0;
}

namespace cache_on_disk::core {

bool Method::operator==(const Method& other) const {
  return origin.language == other.origin.language && origin.module == other.origin.module &&
         origin.object_class == other.origin.object_class && origin.function == other.origin.function &&
         origin.type == other.origin.type && origin.version == other.origin.version &&
         origin.program == other.origin.program &&
         by_arguments == other.by_arguments;
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
  if (counters_.compare_exchange_strong(known, fresh.get(), std::memory_order_acq_rel))
    return *fresh.release();
  return *known;
}

bool is_tagged(const Binding* binding) noexcept { return binding != nullptr && binding->context().has_tag(); }

const Context* Cell::context() const noexcept { return binding_ ? &binding_->context() : nullptr; }

bool Cell::had_tag() const noexcept { return lost_tag_ || is_tagged(binding_.get()); }

namespace {

bool has_used_name(const Binding* binding) { return is_tagged(binding) && binding->is_used(); }

void add_place(Former& former, std::uint64_t place) {
  constexpr std::size_t most = 64;
  if (former.took_a_place(place)) return;
  if (former.other_places.size() == most) former.other_places.erase(former.other_places.begin());
  former.other_places.push_back(place);
}

/// What data remembers that comes to the place of this cell.
void add_place_of(const Binding* binding, Former& former) {
  if (binding == nullptr) return;
  if (binding->former() != nullptr)
    for (const std::uint64_t place : binding->former()->other_places) add_place(former, place);
  const Context::Past& past = binding->context().past();
  for (const auto* const places : {&past.other_names, &past.same_names})
    for (const std::uint64_t place : *places) add_place(former, place);
  if (has_used_name(binding)) add_place(former, binding->context().place_number());
}

/// What a copy of the data remembers.
void add_data_of(const Binding* binding, Former& former) {
  if (binding == nullptr) return;
  if (const Former* const known = binding->former()) {
    former.same_place = known->same_place, former.same_name = known->same_name;
    for (const std::uint64_t place : known->other_places) add_place(former, place);
  }
  if (has_used_name(binding))
    former.same_place = binding->context().place_number(), former.same_name = binding->instance()->hash;
}

/// A binding without a tag that remembers this; nullptr if there is nothing.
std::shared_ptr<Binding> memory(Former former, const std::shared_ptr<const Context>& settings, const Binding& model) {
  if (former.is_empty()) return nullptr;
  auto binding = std::make_shared<Binding>(settings, model.instance(), model.method());
  binding->remember(std::make_unique<Former>(std::move(former)));
  return binding;
}

}  // namespace

void Cell::remember_copied(const Cell& other) noexcept try {
  Former former;
  add_data_of(other.binding_.get(), former);
  binding_ = memory(std::move(former), Context::of_copies(), *other.binding_);
} catch (const std::exception&) {  // out of memory
}

void Cell::remember_left(const Cell& moved) noexcept try {
  Former former;
  add_place_of(moved.binding_.get(), former);
  binding_ = memory(std::move(former), Context::of_copies(), *moved.binding_);
} catch (const std::exception&) {  // out of memory
}

void Cell::lose_tag_to(const Cell& other) noexcept try {
  lost_tag_ = had_tag() || other.had_tag();
  Former former;
  add_data_of(other.binding_.get(), former);
  add_place_of(binding_.get(), former);
  const Binding* const model = binding_ ? binding_.get() : other.binding_.get();
  if (model == nullptr) return;
  const auto settings = !binding_                   ? Context::of_copies()
                        : is_tagged(binding_.get()) ? binding_->context().without_tag()
                                                    : binding_->shared_context();
  if (auto remembered = memory(std::move(former), settings, *model))
    binding_ = std::move(remembered);
  else if (is_tagged(binding_.get()))
    binding_ = std::make_shared<Binding>(settings, model->instance(), model->method());
} catch (const std::exception&) {  // out of memory: the directory is forgotten as well
  binding_.reset();
}

bool Cell::take_tag_of(Cell& other) noexcept {
  if (!is_tagged(other.binding_.get())) {
    lose_tag_to(other);
    return false;
  }
  std::unique_ptr<Former> former;
  try {
    Former all;
    if (const Former* const known = other.binding_->former()) all = *known;
    add_place_of(binding_.get(), all);
    // Where it has a name itself, it is not given another's.
    std::erase(all.other_places, other.binding_->context().place_number());
    for (const std::uint64_t place : other.binding_->context().past().same_names) std::erase(all.other_places, place);
    if (!all.is_empty()) former = std::make_unique<Former>(std::move(all));
  } catch (const std::exception&) {  // out of memory
  }
  binding_ = std::move(other.binding_);
  binding_->remember(std::move(former));
  other.lost_tag_ = true;
  lost_tag_ = false;
  other.remember_left(*this);
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

}  // namespace cache_on_disk::core
