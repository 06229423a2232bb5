// What set_tag and its like do to the cells that a walk meets: planned first, and carried out once nothing can fail.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <unordered_map>
#include <variant>
#include <vector>

#include "binding/binding.hpp"
#include "binding/taken_names.hpp"
#include "cache_on_disk/detail/core/cell.hpp"
#include "cache_on_disk/detail/core/settings.hpp"
#include "cache_on_disk/detail/walk/walker.hpp"

namespace cache_on_disk::core {

/// Changes the settings of the cells that a walk meets. Most of them share theirs, and so share the changed ones; those that
/// have none yet, as they appeared since the last walk, get the settings of most others that got theirs from this root. Nothing
/// is changed before finish(), so that a tag which one of many prefixes makes unusable changes nothing at all.
class Binder {
 public:
  using Change = std::function<void(Settings&)>;

  explicit Binder(Change change);

  /// Throws what the change and the new settings throw. Of two objects with one name, and the same method, the second gets no
  /// tag: each would be given the other's values.
  void plan(const FoundCell& found);
  /// Says what the walk has left out, and gives all cells what was planned. Throws, before it changes any, what the new settings
  /// throw, and UncachedError under Options::strict.
  void finish(const Walker& walker);

  /// The binding's name of the cell that was met first, what it is a method of, and its new settings.
  struct First {
    std::string name;
    const Method* method = nullptr;
    std::shared_ptr<const Context> context;
  };
  /// Once finished; none if no cell was met.
  std::optional<First> first() const;

 private:
  /// The changed settings of all cells that had the same ones.
  struct Changed {
    std::shared_ptr<const Context> context;
    bool are_of_this_root = false;  // the first of them got its name from this root, not as a root of its own
    std::size_t cells = 0;
    std::size_t order = 0;
  };
  struct Renewed {
    std::shared_ptr<const NameNode> instance;
    const Method* method;
  };
  struct Planned {
    const Cell* cell = nullptr;
    const std::shared_ptr<const Context>* context = nullptr;  // in contexts_; made at last for new cells
    std::variant<const TagKeeper*, Renewed, std::shared_ptr<Binding>> as;
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
  std::shared_ptr<const Context> change(Settings settings) const;
  Changed& changed(const FoundCell& found, const Context* before) {
    return last_changed_ != nullptr && before == last_key_ ? *last_changed_ : changed_anew(found, before);
  }
  Changed& changed_anew(const FoundCell& found, const Context* before);
  void settle_new();
  bool has_own_name(const FoundCell& found, const Method& method, const Changed& settings);
  void note_twice(const FoundCell& found, const Changed& settings);
  void settle_without_tag();
  void tell_of_uncached(const Walker& walker) const;
  const Method& method_of(const FoundCell& found);
  void note_if_moved(const FoundCell& found, const Context& before, const Context& context);
  void tell_of_moved() const;
  Planned& next_planned();

  Change change_;
  // In pieces of more than a megabyte, because one vector for millions would be copied as it grows, each time into fresh pages
  // from the kernel (measured: 1,000,000 objects took some 80 MB of them, anew at each set_tag).
  static constexpr std::size_t piece_size = 32'000;
  std::vector<std::vector<Planned>> planned_ = std::vector<std::vector<Planned>>(1);
  std::shared_ptr<const NameNode> first_instance_;
  const Method* first_method_ = nullptr;

  std::unordered_map<const Context*, Changed> contexts_;  // by what the cells had before; nullptr: the new ones
  // The same without a tag, for objects whose name another has; made at last.
  std::unordered_map<const Context*, std::shared_ptr<const Context>> contexts_without_tag_;
  TakenNames names_;
  struct Twice {
    std::string name;
    const Changed* settings;
  };
  std::vector<Twice> twice_;  // what two objects were called, some of it
  bool tags_ = false;         // some of the new settings have a tag
  std::map<MethodKey, const Method*> methods_;
  // What was found last, which is nearly always what is looked for next: objects of one class have the same methods in turn.
  const Context* last_key_ = nullptr;
  Changed* last_changed_ = nullptr;
  struct LastMethod {
    MethodKey key;
    const Method* method = nullptr;
  };
  std::array<LastMethod, 16> last_methods_;

  // Told when the walk is over: a log's handler may do anything, and settings that others let go of meanwhile might be taken
  // for others that got their address.
  const bool tells_of_moved_;
  std::vector<Moved> moved_;
  std::size_t tagged_anew_ = 0;
  // A large tree is tagged again as a whole: some of its methods tell enough.
  static constexpr std::size_t most_told = 20;
};

/// Whether cells that have no settings yet get the default directory and prefix instead, as objects of the Python original do.
/// For the whole process. Thread-safe.
void give_new_members_defaults(bool defaults) noexcept;

}  // namespace cache_on_disk::core
