// One call of a cached method of a Python object: the front door of Python programs.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <string>

#include "cached_function.hpp"
#include "core_call.hpp"

namespace cache_on_disk::python {

/// A call of an object that has no cell: straight to the function.
PyObject* call_untagged(CachedFunction* function, PyObject* const* args, std::size_t nargsf, PyObject* kwnames);

/// A call on a cell that is not a plain hit in memory. args[0] is the object, unless the cell is a function's on its own.
PyObject* call_cell(CachedFunction* function, PyCell& cell, PyObject* const* args, std::size_t nargsf,
                    PyObject* kwnames);

/// The arguments of a call, as they stand in the name; "" for those that are not by arguments.
/// `alone`: of a function on its own.
NamedArguments name_of_arguments(CachedFunction* function, bool alone, const CallArguments& arguments);

/// A cell as calls and management use it: a hit, a miss, a value that is given, and what drops values. What the cell itself does is
/// to store. Keeps a share in it. Throws nb::python_error.
class CellUse {
 public:
  explicit CellUse(PyCell& cell) : cell_(cell) {}

  /// The value a caller gets for what is in memory for these arguments: it, or another on the same elements, or a copy. Not valid
  /// if there is nothing in memory.
  nanobind::object hit(const std::string& arguments) const;
  /// The value a caller gets for one that was in memory for these arguments.
  nanobind::object shown(const std::string& arguments, nanobind::handle kept) const;
  /// The value for these arguments, wherever it is.
  nanobind::object miss(nanobind::handle owner, const std::string& arguments, std::string noted_arguments,
                        const Computation& computation) const;
  /// Stores a value as if the function had returned it.
  void put(PyObject* value, const std::string& arguments) const;

  // These drop what decorators over the method keep of its values, too: a cached_property, an lru_cache.
  void forget() const;
  void expect_refresh() const;
  void set_writable(bool is) const;
  /// Binds the cell by itself.
  void bind(std::shared_ptr<core::Binding> binding) const;
  /// Takes the settings and the name that a walk gives.
  void set_name(const SiblingsRef& siblings, const Step& step) const;

  /// Says that a call goes without the cache, because an argument cannot name a value. Throws UncachedError under
  /// Options::strict.
  void tell_unnamed(const ArgumentRefusal& refusal) const;

  PyCell* operator->() const { return &*cell_; }
  PyCell& operator*() const { return *cell_; }

 private:
  CellShare cell_;
};

}  // namespace cache_on_disk::python
