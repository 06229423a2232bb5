#include "walk.hpp"

#include <nanobind/stl/string.h>

#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "attributes.hpp"
#include "class_info.hpp"
#include "element_names.hpp"
#include "helpers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

// Names are chains, which are taken down step by step; and no file name can hold more.
constexpr int deepest = 5000;

struct Visit {
  nb::object object;
  core::Name name;
  int depth;
};

class Walk {
 public:
  Walk(core::Walker& walker, std::vector<FoundObject>& found) : walker_(walker), found_(found) {}

  void run(const nb::object& root) {
    as_original(root, walker_.root(), 0);
    everything(root);
  }

  ClassTable classes;

 private:
  /// The walk of the original: depth first, through attributes only, into each class once; of an object that
  /// it meets twice the later name counts. (It also passes over classes of objects that can be called; those
  /// it never enters.)
  void as_original(const nb::object& object, const core::Name& name, int depth) {
    const ClassInfo& info = classes[Py_TYPE(object.ptr())];
    if (!info.methods.empty()) {
      const auto [place, is_new] = named_.try_emplace(object.ptr(), found_.size());
      if (is_new)
        found_.push_back({object, name});
      else
        found_[place->second].name = name;
    }
    if (info.opaque || depth > deepest) return;
    for (const Attribute& attribute : attributes_of(object.ptr(), info)) {
      PyTypeObject* const type = Py_TYPE(attribute.value.ptr());
      if (PyCallable_Check(attribute.value.ptr()) != 0 || !entered_.insert(type).second) continue;
      as_original(attribute.value, extended(name, member_step(attribute.name)), depth + 1);
    }
  }

  /// All that can be reached, depth first, each object once; the first name counts.
  void everything(const nb::object& root) {
    std::vector<Visit> waiting{{root, walker_.root(), 0}};
    std::vector<Visit> below;
    while (!waiting.empty()) {
      const Visit visit = std::move(waiting.back());
      waiting.pop_back();
      if (!visited_.insert(visit.object.ptr()).second) continue;
      held_.push_back(visit.object);
      const ClassInfo& info = classes[Py_TYPE(visit.object.ptr())];
      if (!info.methods.empty() && named_.try_emplace(visit.object.ptr(), found_.size()).second)
        found_.push_back({visit.object, visit.name});
      if (info.opaque) continue;
      if (visit.depth >= deepest) {
        helper("tell_of_depth")(deepest);
        continue;
      }
      below.clear();
      for (const Attribute& attribute : attributes_of(visit.object.ptr(), info))
        below.push_back(
            {attribute.value, extended(visit.name, member_step(attribute.name)), visit.depth + 1});
      elements(visit, info, below);
      waiting.insert(waiting.end(), std::make_move_iterator(below.rbegin()),
                     std::make_move_iterator(below.rend()));
    }
  }

  void elements(const Visit& visit, const ClassInfo& info, std::vector<Visit>& below) {
    for_each_element(visit.object, info.elements,
                     [&](nb::handle element, const std::optional<std::string>& step) {
                       if (is_opaque(Py_TYPE(element.ptr())) || visited_.contains(element.ptr())) return;
                       if (step)
                         below.push_back({nb::borrow(element), extended(visit.name, *step), visit.depth + 1});
                       else if (!classes[Py_TYPE(element.ptr())].methods.empty())
                         walker_.skip_unnamed(nb::cast<std::string>(helper("class_name")(element.type())));
                     });
  }

  core::Walker& walker_;
  std::vector<FoundObject>& found_;
  std::unordered_map<PyObject*, std::size_t> named_;  // where in found_
  std::unordered_set<PyTypeObject*> entered_;
  std::unordered_set<PyObject*> visited_;
  std::vector<nb::object> held_;  // addresses must not be used again during the walk
};

}  // namespace

core::Tree PythonTree::tree() {
  return [this](core::Walker& walker) { walk(walker); };
}

void PythonTree::walk(core::Walker& walker) {
  Walk walk(walker, objects_);
  walk.run(root_);
  for (const FoundObject& found : objects_)
    for (const ClassMethod& method : walk.classes[Py_TYPE(found.object.ptr())].methods) {
      PyCell* const cell = cells_ == Cells::make ? cell_of(method.function, found.object.ptr())
                                                 : method.function->cells.find(found.object.ptr());
      if (cell == nullptr && cells_ == Cells::make) throw nb::python_error();
      if (cell != nullptr) walker.cell(*cell, *method.method, found.name);
    }
}

}  // namespace cache_on_disk::python
