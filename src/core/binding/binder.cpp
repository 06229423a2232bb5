#include "binding/binder.hpp"

#include <fmt/format.h>

#include <atomic>
#include <utility>

#include "log/log.hpp"
#include "report/uncached.hpp"

namespace cache_on_disk::core {
namespace {

std::atomic<bool> new_members_get_defaults{false};

std::size_t steps_of(const std::shared_ptr<const NameNode>& name) {
  std::size_t steps = 0;
  for (const NameNode* node = name->outer.get(); node != nullptr; node = node->outer.get()) ++steps;
  return steps;
}

const Method& new_method(const FoundCell& found, const std::type_info& object_class) {
  Method method;
  method.origin = {"c++",
                   "",
                   object_class.name(),
                   fmt::format("{}.{}", found.class_name, found.method),
                   found.cell.kind().stored_type(),
                   found.cell.options().version};
  method.by_arguments = found.cell.kind().by_arguments;
  return intern(method);
}

}  // namespace

Binder::Binder(Change change) : change_(std::move(change)), tells_of_moved_(system::logs(LogLevel::info)) {}

void Binder::plan(const FoundCell& found) {
  const Context* const before = found.cell.context();
  Changed& after = changed(found, before);
  ++after.cells;
  const Method& method = method_of(found);
  const bool own_name = has_own_name(found, method, after);
  if (tells_of_moved_ && before != nullptr && own_name) note_if_moved(found, *before, *after.context);
  Planned& planned = next_planned();
  planned.cell = &found.cell;
  planned.context = own_name ? &after.context : &contexts_without_tag_[before];
  if (!first_instance_) {
    first_instance_ = found.instance;
    first_method_ = &method;
  }
  if (found.keeper != nullptr)
    planned.as = found.keeper;
  else
    plan_binding(planned, found, method);
}

void Binder::finish(const Walker& walker) {
  settle_new();
  settle_without_tag();
  tell_of_uncached(walker);
  tell_of_moved();
  for (std::vector<Planned>& piece : planned_)
    for (Planned& planned : piece) carry_out(planned);
}

/// A binding that the cell alone has can become the new one; a call under way keeps the one it began under. A name that
/// stays the same stays where it is. (Measured: a million objects are tagged again in half of the time.)
void Binder::plan_binding(Planned& planned, const FoundCell& found, const Method& method) {
  const std::shared_ptr<Binding>& before = found.cell.binding();
  if (before.use_count() == 1) {
    const bool stays = NameNode::are_seen_to_be_same(before->instance().get(), found.instance.get());
    planned.as = Renewed{stays ? before->instance() : found.instance, &method};
  } else {
    planned.as = std::make_shared<Binding>(*planned.context, found.instance, method);
  }
}

void Binder::carry_out(Planned& planned) {
  if (auto* const renewed = std::get_if<Renewed>(&planned.as))
    planned.cell->rebind(*planned.context, std::move(renewed->instance), *renewed->method);
  else if (auto* const binding = std::get_if<std::shared_ptr<Binding>>(&planned.as)) {
    (*binding)->set_context(*planned.context);
    planned.cell->bind(std::move(*binding));
  } else
    std::get<const TagKeeper*>(planned.as)->keep(*planned.context);
}

/// A Context of the changed settings.
std::shared_ptr<const Context> Binder::change(Settings settings) const {
  change_(settings);
  return std::make_shared<const Context>(std::move(settings));
}

/// The changed settings for cells that have these now, made at the first of them; for new ones (nullptr) at last.
Binder::Changed& Binder::changed_anew(const FoundCell& found, const Context* before) {
  const auto [place, is_new] = contexts_.try_emplace(before);
  Changed& known = place->second;
  if (is_new && before != nullptr) {
    known.context = change(before->settings());
    known.are_of_this_root = steps_of(found.cell.binding()->instance()) == steps_of(found.instance);
    known.order = contexts_.size();
  }
  last_key_ = before;
  last_changed_ = &known;
  return known;
}

/// New cells get the settings of most others, but no tag: that comes with set_tag only. What is set is checked even where there
/// is not a cell at all.
void Binder::settle_new() {
  const auto fresh = contexts_.find(nullptr);
  if (fresh == contexts_.end() && !planned_.front().empty()) return;
  using Known = decltype(contexts_)::value_type;
  const Known* model = nullptr;
  if (!new_members_get_defaults.load(std::memory_order_relaxed))
    for (const Known& known : contexts_) {
      const Changed& after = known.second;
      if (!after.are_of_this_root) continue;
      if (model == nullptr || after.cells > model->second.cells ||
          (after.cells == model->second.cells && after.order < model->second.order))
        model = &known;
    }
  Settings settings = model != nullptr ? model->first->settings() : Settings{};
  settings.tag.reset();
  change_(settings);
  auto context = model != nullptr && model->second.context->settings() == settings
                     ? model->second.context
                     : std::make_shared<const Context>(std::move(settings));
  tags_ = context->has_tag();
  if (fresh != contexts_.end()) fresh->second.context = std::move(context);
}

std::optional<Binder::First> Binder::first() const {
  if (!first_instance_) return std::nullopt;
  return First{first_instance_->full() + "." + first_method_->origin.function, first_method_,
               *planned_.front().front().context};
}

/// The changed settings, but for the tag.
void Binder::settle_without_tag() {
  for (const auto& [before, after] : contexts_) tags_ = tags_ || (after.context != nullptr && after.context->has_tag());
  for (auto& [before, context] : contexts_without_tag_) {
    Settings settings = contexts_.at(before).context->settings();
    settings.tag.reset();
    context = std::make_shared<const Context>(std::move(settings));
  }
}

/// Names of one text can come of steps that differ: of the keys of two enumerations, or of two pointers to one text.
bool Binder::has_own_name(const FoundCell& found, const Method& method, const Changed& settings) {
  const auto function = reinterpret_cast<std::uintptr_t>(&method) * 0x9E3779B97F4A7C15u;
  if (names_.take(found.instance->hash ^ (function ^ function >> 29))) return true;
  note_twice(found, settings);
  return false;
}

void Binder::note_twice(const FoundCell& found, const Changed& settings) {
  if (twice_.size() < most_told)
    twice_.push_back({fmt::format("{}.{}", found.instance->full(), found.function()), &settings});
}

/// Only a tag makes a difference to what is not cached.
void Binder::tell_of_uncached(const Walker& walker) const {
  if (!tags_) return;
  for (const auto& [name, settings] : twice_)
    tell_uncached(
        {name,
         "two objects",
         fmt::format("two objects are called {}: only the first is cached; give their keys different names, or "
                     "each a tag of its own",
                     name),
         {},
         settings->context->place().path()});
  for (const Walker::LeftOut& what : walker.left_out())
    tell_uncached({what.name, what.reason, what.message, what.place});
}

const Method& Binder::method_of(const FoundCell& found) {
  if (found.declared != nullptr) return *found.declared;
  const CellOptions& options = found.cell.options();
  const std::type_info& object_class = options.inherited ? found.defining_class : found.object_class;
  const MethodKey key{found.method.data(), found.class_name.data(), &object_class, &found.cell.kind(), options.version};
  // Names in the program's text; those of one class are near to each other.
  const auto address = reinterpret_cast<std::uintptr_t>(key.method);
  LastMethod& last = last_methods_[(address ^ address >> 4) % last_methods_.size()];
  if (last.method == nullptr || last.key != key) {
    auto& known = methods_[key];
    if (known == nullptr) known = &new_method(found, object_class);
    last = {key, known};
  }
  return *last.method;
}

void Binder::note_if_moved(const FoundCell& found, const Context& before, const Context& context) {
  if (!before.has_tag() || !context.has_tag()) return;
  const bool tagged_anew = before.settings().tag != context.settings().tag;
  if (tagged_anew && ++tagged_anew_ > most_told) return;
  const Binding& binding = *found.cell.binding();
  const auto note = [&](std::string message) {
    moved_.push_back({*before.settings().tag, binding.function_name(), std::move(message)});
  };
  if (tagged_anew)
    note(fmt::format("is tagged again, with {}", *context.settings().tag));
  else if (binding.instance()->full() != found.instance->full())
    note(fmt::format("is named anew, {}", found.instance->full()));
}

void Binder::tell_of_moved() const {
  for (const Moved& one : moved_) system::log(LogLevel::info, one.tag, one.function, one.message);
  if (tagged_anew_ > most_told)
    system::log(LogLevel::info, *last_changed_->context->settings().tag, "root",
                fmt::format("and {} more methods are tagged again", tagged_anew_ - most_told));
}

Binder::Planned& Binder::next_planned() {
  if (planned_.back().size() == piece_size) planned_.emplace_back().reserve(piece_size);
  return planned_.back().emplace_back();
}

void give_new_members_defaults(bool defaults) noexcept { new_members_get_defaults = defaults; }

}  // namespace cache_on_disk::core
