// The data of a class that a walk needs, read once in a walk: the cached methods and their names, and where objects of the
// class keep their attributes.
//
// Nothing here evaluates anything: only class dictionaries are read.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "binding/binding.hpp"
#include "cached_function.hpp"

namespace cache_on_disk::python {

struct ClassAttribute {
  PyObject* name;
  PyObject* value;  ///< of a slot: its descriptor
};

enum class Elements { none, sequence, mapping, unordered, named_tuple };

/// A cached function of a class that no tag reaches.
struct UnreachedMethod {
  CachedFunction* function;
  std::string name;    ///< "Class.method"
  const char* reason;  ///< as in core::Uncached
  std::string message;

  /// Methods of a base class with the name of one of the class's own are reported when they are called: most never are.
  bool is_told_when_met() const noexcept { return std::string_view(reason) != "name taken"; }
};

struct ClassInfo {
  nanobind::object itself;           ///< the class, which lives as long
  std::vector<RecordShare> methods;  ///< those of base classes too, overridden or not
  std::vector<UnreachedMethod> unreached;
  std::vector<ClassAttribute> slots;
  std::vector<ClassAttribute> values;    ///< class attributes that are objects
  std::unordered_set<PyObject*> hidden;  ///< names of properties and cached properties, interned
  Elements elements = Elements::none;
  bool anchor = false;                 ///< its objects are anchors of functions (function_root.hpp)
  bool opaque = false;                 ///< functions, modules, classes, plain data: nothing lies below them
  bool has_unreached_to_tell = false;  ///< some methods are reported when a walk meets an object of the class
  bool traversed = false;              ///< its objects show the garbage collector all that lies below them

  bool hides(PyObject* name) const;
  /// False for plain containers, numbers and the like: they have neither dictionary nor slots, however much they refer to.
  bool may_have_attributes(const PyTypeObject* type) const noexcept {
    return type->tp_dictoffset != 0 || !slots.empty();
  }
  /// True if objects of the class, this one, have neither methods nor anything below them.
  bool is_empty(const PyTypeObject* type) const noexcept {
    if (!methods.empty() || has_unreached_to_tell) return false;
    return opaque || (elements == Elements::none && values.empty() && !may_have_attributes(type));
  }
};

/// The classes one walk has met.
class ClassTable {
 public:
  const ClassInfo& operator[](PyTypeObject* type);
  /// The cached methods of an object; of an anchor, its function. Valid until the next call.
  const std::vector<RecordShare>& methods_of(PyObject* object);
  void swap(ClassTable& other) noexcept { known_.swap(other.known_); }

 private:
  std::unordered_map<PyTypeObject*, ClassInfo> known_;
  std::vector<RecordShare> of_anchor_;
};

/// The cached function below a value of a class's dictionary, through any decorators; nullptr if there is none.
CachedFunction* method_behind(PyTypeObject* type, PyObject* value);

/// The names of the fields of a named tuple's class, borrowed; nullptr for other classes. Its metaclass is not asked.
PyObject* fields_of(PyTypeObject* type) noexcept;

/// collections.deque.
PyTypeObject* deque_type();

/// True for objects of these classes at a glance: text, numbers, functions, modules, arrays ...
bool is_opaque(PyTypeObject* type);

}  // namespace cache_on_disk::python
