// What set_tag and its like do to the cells that a walk meets: planned first, and carried out once nothing can fail.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "cache_on_disk/core/cell.hpp"
#include "cache_on_disk/core/settings.hpp"
#include "cache_on_disk/core/walker.hpp"
#include "core/binding.hpp"
#include "core/taken_names.hpp"

namespace cache_on_disk::core {

/// Changes the settings of the cells that a walk meets. Most of them share theirs, and so share the changed ones; those that
/// have none yet, as they appeared since the last walk, get the settings of most others that got theirs from this root. Nothing
/// is changed before finish(), so that a tag which one of many prefixes makes unusable changes nothing at all.
class Binder {
 public:
  using Change = std::function<void(Settings&)>;
  /// Whether what is known of former names counts: clear_tag is the word that it does not.
  enum class Memory { kept, dropped };
  /// Which cells a walk is for.
  enum class Which { all, with_kept_names, others };

  /// Whether all cells get one tag, or keep theirs.
  enum class Tags { one, each_its_own };

  Binder(Change change, Tags tags, Memory memory) : change_(std::move(change)), gets_(tags), memory_(memory) {}

  /// Throws what the change and the new settings throw. Of two objects with one name, and the same method, the second gets no
  /// tag: each would be given the other's values.
  void plan(const FoundCell& found, Which which);
  /// After a walk for all cells: whether objects are elsewhere than under the names that they have under this very tag. Then they
  /// keep these, since their values are stored there, and all is to be planned from the beginning by a Binder that is shown
  /// them first.
  bool must_keep_names() const noexcept { return elsewhere_ > 0 && (in_place_ > 0 || elsewhere_ > seen_from_further_out_); }
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
    std::uint64_t names_place = 0;  // cells with tags of their own may have the same names
    bool have_names = false;        // under the tag that they get: it is the same, or one of before
    bool had_others = false;        // under the tag that they get, and it is not known which
    bool leave_names = false;       // of a tag behind that may be set again
    std::size_t cells = 0;
    std::size_t order = 0;
  };
  struct Compact {
    bool keeps_name;
  };
  struct Renewed {
    std::shared_ptr<const NameNode> instance;
    const Method* method;
  };
  struct Planned {
    const Cell* cell = nullptr;
    const std::shared_ptr<const Context>* context = nullptr;             // in contexts_; made at last for new cells
    std::variant<Compact, Renewed, std::shared_ptr<Binding>> as;
  };
  struct MethodKey {
    const char* method = nullptr;
    const char* class_name = nullptr;
    const std::type_info* object_class = nullptr;
    const CellKind* kind = nullptr;
    std::uint32_t version = 0;
    auto operator<=>(const MethodKey&) const = default;
  };
  struct Note {
    std::string tag, function, message;
  };
  struct LeftOut {
    std::string name;
    const char* reason;
    std::string message;
    const Changed* settings;
  };

  enum class Moved { no, keeps_name, gets_another, is_seen_from_elsewhere };
  Moved how_moved(const FoundCell& found, const Changed& after) const;
  void count(Moved moved, const Changed& after, const FoundCell& found);
  void plan_binding(Planned& planned, const FoundCell& found, const Name& instance, const Method& method);
  void carry_out(Planned& planned) const;
  std::shared_ptr<Context> change(Settings settings) const;
  void settle_past(Changed& after, const Context& before, Context& context) const;
  void leave_out_other_data();
  void leave_out(const Changed& settings, const NameNode& instance, const std::string& function, const char* reason,
                 const char* message);
  Changed& changed(const FoundCell& found, const Context* before);
  void settle_new();
  bool has_own_name(const FoundCell& found, const NameNode& instance, const Method& method, const Changed& after,
                    Which which);
  void settle_specials();
  static std::string directory_told_of(const LeftOut& one);
  void tell_of_uncached(const Walker& walker) const;
  const Method& method_of(const FoundCell& found);
  void note_new_name(const FoundCell& found, const Context& before, const Context& context);
  void tell_notes() const;
  Planned& next_planned();

  Change change_;
  Tags gets_;
  Memory memory_;
  // In pieces of more than a megabyte, because one vector for millions would be copied as it grows, each time into fresh pages
  // from the kernel (measured: 1,000,000 objects took some 80 MB of them, anew at each set_tag).
  static constexpr std::size_t piece_size = 32'000;
  std::vector<std::vector<Planned>> planned_ = std::vector<std::vector<Planned>>(1);
  std::shared_ptr<const NameNode> first_instance_;
  const Method* first_method_ = nullptr;

  std::unordered_map<const Context*, Changed> contexts_;  // by what the cells had before; nullptr: the new ones
  // The same for cells that need others, by what they had before; made at last.
  enum class Special { without_tag, barred, renamed };
  std::map<std::pair<const Context*, Special>, std::shared_ptr<const Context>> specials_;
  TakenNames names_;
  TakenNames kept_names_;          // those of names_ whose objects are elsewhere
  std::vector<LeftOut> left_out_;  // some of what gets no tag
  bool tags_ = false;              // some of the new settings have a tag
  bool any_former_ = false;        // some cells remember what they are copies of, or what was in their place
  std::size_t in_place_ = 0, elsewhere_ = 0, seen_from_further_out_ = 0;
  std::map<MethodKey, const Method*> methods_;
  // What was found last, which is nearly always what is looked for next.
  const Context* last_key_ = nullptr;
  Changed* last_changed_ = nullptr;
  MethodKey last_method_key_;
  const Method* last_method_ = nullptr;

  // Told when the walk is over: a log's handler may do anything, and settings that others let go of meanwhile might be taken
  // for others that got their address.
  std::vector<Note> notes_;
  std::size_t tagged_anew_ = 0;
  // A large tree is tagged anew as a whole: some of its methods tell enough.
  static constexpr std::size_t most_told = 20;
};

/// Whether cells that have no settings yet get the default directory and prefix instead, as objects of the Python original do.
/// For the whole process. Thread-safe.
void give_new_members_defaults(bool defaults) noexcept;

}  // namespace cache_on_disk::core
