#include "walk.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <optional>
#include <unordered_set>
#include <utility>

#include "address_map.hpp"
#include "attributes.hpp"
#include "class_info.hpp"
#include "elements.hpp"
#include "function_root.hpp"
#include "helpers.hpp"
#include "object_cells.hpp"
#include "reach.hpp"
#include "report/uncached.hpp"
#include "step_text.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

struct Visit {
  nb::object object;
  const core::Name* outer;
  Step step;
  std::size_t depth;
};

/// An element of a container in which it has no stable name.
struct Unnamed {
  nb::object element;
  const core::Name* container;
  std::string key;  // the class of the key; empty in a set
};

class Walk {
 public:
  Walk(core::Walker& walker, std::vector<FoundObject>& found, std::vector<Unreached>& unreached,
       std::deque<core::Name>& names)
      : walker_(walker), found_(found), unreached_(unreached), names_(names) {}

  void run(const nb::object& root) {
    root_ = root;
    const core::Name& nowhere = names_.emplace_back();
    const Step step = Step::verbatim(walker_.root()->full());
    if (is_anchor(root.ptr())) {  // a function on its own has nothing below it
      find(root, nowhere, step);
      return;
    }
    as_original(root, nowhere, step, 0);
    reach_.explore(root.ptr(), [&](const PyObject* object) { return objects_.get(object) >> 1 != 0; });
    everything({root, &nowhere, step, 0});
    tell_of_unnamed();
  }

  ClassTable classes;

 private:
  /// The walk of the original: depth first, through attributes only, into each class once; of an object that
  /// it meets twice the later name counts. (It also passes over classes of objects that can be called; those
  /// it never enters.)
  void as_original(const nb::object& object, const core::Name& outer, const Step& step, std::size_t depth) {
    const ClassInfo& info = classes[Py_TYPE(object.ptr())];
    if (!info.methods.empty() && !find(object, outer, step)) {
      FoundObject& known = found_[(objects_[object.ptr()] >> 1) - 1];
      known.outer = &outer;
      known.step = step;
    }
    if (info.opaque || depth > core::Walker::deepest) return;
    const core::Name* own = nullptr;
    for (const Attribute& attribute : attributes_of(object.ptr(), info, Hidden::left_out)) {
      PyTypeObject* const type = Py_TYPE(attribute.value.ptr());
      if (PyCallable_Check(attribute.value.ptr()) != 0 || !entered_.insert(type).second) continue;
      if (own == nullptr) own = &names_.emplace_back(name_of(outer, step));
      as_original(attribute.value, *own, Step::member(attribute.name.ptr()), depth + 1);
    }
  }

  /// All that can be reached and leads to what has no name yet, depth first, each object once; the first name counts.
  void everything(Visit root) {
    std::vector<Visit> waiting;
    waiting.push_back(std::move(root));
    std::vector<Visit> below;
    while (!waiting.empty()) {
      const Visit visit = std::move(waiting.back());
      waiting.pop_back();
      std::uint32_t& number = objects_[visit.object.ptr()];
      if ((number & visited) != 0) continue;
      number |= visited;
      held_.push_back(visit.object);
      const ClassInfo& info = classes[Py_TYPE(visit.object.ptr())];
      if (!info.methods.empty()) find(visit.object, *visit.outer, visit.step);
      for (const UnreachedMethod& method : info.unreached) note_unreached(visit, method);
      if (info.opaque) continue;
      if (visit.depth >= core::Walker::deepest) {
        note_too_deep();
        continue;
      }
      below.clear();
      own_ = nullptr;
      for (const Attribute& attribute : attributes_of(visit.object.ptr(), info, Hidden::last))
        if (is_to_visit(attribute.value.ptr()))
          below.push_back({attribute.value, own_name(visit), Step::member(attribute.name.ptr()), visit.depth + 1});
      elements(visit, info, below);
      waiting.insert(waiting.end(), std::make_move_iterator(below.rbegin()), std::make_move_iterator(below.rend()));
    }
  }

  bool is_to_visit(const PyObject* object) const noexcept {
    return (objects_.get(object) & visited) == 0 && reach_.leads_on(object);
  }

  /// The name of what is being visited, made when its first part is met.
  const core::Name* own_name(const Visit& visit) {
    if (own_ == nullptr) own_ = &names_.emplace_back(name_of(*visit.outer, visit.step));
    return own_;
  }

  /// False if the object was found before.
  bool find(const nb::object& object, const core::Name& outer, const Step& step) {
    std::uint32_t& number = objects_[object.ptr()];
    if (number >> 1 != 0) return false;
    found_.push_back({object, &outer, step});
    number |= static_cast<std::uint32_t>(found_.size()) << 1;
    return true;
  }

  void elements(const Visit& visit, const ClassInfo& info, std::vector<Visit>& below) {
    const auto take = [&](nb::handle element, const std::optional<Step>& step, nb::handle key) {
      if (visit.depth == 0 && is_cached_function(element.ptr())) note_function(element);
      if (is_opaque(Py_TYPE(element.ptr())) || !is_to_visit(element.ptr())) return;
      if (step)
        below.push_back({nb::borrow(element), own_name(visit), *step, visit.depth + 1});
      else if (unnamed_.size() < most_unnamed)
        unnamed_.push_back({nb::borrow(element), own_name(visit), class_name_of(key)});
    };
    for_each_element(visit.object, info.elements, take);
  }

  static std::string class_name_of(nb::handle key) {
    return key.is_valid() ? utf8(nb::handle(key.type()).attr("__name__")) : std::string();
  }

  /// Elements without a stable name are looked through once all else has been visited, for there may be nothing cached in them,
  /// and what can be reached on another way has a name.
  void tell_of_unnamed() {
    std::size_t looked_at = 0;
    for (const Unnamed& unnamed : unnamed_) {
      std::vector<nb::object> waiting{unnamed.element};
      while (!waiting.empty() && ++looked_at < most_unnamed) {
        const nb::object object = std::move(waiting.back());
        waiting.pop_back();
        std::uint32_t& number = objects_[object.ptr()];
        if ((number & visited) != 0) continue;
        number |= visited;
        held_.push_back(object);
        const ClassInfo& info = classes[Py_TYPE(object.ptr())];
        if (info.opaque) continue;
        if (!info.methods.empty() && number >> 1 == 0) {
          note_unnamed(unnamed, object);
          break;
        }
        for (const Attribute& attribute : attributes_of(object.ptr(), info, Hidden::last))
          if (is_to_visit(attribute.value.ptr())) waiting.push_back(attribute.value);
        for_each_element(object, info.elements, [&](nb::handle element, const std::optional<Step>&, nb::handle) {
          if (!is_opaque(Py_TYPE(element.ptr())) && is_to_visit(element.ptr())) waiting.push_back(nb::borrow(element));
        });
      }
    }
  }

  void note_unreached(const Visit& visit, const UnreachedMethod& method) {
    if (!method.is_told_when_met()) return;
    unreached_.push_back({fmt::format("{}.{}", name_of(*visit.outer, visit.step)->full(), method.name), method.reason,
                          method.message, method.name});
  }
  void note_unnamed(const Unnamed& unnamed, nb::handle object) {
    const std::string name = (*unnamed.container)->full();
    if (!unreached_.empty() && unreached_.back().name == name) return;
    const std::string kind = utf8(object.type().attr("__name__"));
    unreached_.push_back(
        {name, "no stable name",
         unnamed.key.empty()
             ? fmt::format(
                   "{} is a set, whose elements ({}) have no stable name, so they are not cached; use a list or a dict",
                   name, kind)
             : fmt::format(
                   "{} has keys of type {}, which make no name that is the same in every process, so the objects under "
                   "them ({}) are not cached; use text, integers, enum members or tuples of these as keys",
                   name, unnamed.key, kind),
         fmt::format("{} of {}", name, kind)});
  }
  /// In the container that is given for a root; elsewhere functions get no tag.
  void note_function(nb::handle function) {
    const std::string& name = reinterpret_cast<CachedFunction*>(function.ptr())->state->qualname;
    unreached_.push_back(
        {fmt::format("root.{}", name), "function",
         fmt::format("{} is a function, which gets no tag as a part of another object: set_tag the function itself",
                     name),
         name});
  }
  void note_too_deep() {
    if (std::exchange(too_deep_, true)) return;
    const std::string kind = utf8(root_.type().attr("__name__"));
    unreached_.push_back(
        {"root", "too deep",
         fmt::format("objects that lie more than {} steps below the root, a {}, are not cached; set_tag one "
                     "that lies nearer to them, too",
                     core::Walker::deepest, kind),
         fmt::format("root, a {}", kind)});
  }

  static constexpr std::uint32_t visited = 1;
  static constexpr std::size_t most_unnamed = 100'000;  // bounds the search for what is not cached

  core::Walker& walker_;
  std::vector<FoundObject>& found_;
  std::vector<Unreached>& unreached_;
  nb::handle root_;
  bool too_deep_ = false;
  std::deque<core::Name>& names_;
  Reach reach_{classes};
  AddressMap<Places::in_order> objects_;  // visited?, and above that the place in found_, from 1 on
  std::unordered_set<PyTypeObject*> entered_;
  const core::Name* own_ = nullptr;
  std::vector<Unnamed> unnamed_;
  std::vector<nb::object> held_;  // addresses must not be used again during the walk
};

}  // namespace

PythonTree::~PythonTree() {
#ifdef __GLIBC__
  const bool was_large = objects_.size() > 10'000;
  std::vector<FoundCoreCell>().swap(core_cells_);
  std::vector<FoundObject>().swap(objects_);
  std::deque<core::Name>().swap(names_);
  // What a walk over very many objects took for itself, glibc would keep in hand for the process.
  if (was_large) malloc_trim(0);
#endif
}

core::Tree PythonTree::tree() {
  return [this](core::Walker& walker) { walk(walker); };
}

void PythonTree::walk(core::Walker& walker) {
  ClassTable classes;
  {
    Walk walk(walker, objects_, unreached_, names_);
    walk.run(root_);
    classes.swap(walk.classes);
  }
  if (telling_ == Telling::aloud)
    for (const Unreached& one : unreached_) core::tell_uncached({one.name, one.reason, one.message, one.place});
  std::size_t count = 0;
  for (const FoundObject& found : objects_) count += classes.methods_of(found.object.ptr()).size();
  core_cells_.reserve(count);  // they must stay where they are
  for (const FoundObject& found : objects_) {
    core::Name name;
    for (const RecordShare& method : classes.methods_of(found.object.ptr())) {
      PyCell* const cell = cells_ == Cells::make ? &cell_of(*method, found.object.ptr())
                                                 : method->function->cells.find(found.object.ptr());
      if (cell == nullptr || core_cells_.size() == count) continue;
      cell->set_record(*method);  // of the class that the object has now
      if (name == nullptr) name = name_of(*found.outer, found.step);
      FoundCoreCell& shown = core_cells_.emplace_back(*cell, *found.outer, found.step, siblings_);
      walker.cell(shown, *method->method, name, &shown);
      shown.drop_binding();
    }
  }
}

}  // namespace cache_on_disk::python
