// Giving cells their tags and names: what set_tag and its like do on a walk.
#include <fmt/format.h>

#include <functional>
#include <map>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "cache_on_disk/core/tree.hpp"
#include "core/binding.hpp"
#include "core/log.hpp"
#include "entry/names.hpp"
#include "system/users.hpp"

namespace cache_on_disk::core {
namespace {

using Change = std::function<void(Settings&)>;

/// Changes the settings of the cells that a walk meets. Most of them share theirs, and so share the changed ones. Nothing
/// is changed before finish(), so that a tag which one of many prefixes makes unusable changes nothing at all.
class Binder {
 public:
  explicit Binder(Change change) : change_(std::move(change)) {}

  void plan(const FoundCell& found) {
    const Context* const before = found.cell.context();
    const std::shared_ptr<const Context>& context = changed(before);
    say_if_moved(found, before, *context);
    Planned& planned = next_planned();
    planned.cell = &found.cell;
    planned.context = &context;
    if (!found.cell.is_compact()) plan_binding(planned, found, method_of(found));
  }

  void finish() {
    if (planned_.front().empty())
      (void)changed(nullptr);  // what is set is checked even where there is nothing to set it on
    if (tagged_anew_ > most_told)
      log(LogLevel::info, *last_context_->get()->settings().tag, "root",
          fmt::format("and {} more methods are tagged anew", tagged_anew_ - most_told));
    for (std::vector<Planned>& piece : planned_)
      for (Planned& planned : piece) carry_out(planned);
  }

 private:
  struct Renewed {
    std::shared_ptr<const NameNode> instance;
    const Method* method;
  };
  struct Planned {
    const Cell* cell = nullptr;
    const std::shared_ptr<const Context>* context = nullptr;             // in contexts_
    std::variant<std::monostate, Renewed, std::shared_ptr<Binding>> as;  // monostate: a compact cell
  };

  /// A binding that the cell alone has can become the new one; a call under way keeps the one it began under. A name that
  /// stays the same stays where it is. (Measured: a million objects are tagged anew in half of the time.)
  static void plan_binding(Planned& planned, const FoundCell& found, const Method& method) {
    const std::shared_ptr<Binding>& before = found.cell.binding();
    if (before.use_count() == 1) {
      const bool stays = NameNode::are_same(before->instance().get(), found.instance.get());
      planned.as = Renewed{stays ? before->instance() : found.instance, &method};
    } else {
      planned.as = std::make_shared<Binding>(*planned.context, found.instance, method);
    }
  }

  static void carry_out(Planned& planned) {
    if (auto* const renewed = std::get_if<Renewed>(&planned.as))
      planned.cell->rebind(*planned.context, std::move(renewed->instance), *renewed->method);
    else if (auto* const binding = std::get_if<std::shared_ptr<Binding>>(&planned.as))
      planned.cell->bind(std::move(*binding));
    else
      planned.cell->keep_context(*planned.context);
  }

  /// Cells that have no settings yet get the same as each other.
  const std::shared_ptr<const Context>& changed(const Context* key) {
    if (last_context_ != nullptr && key == last_key_) return *last_context_;
    auto& known = contexts_[key];
    if (!known) {
      Settings settings = key != nullptr ? key->settings() : Settings{};
      change_(settings);
      known = std::make_shared<const Context>(std::move(settings));
    }
    last_key_ = key;
    last_context_ = &known;
    return known;
  }

  const Method& method_of(const FoundCell& found) {
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

  static const Method& new_method(const FoundCell& found, const std::type_info& object_class) {
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

  void say_if_moved(const FoundCell& found, const Context* before, const Context& context) {
    if (before == nullptr || !before->has_tag() || !context.has_tag() || !logs(LogLevel::info)) return;
    const bool tagged_anew = before->settings().tag != context.settings().tag;
    if (tagged_anew && ++tagged_anew_ > most_told) return;
    const Binding& binding = *found.cell.binding();
    if (tagged_anew)
      log(LogLevel::info, binding, fmt::format("is tagged anew, with {}", *context.settings().tag));
    else if (binding.instance()->full() != found.instance->full())
      log(LogLevel::info, binding, fmt::format("is named anew, {}", found.instance->full()));
  }

  // A large tree is tagged anew as a whole: some of its methods tell enough.
  static constexpr std::size_t most_told = 20;

  Planned& next_planned() {
    if (planned_.back().size() == piece_size) planned_.emplace_back().reserve(piece_size);
    return planned_.back().emplace_back();
  }

  struct MethodKey {
    const char* method = nullptr;
    const char* class_name = nullptr;
    const std::type_info* object_class = nullptr;
    const CellKind* kind = nullptr;
    std::uint32_t version = 0;
    auto operator<=>(const MethodKey&) const = default;
  };

  Change change_;
  // In pieces of a megabyte, because one vector for millions would be copied as it grows, each time into fresh pages from
  // the kernel (measured: 1,000,000 objects took some 80 MB of them, anew at each set_tag).
  static constexpr std::size_t piece_size = 32'000;
  std::vector<std::vector<Planned>> planned_ = std::vector<std::vector<Planned>>(1);
  std::size_t tagged_anew_ = 0;
  std::unordered_map<const Context*, std::shared_ptr<const Context>> contexts_;
  std::map<MethodKey, const Method*> methods_;
  const Context* last_key_ = nullptr;
  const std::shared_ptr<const Context>* last_context_ = nullptr;
  MethodKey last_method_key_;
  const Method* last_method_ = nullptr;
};

void change_settings(const Tree& tree, Change change) {
  Binder binder(std::move(change));
  Walker walker([&](const FoundCell& found) { binder.plan(found); });
  tree(walker);
  binder.finish();
}

void check_trust(const Trust& trust) {
  if (trust.kind == Trust::Kind::group && !system::find_group(trust.group_name))
    throw std::invalid_argument("cache_on_disk: there is no group '" + trust.group_name + "'");
}

/// Names that are given by hand become part of a file name, which must not lead elsewhere.
void check_name(std::string_view what, std::string_view name) {
  bool sound = !name.empty() && name.front() != '.' && entry::is_utf8(name);
  for (const char c : name) sound = sound && c != '/' && c != '\x7f' && !(c >= 0 && c < ' ');
  if (!sound)
    throw std::invalid_argument(fmt::format("cache_on_disk: the {} name '{}' cannot be part of a file name",
                                            what, entry::encode_text(name)));
}

}  // namespace

void set_tag(const Tree& tree, std::string_view tag) {
  change_settings(tree, [&](Settings& settings) { settings.tag = std::string(tag); });
}

void clear_tag(const Tree& tree) {
  change_settings(tree, [](Settings& settings) { settings.tag.reset(); });
}

void set_tmpdir(const Tree& tree, std::string_view tmpdir) {
  if (tmpdir.empty() || tmpdir.find('\0') != std::string_view::npos)
    throw std::invalid_argument("cache_on_disk: the tmpdir is empty or contains a NUL character");
  change_settings(tree, [&](Settings& settings) { settings.tmpdir = std::string(tmpdir); });
}

void set_prefix(const Tree& tree, std::string_view prefix) {
  change_settings(tree, [&](Settings& settings) { settings.prefix = std::string(prefix); });
}

void set_trust(const Tree& tree, const Trust& trust) {
  check_trust(trust);
  change_settings(tree, [&](Settings& settings) { settings.trust = trust; });
}

void bind_alone(const Cell& cell, std::string_view function, std::string_view instance,
                const Settings& settings) {
  Method method;
  method.origin = {"c++", "", "", std::string(function), cell.kind().stored_type(), cell.options().version};
  method.by_arguments = cell.kind().by_arguments;
  check_name("function", function);
  bind_alone(cell, intern(method), instance, settings);
}

void bind_alone(const Cell& cell, const Method& method, std::string_view instance, const Settings& settings) {
  check_trust(settings.trust);
  check_name("function", method.origin.function);
  check_name("instance", instance);
  cell.bind(std::make_shared<Binding>(
      std::make_shared<const Context>(settings),
      std::make_shared<const NameNode>(NameNode{nullptr, std::string(instance)}), method));
}

}  // namespace cache_on_disk::core
