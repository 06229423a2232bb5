#include "core/binder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "core/log.hpp"
#include "core/uncached.hpp"

namespace cache_on_disk::core {
namespace {

std::atomic<bool> new_members_get_defaults{false};

/// A name of one method.
std::uint64_t key_of(std::uint64_t instance_hash, const Method& method) {
  const auto function = reinterpret_cast<std::uintptr_t>(&method) * 0x9E3779B97F4A7C15u;
  return instance_hash ^ (function ^ function >> 29);
}

/// The settings that the cell has; nullptr if none. A copy has none of its own.
const Context* settings_of(const Cell& cell) {
  const Context* const context = cell.context();
  return context == Context::of_copies().get() ? nullptr : context;
}

bool has(const std::vector<std::uint64_t>& places, std::uint64_t place) {
  return std::find(places.begin(), places.end(), place) != places.end();
}

void add(std::vector<std::uint64_t>& places, std::uint64_t place) {
  constexpr std::size_t most = 1000;  // a program may go through tags without end
  if (has(places, place)) return;
  if (places.size() == most) places.erase(places.begin());
  places.push_back(place);
}

constexpr const char* reason_moved = "changed places";

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

void Binder::plan(const FoundCell& found, Which which) {
  const Context* const before = settings_of(found.cell);
  Changed& after = changed(found, before);
  const Moved moved = how_moved(found, after);
  const bool keeps = moved == Moved::keeps_name && which != Which::all;
  if (which == Which::all)
    count(moved, after, found);
  else if (keeps != (which == Which::with_kept_names))
    return;
  ++after.cells;
  const Method& method = method_of(found);
  const Name& instance = keeps ? found.cell.binding()->instance() : found.instance;
  const bool own_name = has_own_name(found, *instance, method, after, which);
  if (before != nullptr && own_name && !keeps) note_new_name(found, *before, *after.context);
  Planned& planned = next_planned();
  planned.cell = &found.cell;
  planned.context = &after.context;
  if (after.had_others) {
    leave_out(after, *found.instance, method.origin.function, reason_moved,
              "had another name under this tag, or is where other data was, so it is not cached: its values would be "
              "those of another object; use another tag, or clear_tag before set_tag if it is what was there");
    planned.context = &specials_[{before, Special::barred}];
  } else if (!own_name) {
    const bool is_others = kept_names_.has(key_of(instance->hash ^ after.names_place, method));
    planned.context = &specials_[{before, is_others && !keeps ? Special::barred : Special::without_tag}];
  } else if (moved == Moved::gets_another) {
    planned.context = &specials_[{before, Special::renamed}];
  }
  if (!first_instance_) {
    first_instance_ = instance;
    first_method_ = &method;
  }
  if (found.cell.is_compact())
    planned.as = Compact{keeps};
  else
    plan_binding(planned, found, instance, method);
}

void Binder::finish(const Walker& walker) {
  settle_new();
  settle_specials();
  leave_out_other_data();
  settle_specials();
  tell_of_uncached(walker);
  tell_notes();
  for (std::vector<Planned>& piece : planned_)
    for (Planned& planned : piece) carry_out(planned);
}

/// How the object's name under the tag that it gets is told apart from the one that the walk has found it under.
Binder::Moved Binder::how_moved(const FoundCell& found, const Changed& after) const {
  if (!after.have_names && !after.leave_names) return Moved::no;
  const Cell& cell = found.cell;
  if (cell.is_compact() ? cell.is_named(*found.instance) : cell.binding()->instance()->hash == found.instance->hash)
    return Moved::no;
  const Name name = cell.binding()->instance();
  if (name->outer == nullptr) return Moved::is_seen_from_elsewhere;
  if (!after.have_names)
    return NameNode::differ_by_root_only(name.get(), found.instance.get()) ? Moved::is_seen_from_elsewhere
                                                                           : Moved::gets_another;
  return Moved::keeps_name;
}

/// Objects that were tagged alone, or with less around them, have got names from a root that is further in. Those of the new one
/// tell more, and are theirs; unless other objects were tagged from it before, which may have had them.
void Binder::count(Moved moved, const Changed& after, const FoundCell& found) {
  if (!after.have_names) return;
  if (moved == Moved::no) {
    ++in_place_;
    return;
  }
  ++elsewhere_;
  const Name name = found.cell.binding()->instance();
  if (name->steps() < found.instance->steps() && NameNode::differ_by_root_only(name.get(), found.instance.get()))
    ++seen_from_further_out_;
}

/// A binding that the cell alone has can become the new one; a call under way keeps the one it began under. A name that
/// stays the same stays where it is. (Measured: a million objects are tagged anew in half of the time.)
void Binder::plan_binding(Planned& planned, const FoundCell& found, const Name& instance, const Method& method) {
  const std::shared_ptr<Binding>& before = found.cell.binding();
  if (before != nullptr && before->former() != nullptr) any_former_ = true;
  if (before.use_count() == 1) {
    const bool stays = NameNode::are_seen_to_be_same(before->instance().get(), instance.get());
    planned.as = Renewed{stays ? before->instance() : instance, &method};
  } else {
    planned.as = std::make_shared<Binding>(*planned.context, instance, method);
  }
}

void Binder::carry_out(Planned& planned) const {
  const std::shared_ptr<const Context>& context = *planned.context;
  if (const auto* const compact = std::get_if<Compact>(&planned.as)) {
    if (compact->keeps_name)
      planned.cell->keep_name(context);
    else
      planned.cell->keep_context(context);
    return;
  }
  const std::shared_ptr<Binding> before = std::holds_alternative<Renewed>(planned.as) ? nullptr : planned.cell->binding();
  const Binding* const known = before ? before.get() : planned.cell->binding().get();
  std::unique_ptr<Former> former;
  if (known != nullptr) former = planned.cell->binding()->take_former();
  if (memory_ == Memory::dropped) former.reset();
  // From here on it has a name itself.
  if (former != nullptr && context->has_tag() && former->same_place == context->place_number()) former->same_place = 0;
  if (auto* const renewed = std::get_if<Renewed>(&planned.as)) {
    planned.cell->rebind(context, std::move(renewed->instance), *renewed->method);
  } else {
    auto& binding = std::get<std::shared_ptr<Binding>>(planned.as);
    binding->set_context(context);
    if (known != nullptr && known->is_used() && context->is_used()) binding->note_use();
    planned.cell->bind(std::move(binding));
  }
  planned.cell->binding()->remember(std::move(former));
}

/// A Context of the changed settings.
std::shared_ptr<Context> Binder::change(Settings settings) const {
  change_(settings);
  return std::make_shared<Context>(std::move(settings));
}

/// What is known of the names that the cells had under the tag they get, and under the one they leave.
void Binder::settle_past(Changed& after, const Context& before, Context& context) const {
  if (memory_ == Memory::dropped) return;
  Context::Past past = before.past();
  const std::uint64_t place = context.place_number();
  if (gets_ == Tags::each_its_own) after.names_place = place;
  if (place != 0 && before.has_tag() && before.is_used()) {
    const std::uint64_t left = before.place_number();
    if (left == place)
      after.have_names = true;
    else
      add(past.same_names, left);
  }
  after.had_others = has(past.other_names, place);
  after.have_names = !after.had_others && (after.have_names || has(past.same_names, place));
  after.leave_names = place != 0 && !past.same_names.empty();
  if (after.have_names) context.note_use();
  context.set_past(std::move(past));
}

/// The changed settings for cells that have these now, made at the first of them; for new ones (nullptr) at last.
Binder::Changed& Binder::changed(const FoundCell& found, const Context* before) {
  if (last_changed_ != nullptr && before == last_key_) return *last_changed_;
  const auto [place, is_new] = contexts_.try_emplace(before);
  Changed& known = place->second;
  if (is_new && before != nullptr) {
    auto context = change(before->settings());
    settle_past(known, *before, *context);
    known.context = std::move(context);
    known.are_of_this_root = found.cell.binding()->instance()->steps() == found.instance->steps();
    known.order = contexts_.size();
  }
  last_key_ = before;
  last_changed_ = &known;
  return known;
}

/// New cells get the settings of most others, but no tag: that comes with set_tag only. What is set is checked even where there
/// is no cell at all.
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

void Binder::settle_specials() {
  for (const auto& [before, after] : contexts_) tags_ = tags_ || (after.context != nullptr && after.context->has_tag());
  for (auto& [key, special] : specials_) {
    if (special != nullptr) continue;
    const auto& [before, kind] = key;
    const Context& after = *contexts_.at(before).context;
    Settings settings = after.settings();
    Context::Past past = after.past();
    if (kind != Special::renamed) settings.tag.reset();
    if (kind == Special::barred && after.has_tag()) add(past.other_names, after.place_number());
    if (kind != Special::without_tag)
      for (const std::uint64_t place : past.same_names) add(past.other_names, place);
    past.same_names.clear();
    auto context = std::make_shared<Context>(std::move(settings));
    context->set_past(std::move(past));
    special = std::move(context);
  }
}

/// Copies are called as they are found, unless that is the name of the data that another of them is a copy of; and what was
/// assigned or moved is not called as the data whose place it took.
void Binder::leave_out_other_data() {
  if (!any_former_ || memory_ == Memory::dropped) return;
  TakenNames originals;
  const auto each = [this](const auto& look) {
    const Context* last = nullptr;
    std::uint64_t place = 0;
    for (std::vector<Planned>& piece : planned_)
      for (Planned& planned : piece) {
        if (std::holds_alternative<Compact>(planned.as) || !(*planned.context) || !(*planned.context)->has_tag()) continue;
        if (last != planned.context->get()) last = planned.context->get(), place = last->place_number();
        const auto* const renewed = std::get_if<Renewed>(&planned.as);
        const auto* const binding = std::get_if<std::shared_ptr<Binding>>(&planned.as);
        look(planned, planned.cell->binding().get(), renewed != nullptr ? *renewed->instance : *(*binding)->instance(),
             renewed != nullptr ? *renewed->method : (*binding)->method(), place);
      }
  };
  each([&](const Planned&, const Binding* before, const NameNode&, const Method& method, std::uint64_t place) {
    const Former* const former = before != nullptr ? before->former() : nullptr;
    if (former != nullptr && former->same_place == place) originals.take(key_of(former->same_name, method));
  });
  each([&](Planned& planned, const Binding* before, const NameNode& instance, const Method& method, std::uint64_t place) {
    const Context* const settings = settings_of(*planned.cell);
    const Former* const former = before != nullptr ? before->former() : nullptr;
    // Under whatever name: the object there before may have come from elsewhere, and one that is gone from here.
    const bool took_a_place = former != nullptr && former->took_a_place(place);
    const bool is_copy_in_place = former != nullptr && former->same_place == place && former->same_name == instance.hash;
    const bool had_the_name = is_copy_in_place || (before != nullptr && contexts_.at(settings).have_names &&
                                                   before->instance()->hash == instance.hash);
    if (!took_a_place && (had_the_name || !originals.has(key_of(instance.hash, method)))) return;
    leave_out(contexts_.at(settings), instance, method.origin.function, reason_moved,
              "is where other data was under this tag, so it is not cached: its values would be those of that data; use "
              "another tag, or clear_tag before set_tag if it is what was there");
    planned.context = &specials_[{settings, Special::barred}];
  });
}

/// Names of one text can come of steps that differ: of the keys of two enumerations, or of two pointers to one text.
bool Binder::has_own_name(const FoundCell& found, const NameNode& instance, const Method& method, const Changed& after,
                          Which which) {
  const std::uint64_t key = key_of(instance.hash ^ after.names_place, method);
  const bool is_own = names_.take(key);
  if (is_own && which == Which::with_kept_names) kept_names_.take(key);
  if (is_own) return true;
  if (which == Which::others && kept_names_.has(key))
    leave_out(after, instance, found.function(), reason_moved,
              "is the name of an object that has changed its place since it got this tag, and has kept its name and values, so "
              "the object that is there now is not cached: order objects before the first set_tag, or use another tag");
  else
    leave_out(after, instance, found.function(), "two objects", nullptr);
  return false;
}

void Binder::leave_out(const Changed& settings, const NameNode& instance, const std::string& function, const char* reason,
                       const char* message) {
  if (left_out_.size() == most_told) return;
  std::string name = fmt::format("{}.{}", instance.full(), function);
  std::string sentence = message != nullptr
                             ? fmt::format("{} {}", name, message)
                             : fmt::format("two objects are called {}: only the first is cached; give their keys different "
                                           "names, or each a tag of its own", name);
  left_out_.push_back({std::move(name), reason, std::move(sentence), &settings});
}

/// What has changed its place has no tag in the end: explain asks by the settings that are left.
std::string Binder::directory_told_of(const LeftOut& one) {
  const Context& context = *one.settings->context;
  if (one.reason != reason_moved) return context.place().path();
  Settings settings = context.settings();
  settings.tag.reset();
  return Context(std::move(settings)).place().path();
}

/// Only a tag makes a difference to what is not cached.
void Binder::tell_of_uncached(const Walker& walker) const {
  if (!tags_) return;
  for (const LeftOut& one : left_out_)
    tell_uncached({one.name, one.reason, one.message, {}, directory_told_of(one)});
  for (const Walker::LeftOut& what : walker.left_out())
    tell_uncached({what.name, what.reason, what.message, what.place});
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

void Binder::note_new_name(const FoundCell& found, const Context& before, const Context& context) {
  if (!before.has_tag() || !context.has_tag() || !logs(LogLevel::info)) return;
  const bool tagged_anew = before.settings().tag != context.settings().tag;
  if (tagged_anew && ++tagged_anew_ > most_told) return;
  const Binding& binding = *found.cell.binding();
  const auto note = [&](std::string message) {
    notes_.push_back({*before.settings().tag, binding.function_name(), std::move(message)});
  };
  if (tagged_anew)
    note(fmt::format("is tagged anew, with {}", *context.settings().tag));
  else if (binding.instance()->full() != found.instance->full())
    note(fmt::format("is named anew, {}", found.instance->full()));
}

void Binder::tell_notes() const {
  for (const Note& one : notes_) log(LogLevel::info, one.tag, one.function, one.message);
  if (tagged_anew_ > most_told)
    log(LogLevel::info, *last_changed_->context->settings().tag, "root",
        fmt::format("and {} more methods are tagged anew", tagged_anew_ - most_told));
}

Binder::Planned& Binder::next_planned() {
  if (planned_.back().size() == piece_size) planned_.emplace_back().reserve(piece_size);
  return planned_.back().emplace_back();
}

void give_new_members_defaults(bool defaults) noexcept { new_members_get_defaults = defaults; }

}  // namespace cache_on_disk::core
