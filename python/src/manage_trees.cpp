#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "class_info.hpp"
#include "function_root.hpp"
#include "gil.hpp"
#include "manage.hpp"
#include "object_cells.hpp"
#include "report/uncached.hpp"
#include "reports.hpp"
#include "tagged_object.hpp"
#include "text/amounts.hpp"
#include "walk.hpp"
#include "wrappers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

std::string text(const nb::bytes& bytes) { return {bytes.c_str(), bytes.size()}; }

/// Runs an operation of the core on the tree below a root.
template <class Operation>
auto on_tree(nb::handle root, Cells cells, Operation&& operation, Telling telling = Telling::silent) {
  const DropAtEnd drop;
  PythonTree tree(root, cells, telling);
  return operation(tree.tree());
}

/// Every cell below a root.
template <class Action>
void on_cells(nb::handle root, Cells cells, Action&& action) {
  on_tree(root, cells, [&](const core::Tree& tree) {
    core::Walker walker([&](const core::FoundCell& found) { action(static_cast<const CoreCell&>(found.cell).cell()); });
    tree(walker);
  });
}

/// How many objects with cached methods there are below the root.
std::size_t set_tag(nb::handle root, const std::optional<std::string>& tag) {
  std::size_t count = 0;
  {
    const DropAtEnd drop;
    PythonTree tree(root, Cells::make, tag ? Telling::aloud : Telling::silent);
    if (tag)
      core::set_tag(tree.tree(), *tag);
    else
      core::clear_tag(tree.tree());
    count = tree.objects().size();
  }
  if (tag) return count;
  // Objects that take no weak references are kept alive by their cells; without a tag these are of no more
  // use.
  std::vector<CellShare> strong;
  on_cells(root, Cells::existing, [&](PyCell& cell) {
    if (cell.keeps_object()) strong.emplace_back(cell);
  });
  for (const CellShare& cell : strong)
    if (cell->record != nullptr) unlink(*cell);
  drop_now();
  return count;
}

/// (function, "Class.method") of the cached methods of one object.
nb::list methods_of_object(nb::handle object) {
  ClassTable classes;
  nb::list result;
  for (const MethodRecord* const method : classes.methods_of(object.ptr()))
    result.append(nb::make_tuple(nb::borrow(reinterpret_cast<PyObject*>(method->function)),
                                 path_text(method->method->origin.function)));
  return result;
}

/// A cached function, and the object it is called on (None: a function on its own), of what can be called; None if there is none.
nb::object callable_of(nb::handle value) {
  const CachedCallable found = cached_callable(value);
  CachedFunction* function = found.function;
  if (function == nullptr && found.self.is_valid())
    function = method_behind(Py_TYPE(found.self.ptr()), PyMethod_GET_FUNCTION(value.ptr()));
  if (function == nullptr) return nb::none();
  return nb::make_tuple(nb::borrow(reinterpret_cast<PyObject*>(function)),
                        found.self.is_valid() ? found.self : nb::none());
}

/// What stands for a function on its own; None for a method.
nb::object anchor_of_function(nb::handle function) {
  if (!is_cached_function(function.ptr())) throw nb::type_error("cache_on_disk: this is not a cached function");
  auto& cached = *reinterpret_cast<CachedFunction*>(function.ptr());
  return is_of_class(cached) ? nb::none() : nb::steal(anchor_of(cached));
}

Explanation unusable(const std::string& method, const std::string& reason) {
  Explanation explanation;
  explanation.state = Explanation::State::unusable;
  explanation.method = method;
  explanation.reason = reason;
  return explanation;
}

/// Adds what the walk does not show as a method: what no tag reaches, and what was called on its objects without the cache.
void add_unreached(const PythonTree& tree, std::vector<Explanation>& all) {
  for (const Unreached& one : tree.unreached()) all.push_back(unusable(one.name, one.message));
  for (const FoundObject& found : tree.objects())
    for (const std::string& name : methods_without_cell(Py_TYPE(found.object.ptr()))) {
      const std::string method = fmt::format("{}.{}", name_of(*found.outer, found.step)->full(), name);
      const auto messages = core::uncached_calls(method, tag_directory_of(found.object.ptr()));
      if (messages.empty()) continue;
      all.push_back(unusable(method, messages.begin()->first));
      all.back().uncached = messages;
    }
}

nb::object explain(nb::handle root) {
  const DropAtEnd drop;
  PythonTree tree(root, Cells::make);
  std::vector<Explanation> all = core::explain(tree.tree());
  add_unreached(tree, all);
  return report(all);
}

void set_trust(nb::handle root, const std::string& kind, const std::string& group) {
  const Trust trust = trust_named(kind, group);
  on_tree(root, Cells::make, [&](const core::Tree& tree) { core::set_trust(tree, trust); });
}

void set_writable(nb::handle root, bool writable) {
  on_cells(root, Cells::make, [&](PyCell& cell) { CellUse(cell).set_writable(writable); });
}

/// (object, name, functions) of all objects with cached methods.
nb::list discover(nb::handle root, const std::string& root_name) {
  PythonTree tree(root, Cells::existing);
  core::Walker walker([](const core::FoundCell&) {}, root_name);
  tree.tree()(walker);
  return report_objects(tree.objects());
}

}  // namespace

Trust trust_named(const std::string& kind, const std::string& group) {
  if (kind == "group") return Trust::group(group);
  return kind == "plain" ? Trust::plain() : Trust::only_me();
}

void add_tree_functions(nb::module_& module) {
  module.def("set_tag", &set_tag, nb::call_guard<GilKept>(), nb::arg("root"), nb::arg("tag").none());
  module.def(
      "set_tmpdir",
      [](nb::handle root, const nb::bytes& tmpdir) {
        on_tree(root, Cells::make, [&](const core::Tree& tree) { core::set_tmpdir(tree, text(tmpdir)); });
      },
      nb::call_guard<GilKept>());
  module.def(
      "set_prefix",
      [](nb::handle root, const std::string& prefix) {
        on_tree(root, Cells::make, [&](const core::Tree& tree) { core::set_prefix(tree, prefix); });
      },
      nb::call_guard<GilKept>());
  module.def("set_trust", &set_trust, nb::call_guard<GilKept>());
  module.def("set_writable", &set_writable, nb::call_guard<GilKept>());
  module.def(
      "clear_cache",
      [](nb::handle root) {
        return report(on_tree(root, Cells::existing, [](const core::Tree& tree) { return core::clear(tree); }));
      },
      nb::call_guard<GilKept>());
  module.def(
      "refresh",
      [](nb::handle root) { on_tree(root, Cells::existing, [](const core::Tree& tree) { core::refresh(tree); }); },
      nb::call_guard<GilKept>());
  module.def(
      "statistics",
      [](nb::handle root) {
        return report(on_tree(root, Cells::make, [](const core::Tree& tree) { return core::statistics(tree); }));
      },
      nb::call_guard<GilKept>());
  module.def("size_text", &text::size_text);
  module.def("duration_text", &text::duration_text);
  module.def("explain", &explain, nb::call_guard<GilKept>());
  module.def("methods_of", &methods_of_object, nb::call_guard<GilKept>(), nb::arg("instance").none());
  module.def(
      "method_behind",
      [](nb::handle instance, nb::handle value) -> nb::object {
        CachedFunction* const function = method_behind(Py_TYPE(instance.ptr()), value.ptr());
        return function != nullptr ? nb::borrow(reinterpret_cast<PyObject*>(function)) : nb::none();
      },
      nb::call_guard<GilKept>(), nb::arg("instance").none(), nb::arg("value").none());
  module.def(
      "holds_nothing", [](nb::handle value) { return is_opaque(Py_TYPE(value.ptr())); }, nb::arg("value").none());
  module.def("callable_of", &callable_of, nb::call_guard<GilKept>(), nb::arg("value").none());
  module.def("anchor_of", &anchor_of_function, nb::call_guard<GilKept>());
  module.def("discover", &discover, nb::call_guard<GilKept>(), nb::arg("root"), nb::arg("root_name") = "root");
}

}  // namespace cache_on_disk::python
