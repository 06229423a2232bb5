#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "gil.hpp"
#include "instance_ref.hpp"
#include "manage.hpp"
#include "reports.hpp"
#include "walk.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

std::string text(const nb::bytes& bytes) { return {bytes.c_str(), bytes.size()}; }

/// Runs an operation of the core on the tree below a root.
template <class Operation>
auto on_tree(nb::handle root, Cells cells, Operation&& operation) {
  const DropAtEnd drop;
  PythonTree tree(root, cells);
  return operation(tree.tree());
}

/// Every cell below a root.
template <class Action>
void on_cells(nb::handle root, Cells cells, Action&& action) {
  on_tree(root, cells, [&](const core::Tree& tree) {
    core::Walker walker(
        [&](const core::FoundCell& found) { action(static_cast<const CoreCell&>(found.cell).cell()); });
    tree(walker);
  });
}

void set_tag(nb::handle root, const std::optional<std::string>& tag) {
  on_tree(root, Cells::make, [&](const core::Tree& tree) {
    if (tag) return core::set_tag(tree, *tag);
    core::clear_tag(tree);
  });
  if (tag) return;
  // Objects that take no weak references are kept alive by their cells; without a tag these are of no more
  // use.
  std::vector<CellShare> strong;
  on_cells(root, Cells::existing, [&](PyCell& cell) {
    if (cell.keeps_object()) strong.emplace_back(cell);
  });
  for (const CellShare& cell : strong)
    if (cell->record != nullptr) unlink(*cell);
  drop_now();
}

void set_trust(nb::handle root, const std::string& kind, const std::string& group) {
  const Trust trust = trust_named(kind, group);
  on_tree(root, Cells::make, [&](const core::Tree& tree) { core::set_trust(tree, trust); });
}

void set_writable(nb::handle root, bool writable) {
  on_cells(root, Cells::make, [&](PyCell& cell) { cell.set_writable(writable); });
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
        return report(
            on_tree(root, Cells::existing, [](const core::Tree& tree) { return core::clear(tree); }));
      },
      nb::call_guard<GilKept>());
  module.def(
      "refresh",
      [](nb::handle root) {
        on_tree(root, Cells::existing, [](const core::Tree& tree) { core::refresh(tree); });
      },
      nb::call_guard<GilKept>());
  module.def(
      "statistics",
      [](nb::handle root) {
        return report(
            on_tree(root, Cells::make, [](const core::Tree& tree) { return core::statistics(tree); }));
      },
      nb::call_guard<GilKept>());
  module.def(
      "explain",
      [](nb::handle root) {
        const auto all =
            on_tree(root, Cells::make, [](const core::Tree& tree) { return core::explain(tree); });
        nb::list list;
        for (const Explanation& explanation : all) list.append(report(explanation));
        return list;
      },
      nb::call_guard<GilKept>());
  module.def("discover", &discover, nb::call_guard<GilKept>(), nb::arg("root"),
             nb::arg("root_name") = "root");
}

}  // namespace cache_on_disk::python
