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

nb::object object_or_none(CachedFunction* function) {
  return function != nullptr ? nb::borrow(object_of(*function)) : nb::none();
}

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
  for (const RecordShare& method : classes.methods_of(object.ptr()))
    result.append(nb::make_tuple(nb::handle(object_of(*method->function)), path_text(method->method->origin.function)));
  return result;
}

/// A cached function, and the object it is called on (None: a function on its own), of what can be called; None if there is none.
nb::object callable_of(nb::handle value) {
  const CachedCallable found = cached_callable(value);
  CachedFunction* function = found.function;
  if (function == nullptr && found.self.is_valid())
    function = method_behind(Py_TYPE(found.self.ptr()), PyMethod_GET_FUNCTION(value.ptr()));
  if (function == nullptr) return nb::none();
  return nb::make_tuple(nb::handle(object_of(*function)), found.self.is_valid() ? found.self : nb::none());
}

/// What stands for a function on its own; None for a method.
nb::object anchor_of_function(nb::handle function) {
  CachedFunction& cached = checked_function(function.ptr());
  return is_of_class(cached) ? nb::none() : anchor_of(cached);
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
  const auto def = [&](const char* name, auto function, const auto&... arguments) {
    module.def(name, function, nb::call_guard<GilKept>(), arguments...);
  };
  def("set_tag", &set_tag, nb::arg("root"), nb::arg("tag").none());
  def("set_tmpdir", [](nb::handle root, const nb::bytes& tmpdir) {
    on_tree(root, Cells::make, [&](const core::Tree& tree) { core::set_tmpdir(tree, text(tmpdir)); });
  });
  def("set_prefix", [](nb::handle root, const std::string& prefix) {
    on_tree(root, Cells::make, [&](const core::Tree& tree) { core::set_prefix(tree, prefix); });
  });
  def("set_trust", [](nb::handle root, const std::string& kind, const std::string& group) {
    const Trust trust = trust_named(kind, group);
    on_tree(root, Cells::make, [&](const core::Tree& tree) { core::set_trust(tree, trust); });
  });
  def("set_writable", [](nb::handle root, bool writable) {
    on_cells(root, Cells::make, [&](PyCell& cell) { drop_with(&PyCell::set_writable, cell, writable); });
  });
  def("clear_cache", [](nb::handle root) {
    return report(on_tree(root, Cells::existing, [](const core::Tree& tree) { return core::clear(tree); }));
  });
  def("refresh",
      [](nb::handle root) { on_tree(root, Cells::existing, [](const core::Tree& tree) { core::refresh(tree); }); });
  def("statistics", [](nb::handle root) {
    return report(on_tree(root, Cells::make, [](const core::Tree& tree) { return core::statistics(tree); }));
  });
  def("explain", &explain);
  def("methods_of", &methods_of_object, nb::arg("instance").none());
  def(
      "method_behind",
      [](nb::handle instance, nb::handle value) {
        return object_or_none(method_behind(Py_TYPE(instance.ptr()), value.ptr()));
      },
      nb::arg("instance").none(), nb::arg("value").none());
  def("callable_of", &callable_of, nb::arg("value").none());
  def("anchor_of", &anchor_of_function);
  def("discover", &discover, nb::arg("root"), nb::arg("root_name") = "root");
  module.def("size_text", &text::size_text);
  module.def("duration_text", &text::duration_text);
  module.def(
      "holds_nothing", [](nb::handle value) { return is_opaque(Py_TYPE(value.ptr())); }, nb::arg("value").none());
}

}  // namespace cache_on_disk::python
