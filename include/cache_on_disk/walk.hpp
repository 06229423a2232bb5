// `CACHE_ON_DISK`: which members of a class hold cached methods, or lead to objects that do.
//
//   class Residuals : public Device {
//     ...
//     Slopes slopes_;                                   // a class with a CACHE_ON_DISK of its own
//     std::vector<Loop> loops_;                         // so is Loop
//     Cached<Array<double>> modes_;
//     CACHE_ON_DISK(Residuals, bases(Device), slopes_, loops_, modes_)
//   };
//
// `set_tag` and its like walk from the object they are given through the members on these lists, and so reach every cell.
// Visited are cells, classes with the macro, and what lies in `std::unique_ptr`, `shared_ptr`, `weak_ptr`, plain pointers,
// `reference_wrapper`, `optional`, `variant`, `pair`, `tuple`, sequences, and maps whose keys are integers, enumerations, text,
// or pairs and tuples of those. An object that is reached twice is visited once, so cycles are fine.
//
// Names follow the way, and become the names of files: a member adds ".name", an element "[position]", a value of a map
// "[key]"; pointers, optionals and variants add nothing. So `modes_` of the second loop below a root is
// "root.loops[1].Loop.modes". Elements of sets, of multimaps and of maps with other keys have no stable name and are left out,
// with a line in the log.
//
// The macro stands for a function, which a class may have instead of it:
//
//   void cache_on_disk_walk(cache_on_disk::core::Walker& walker) const {
//     if (cache_on_disk::ClassWalk walk(walker, *this, "Residuals"); walk) {
//       walk.base<Device>();
//       walk.member("slopes", slopes_);
//       walk.member("loops", loops_);
//       walk.member("modes", modes_);
//     }
//   }
#pragma once

#include <memory>
#include <type_traits>

#include "cache_on_disk/detail/walk/walk_macro.hpp"
#include "cache_on_disk/detail/walk/walk_value.hpp"
#include "cache_on_disk/detail/walk/walker.hpp"

// For the one cast that only the old style can say.
#define CACHE_ON_DISK_CASTING_ _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wold-style-cast\"")

namespace cache_on_disk {

/// The body of a `cache_on_disk_walk` that is written by hand; lives only there. True, unless the object was visited before.
template <class Class>
class ClassWalk {
 public:
  /// `object` is `*this`; `name`, a literal, is that of the class as it stands in the names of files.
  ClassWalk(core::Walker& walker, const Class& object, core::Literal name)
      : walker_(walker), object_(object), name_(name.view()) {
    defining_class_ = &typeid(Class);
    object_class_ = walker.object_class != nullptr ? walker.object_class : &typeid(object);
    walker.object_class = nullptr;
    entered_ = walker.enter(&object, *defining_class_);
  }

  /// False if the object was visited before: nothing is to be done then.
  explicit operator bool() const noexcept { return entered_; }

  /// Visits the members of a base class, which belong to the same object. `Base` has a `CACHE_ON_DISK` of its own.
  template <class Base>
  void base() {
    static_assert(std::is_base_of_v<Base, Class>, "bases(...) takes base classes of this class");
    static_assert(detail::HasWalk<Base>, "this base class needs a CACHE_ON_DISK(...) of its own");
    walker_.object_class = object_class_;
    // Qualified, so that a virtual walk does not come back to this class. The cast reaches private bases, too.
    CACHE_ON_DISK_CASTING_
    detail::WalkAccess::walk_as<Base>((const Base&)object_, walker_);
    CACHE_ON_DISK_LOUD_
    walker_.object_class = nullptr;
  }

  /// Visits a member: a cell under its own name, anything else with ".name" added to the name of this object. `name` is a
  /// literal; the macro takes the member's own, without one '_' at its end.
  template <class Member>
  void member(core::Literal name, const Member& member) {
    if constexpr (std::is_base_of_v<core::Cell, Member>) {
      if (walker_.take_name(name_, name.view(), &member))
        walker_.cell(member, name.view(), name_, *object_class_, *defining_class_);
    } else {
      static_assert(detail::holds_cells<Member>(),
                    "this member leads to nothing that can be cached: give its class a CACHE_ON_DISK(...), or take the "
                    "member off the list");
      if (!walker_.descends() || !walker_.take_name({}, name.view(), std::addressof(member))) return;
      const core::Walker::Step step(walker_, name.view());
      detail::walk_value(walker_, member);
    }
  }

 private:
  core::Walker& walker_;
  const Class& object_;
  std::string_view name_;
  const std::type_info* object_class_;
  const std::type_info* defining_class_;
  bool entered_;
};

template <class Class>
ClassWalk(core::Walker&, const Class&, core::Literal) -> ClassWalk<Class>;

namespace detail {
/// What bases(...) stands for.
template <class... Bases, class Class>
void visit_bases(ClassWalk<Class>& walk) {
  (walk.template base<Bases>(), ...);
}

/// Whether a class is the one that an object is seen as.
template <class Named, class Class>
consteval bool is_class_of(const Class*) {
  return std::is_same_v<Named, Class>;
}

/// An error for a cell that all objects share: it has one tag, name and value.
template <class Member, class PointerTo, class Class>
constexpr void must_not_be_static(PointerTo pointer_to, const Class*) {
  if constexpr (std::is_base_of_v<core::Cell, Member>)
    static_assert(std::is_member_pointer_v<decltype(pointer_to(std::declval<Class*>()))>,
                  "a static cell is one for all objects, whatever their tags: leave the static away");
}
}  // namespace detail

}  // namespace cache_on_disk
