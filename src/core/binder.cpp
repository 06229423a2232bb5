#include "core/binder.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/log.hpp"

namespace cache_on_disk::core {
namespace {

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

void Binder::plan(const FoundCell& found) {
  const Context* const before = found.cell.context();
  const std::shared_ptr<const Context>& context = changed(before);
  note_if_moved(found, before, *context);
  Planned& planned = next_planned();
  planned.cell = &found.cell;
  planned.context = &context;
  if (!found.cell.is_compact()) plan_binding(planned, found, method_of(found));
}

void Binder::finish() {
  if (planned_.front().empty())
    (void)changed(nullptr);  // what is set is checked even where there is nothing to set it on
  tell_of_moved();
  for (std::vector<Planned>& piece : planned_)
    for (Planned& planned : piece) carry_out(planned);
}

/// A binding that the cell alone has can become the new one; a call under way keeps the one it began under. A name that
/// stays the same stays where it is. (Measured: a million objects are tagged anew in half of the time.)
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
  else if (auto* const binding = std::get_if<std::shared_ptr<Binding>>(&planned.as))
    planned.cell->bind(std::move(*binding));
  else
    planned.cell->keep_context(*planned.context);
}

/// The changed settings for cells that have these now (nullptr: none yet), made at the first of them.
const std::shared_ptr<const Context>& Binder::changed(const Context* before) {
  if (last_context_ != nullptr && before == last_key_) return *last_context_;
  auto& known = contexts_[before];
  if (!known) {
    Settings settings = before != nullptr ? before->settings() : Settings{};
    change_(settings);
    known = std::make_shared<const Context>(std::move(settings));
  }
  last_key_ = before;
  last_context_ = &known;
  return known;
}

const Method& Binder::method_of(const FoundCell& found) {
  if (found.declared != nullptr) return *found.declared;
  const CellOptions& options = found.cell.options();
  const std::type_info& object_class = options.inherited ? found.defining_class : found.object_class;
  const MethodKey key{found.method.data(), found.class_name.data(), &object_class, &found.cell.kind(),
                      options.version};
  if (last_method_ == nullptr || last_method_key_ != key) {
    auto& known = methods_[key];
    if (known == nullptr) known = &new_method(found, object_class);
    last_method_key_ = key;
    last_method_ = known;
  }
  return *last_method_;
}

void Binder::note_if_moved(const FoundCell& found, const Context* before, const Context& context) {
  if (before == nullptr || !before->has_tag() || !context.has_tag() || !logs(LogLevel::info)) return;
  const bool tagged_anew = before->settings().tag != context.settings().tag;
  if (tagged_anew && ++tagged_anew_ > most_told) return;
  const Binding& binding = *found.cell.binding();
  const auto note = [&](std::string message) {
    moved_.push_back({*before->settings().tag, binding.function_name(), std::move(message)});
  };
  if (tagged_anew)
    note(fmt::format("is tagged anew, with {}", *context.settings().tag));
  else if (binding.instance()->full() != found.instance->full())
    note(fmt::format("is named anew, {}", found.instance->full()));
}

void Binder::tell_of_moved() const {
  for (const Moved& one : moved_) log(LogLevel::info, one.tag, one.function, one.message);
  if (tagged_anew_ > most_told)
    log(LogLevel::info, *last_context_->get()->settings().tag, "root",
        fmt::format("and {} more methods are tagged anew", tagged_anew_ - most_told));
}

Binder::Planned& Binder::next_planned() {
  if (planned_.back().size() == piece_size) planned_.emplace_back().reserve(piece_size);
  return planned_.back().emplace_back();
}

}  // namespace cache_on_disk::core
