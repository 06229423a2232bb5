// What set_tag and its like do to the cells that a walk meets: planned first, and carried out once nothing can fail.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <typeinfo>
#include <unordered_map>
#include <variant>
#include <vector>

#include "cache_on_disk/core/cell.hpp"
#include "cache_on_disk/core/settings.hpp"
#include "cache_on_disk/core/walker.hpp"
#include "core/binding.hpp"

namespace cache_on_disk::core {

/// Changes the settings of the cells that a walk meets. Most of them share theirs, and so share the changed ones. Nothing
/// is changed before finish(), so that a tag which one of many prefixes makes unusable changes nothing at all.
class Binder {
 public:
  using Change = std::function<void(Settings&)>;

  explicit Binder(Change change) : change_(std::move(change)) {}

  /// Throws what the change and the new settings throw.
  void plan(const FoundCell& found);
  /// Gives all cells what was planned.
  void finish();

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
  struct MethodKey {
    const char* method = nullptr;
    const char* class_name = nullptr;
    const std::type_info* object_class = nullptr;
    const CellKind* kind = nullptr;
    std::uint32_t version = 0;
    auto operator<=>(const MethodKey&) const = default;
  };
  struct Moved {
    std::string tag, function, message;
  };

  static void plan_binding(Planned& planned, const FoundCell& found, const Method& method);
  static void carry_out(Planned& planned);
  const std::shared_ptr<const Context>& changed(const Context* before);
  const Method& method_of(const FoundCell& found);
  void note_if_moved(const FoundCell& found, const Context* before, const Context& context);
  void tell_of_moved() const;
  Planned& next_planned();

  Change change_;
  // In pieces of more than a megabyte, because one vector for millions would be copied as it grows, each time into fresh pages
  // from the kernel (measured: 1,000,000 objects took some 80 MB of them, anew at each set_tag).
  static constexpr std::size_t piece_size = 32'000;
  std::vector<std::vector<Planned>> planned_ = std::vector<std::vector<Planned>>(1);

  std::unordered_map<const Context*, std::shared_ptr<const Context>> contexts_;
  std::map<MethodKey, const Method*> methods_;
  // What was found last, which is nearly always what is looked for next.
  const Context* last_key_ = nullptr;
  const std::shared_ptr<const Context>* last_context_ = nullptr;
  MethodKey last_method_key_;
  const Method* last_method_ = nullptr;

  // Told when the walk is over: a log's handler may do anything, and settings that others let go of meanwhile might be taken
  // for others that got their address.
  std::vector<Moved> moved_;
  std::size_t tagged_anew_ = 0;
  // A large tree is tagged anew as a whole: some of its methods tell enough.
  static constexpr std::size_t most_told = 20;
};

}  // namespace cache_on_disk::core
