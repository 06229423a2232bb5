// The walk over an object tree, as far as it does not depend on types: names, what was visited, and what is done with
// each cell. The typed half is in walk.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include "cache_on_disk/detail/core/cell.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/walk/visited_objects.hpp"

namespace cache_on_disk::core {

/// Not defined for a compiler to find while it compiles: its name is the message.
void a_name_in_a_walk_must_not_be_empty_or_contain_a_slash_or_a_control_character();

/// A name that lives as long as the program: a string literal. It becomes part of a file name, which must not lead
/// elsewhere; what could is refused while compiling.
class Literal {
 public:
  template <std::size_t N>
  consteval Literal(const char (&text)[N]) : Literal(std::string_view(text, N - 1)) {}
  /// For a view that is known while compiling, and so lives for ever.
  explicit consteval Literal(std::string_view text) : text_(text) {
    bool sound = !text.empty();
    for (const char c : text) sound = sound && c != '/' && c != '\x7f' && !(c >= 0 && c < ' ');
    if (!sound) a_name_in_a_walk_must_not_be_empty_or_contain_a_slash_or_a_control_character();
  }
  constexpr std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

struct NameNode;  // a step of an instance name: "root", ".residuals", "[3]"
struct Method;    // what a front door of another language says of a method

/// An instance name, shared with the names it begins with.
using Name = std::shared_ptr<const NameNode>;
/// A name, longer by a step: ".residuals", "[3]".
Name extended(const Name& name, std::string step);

/// Takes its tag in the place of a cell that keeps less than a Binding: that of a front door with very many of them.
class TagKeeper {
 public:
  /// As Cell::bind(), under the name that the walk has reported.
  virtual void keep(const std::shared_ptr<const Context>& context) const = 0;

 protected:
  ~TagKeeper() = default;
};

/// What a walk knows of a cell it meets.
struct FoundCell {
  const Cell& cell;
  const std::shared_ptr<const NameNode>& instance;  ///< name of the object the cell is a member of
  std::string_view class_name;                      ///< of the class that defines the method
  std::string_view method;
  const std::type_info& object_class;  ///< of the object itself
  const std::type_info& defining_class;
  const Method* declared = nullptr;   ///< in another language than C++ this says what the method is, and nothing above
  const TagKeeper* keeper = nullptr;  ///< takes the tag in the cell's place; nullptr: the cell itself

  /// "Class.method".
  std::string function() const;
};

/// Carried through an object tree. Used by one thread.
class Walker {
 public:
  using Visit = std::function<void(const FoundCell&)>;
  enum class Reach { everything, one_object };

  explicit Walker(Visit visit, std::string_view root_name = "root", Reach reach = Reach::everything);
  ~Walker();
  Walker(const Walker&) = delete;
  Walker& operator=(const Walker&) = delete;

  /// Steps from the root to the farthest objects that are entered: walking recurses, and a long list must not exhaust
  /// the stack.
  static constexpr std::size_t deepest = 5000;

  /// Enters an object as class `type`; false if that was done before on this walk, or if it lies too deep, which is logged.
  CACHE_ON_DISK_EXPORT bool enter(const void* object, const std::type_info& type);
  /// Reports a cell of the class entered last.
  CACHE_ON_DISK_EXPORT void cell(const Cell& cell, std::string_view method, std::string_view class_name,
                                 const std::type_info& object_class, const std::type_info& defining_class);
  /// Reports a cell of a front door that walks objects by itself, in another language, and names them from root() on. Of a
  /// cell that is reported twice the later name counts. `method` lives for ever (intern).
  void cell(const Cell& cell, const Method& method, const Name& instance, const TagKeeper* keeper = nullptr);
  /// The root's name, while no step is taken.
  const Name& root() const noexcept { return name_; }
  /// Takes a name for a part of the object being visited: for a member, or for a cell of a class. False if the part has a
  /// name already, or if another part has this one (a base's private member, say): then they would share their values, so
  /// only the first is cached, and the other is left out.
  CACHE_ON_DISK_EXPORT bool take_name(std::string_view class_name, std::string_view name, const void* part);
  /// Leaves out the objects in the container that is being visited, of this type: they have no stable name.
  CACHE_ON_DISK_EXPORT void skip_unnamed(const std::type_info& type);
  /// Leaves out what lies beyond `deepest`.
  void skip_deep();

  /// What a walk does not reach, for set_tag to tell.
  struct LeftOut {
    std::string name;    ///< of where it lies
    std::string reason;  ///< as in core::Uncached
    std::string message;
    std::string place;  ///< what it is told once for
  };
  const std::vector<LeftOut>& left_out() const noexcept { return left_out_; }
  /// True if members of the object are to be visited as well.
  bool descends() const noexcept { return reach_ == Reach::everything; }

  /// Appends a step to the current name for as long as it lives.
  class CACHE_ON_DISK_EXPORT Step {
   public:
    Step(Walker& walker, std::string_view member);           ///< ".member"
    static Step index(Walker& walker, std::int64_t number);  ///< "[3]"
    static Step key(Walker& walker,
                    std::string_view text);  ///< "[...]" around a text that is encoded already
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    CACHE_ON_DISK_NO_EXPORT Step(Walker& walker, std::string text, int);
    Walker& walker_;
    std::shared_ptr<const NameNode> outer_;
    std::size_t outer_first_taken_;
  };

  /// The class of the object whose bases are being visited; nullptr outside.
  const std::type_info* object_class = nullptr;

 private:
  void leave_out(LeftOut what);

  struct TakenName {
    std::string_view class_name;
    std::string_view name;
    const void* part;
  };

  Visit visit_;
  Reach reach_;
  std::string root_name_;
  std::shared_ptr<const NameNode> name_;
  VisitedObjects visited_;
  std::vector<LeftOut> left_out_;
  std::vector<TakenName> taken_;  // of the objects on the way from the root to the current one
  std::size_t depth_ = 0;         // steps from the root to the current object
  std::size_t first_taken_ = 0;   // where the current object's begin
};

/// "'text'" as in a name, with what cannot stand in a file name encoded.
CACHE_ON_DISK_EXPORT std::string key_text(std::string_view text);

}  // namespace cache_on_disk::core
