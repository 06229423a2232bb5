#include "attack.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cache_on_disk/repr.hpp"
#include "harm.hpp"
#include "text.hpp"
#include "text/printable.hpp"
#include "value/document.hpp"
#include "value/qualified_name.hpp"

namespace cache_on_disk::tool {
namespace {

using detail::QualifiedName;

constexpr std::size_t longest_call = 200;
constexpr int most_steps = 32;

bool is_call_of(const ValueView& value, std::string_view module, std::string_view name) {
  return value.kind() == ValueKind::object && value.construction() == Construction::call && value.module() == module &&
         value.name() == name;
}

// The module that an expression gives, as far as pickles spell modules.
std::optional<std::string> module_of(const ValueView& value) {
  const bool imports = is_call_of(value, "builtins", "__import__") || is_call_of(value, "importlib", "import_module") ||
                       value.name() == "subimport";
  if (value.kind() != ValueKind::object || !imports || value.arguments().empty()) return std::nullopt;
  const auto name = value.arguments().item(0).as_text();
  return name ? std::optional<std::string>(*name) : std::nullopt;
}

std::optional<QualifiedName> function_of(const ValueView& callable, int steps = 0);

// What `owner.attribute` is: of a module, of a class, or of an instance, whose class has it.
std::optional<QualifiedName> attribute_of(const ValueView& owner, std::string_view attribute, int steps) {
  const auto joined = [&](const QualifiedName& of) {
    return QualifiedName{of.module, of.name + "." + std::string(attribute)};
  };
  if (const auto module = module_of(owner)) return QualifiedName{*module, std::string(attribute)};
  if (owner.kind() == ValueKind::global || detail::is_attribute_of_object(owner)) {
    const auto of = function_of(owner, steps + 1);
    return of ? std::optional(joined(*of)) : std::nullopt;
  }
  if (owner.kind() == ValueKind::object) {
    const auto of = function_of(owner.callable(), steps + 1);
    return of ? std::optional(joined(*of)) : std::nullopt;
  }
  if (owner.kind() == ValueKind::array || owner.kind() == ValueKind::object_array) return joined({"numpy", "ndarray"});
  return joined({"builtins", std::string(type_name(owner.kind()))});
}

// What is called in the end: by way of getattr(), functools.partial, and what `operator` has for attributes.
std::optional<QualifiedName> function_of(const ValueView& callable, int steps) {
  if (steps > most_steps) return std::nullopt;
  if (callable.kind() == ValueKind::global)
    return QualifiedName{std::string(callable.module()), std::string(callable.name())};
  if (callable.kind() != ValueKind::object) return std::nullopt;
  const ValueView arguments = callable.arguments();
  if (detail::is_attribute_of_object(callable))
    return attribute_of(arguments.item(0), *arguments.item(1).as_text(), steps);
  if (is_call_of(callable, "functools", "partial") && !arguments.empty())
    return function_of(arguments.item(0), steps + 1);
  // operator.attrgetter('name')(owner)
  const ValueView getter = callable.callable();
  if (is_call_of(getter, "operator", "attrgetter") && getter.arguments().size() == 1 && arguments.size() == 1) {
    if (const auto name = getter.arguments().item(0).as_text()) return attribute_of(arguments.item(0), *name, steps);
  }
  return std::nullopt;
}

// What is called by the object of a call, which is made by calling: methodcaller('name')(owner) calls a method.
std::optional<QualifiedName> called_by(const ValueView& call) {
  const ValueView callable = call.callable();
  if (is_call_of(callable, "operator", "methodcaller") && !callable.arguments().empty() &&
      call.arguments().size() == 1) {
    if (const auto name = callable.arguments().item(0).as_text())
      return attribute_of(call.arguments().item(0), *name, 0);
  }
  return function_of(callable);
}

bool is_harmful(const std::optional<QualifiedName>& function) {
  return function && does_harm(function->module, function->name);
}

// All parts of a document, each once, and for each whether it refers to something harmful. What a pickle makes and
// drops again is in no tree, but it was called all the same.
class Parts {
 public:
  explicit Parts(const ValueView& root) {
    add(root, none);
    if (const detail::Document* document = detail::ValueAccess::document(root)) {
      for (std::size_t i = 0; i < document->records.size(); ++i) {
        const detail::Record& record = document->records[i];
        if (record.kind != ValueKind::object) continue;
        detail::Node node(record.kind, 0, i);
        node.set_flag(record.flag);
        add(detail::ValueAccess::view(document, node), none);
      }
    }
    collect();
    mark();
  }
  const std::vector<ValueView>& all() const { return parts_; }
  bool leads_to_harm(const ValueView& value) const {
    const auto found = numbers_.find(value.identity());
    return found != numbers_.end() ? harmful_[found->second] : false;
  }

 private:
  void collect() {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const ValueView value = parts_[i];
      if (value.is_mapping()) {
        for (std::size_t at = 0; at < value.size(); ++at) {
          add(value.entry(at).first, i);
          add(value.entry(at).second, i);
        }
      } else {
        for (const ValueView item : value.items()) add(item, i);
      }
      if (value.kind() == ValueKind::object)
        for (const ValueView part : {value.callable(), value.arguments(), value.keywords(), value.state(),
                                     value.list_items(), value.dict_items()})
          add(part, i);
      add(value.attribute(), i);
    }
  }

  // Only what can lead to a global is of interest.
  void add(const ValueView& value, std::size_t owner) {
    if (value.identity() == nullptr || value.kind() == ValueKind::text || value.kind() == ValueKind::bytes) return;
    const auto [place, is_new] = numbers_.try_emplace(value.identity(), parts_.size());
    if (is_new) {
      parts_.push_back(value);
      owners_.emplace_back();
    }
    if (owner != none) owners_[place->second].push_back(owner);
  }

  // From what is harmful to all that hold it.
  void mark() {
    harmful_.resize(parts_.size());
    std::vector<std::size_t> waiting;
    const auto set = [&](std::size_t i) {
      if (harmful_[i]) return;
      harmful_[i] = true;
      waiting.push_back(i);
    };
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const bool refers = parts_[i].kind() == ValueKind::global || detail::is_attribute_of_object(parts_[i]);
      if (refers && is_harmful(function_of(parts_[i]))) set(i);
    }
    while (!waiting.empty()) {
      const std::size_t i = waiting.back();
      waiting.pop_back();
      for (const std::size_t owner : owners_[i]) set(owner);
    }
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::vector<ValueView> parts_;
  std::vector<std::vector<std::size_t>> owners_;
  std::unordered_map<const void*, std::size_t> numbers_;
  std::vector<bool> harmful_;
};

// Tools by which a pickle gets at functions that it does not name. No value calls what they give.
bool is_tool(const QualifiedName& function) {
  constexpr std::array<std::string_view, 5> modules = {"builtins", "operator", "_operator", "itertools", "functools"};
  return std::ranges::find(modules, function.module) != modules.end();
}

// Whether reading the object does something.
bool does_something(const Parts& parts, const ValueView& object) {
  const ValueView callable = object.callable();
  if (object.construction() == Construction::call) {
    const auto function = called_by(object);
    if (is_harmful(function)) return true;
    if (function && calls_its_arguments(function->module, function->name) &&
        (parts.leads_to_harm(object.arguments()) || parts.leads_to_harm(callable)))
      return true;
    if (!function && callable.kind() == ValueKind::object) {
      const auto maker = function_of(callable.callable());
      if (maker && (is_tool(*maker) || makes_code(maker->module, maker->name))) return true;
    }
  }
  // Something harmful that lies in what is called, or that an object got before its state or items were given to it:
  // its methods may be that.
  if (callable.kind() == ValueKind::object && !function_of(callable) && parts.leads_to_harm(callable)) return true;
  const bool held = parts.leads_to_harm(object.arguments()) || parts.leads_to_harm(object.keywords()) ||
                    (callable.kind() == ValueKind::object && parts.leads_to_harm(callable));
  const bool has_items = !object.list_items().is_none() || !object.dict_items().is_none();
  // A partial's state is what it is made of once more.
  const bool has_state = !object.state().is_none() && !is_call_of(object, "functools", "partial");
  return (held && (has_state || has_items)) || (has_items && parts.leads_to_harm(object.state()));
}

std::string call_text(const ValueView& object) {
  std::string text = repr(object, {.max_size = 8 * longest_call});
  if (text.size() <= longest_call) return text::printable(text);
  std::size_t end = longest_call;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;  // not within a character
  return text::printable(text.substr(0, end)) + "...";
}

}  // namespace

std::optional<std::string> attack_in(const ValueView& root) {
  const Parts parts(root);
  for (const ValueView& value : parts.all())
    if (value.kind() == ValueKind::object && does_something(parts, value)) return call_text(value);
  return std::nullopt;
}

}  // namespace cache_on_disk::tool
