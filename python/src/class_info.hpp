// What a walk needs to know of a class, found out once a walk: its cached methods and their names, and where its objects
// keep their attributes.
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

  /// Methods of a base class that bear the name of one of the class's own are told of when they are called: most never are.
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
  bool anchor = false;                 ///< its objects stand for functions on their own (function_root.hpp)
  bool opaque = false;                 ///< functions, modules, classes, plain data: nothing to find inside
  bool has_unreached_to_tell = false;  ///< there are methods that are told of when an object of the class is met
  bool traversed = false;              ///< what is below its objects is what the collector of garbage is told of

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
  /// The cached methods of an object; of what stands for a function, that function. Valid until the next call.
  const std::vector<RecordShare>& methods_of(PyObject* object);
  void swap(ClassTable& other) noexcept { known_.swap(other.known_); }

 private:
  std::unordered_map<PyTypeObject*, ClassInfo> known_;
  std::vector<RecordShare> of_anchor_;
};

/// The cached function that a value of a class's dictionary leads to, whatever decorators lie over it; nullptr if none.
CachedFunction* method_behind(PyTypeObject* type, PyObject* value);

/// The names of the fields of a named tuple's class, borrowed; nullptr for other classes. Its metaclass is not asked.
PyObject* fields_of(PyTypeObject* type) noexcept;

/// collections.deque.
PyTypeObject* deque_type();

/// True for objects of these classes at a glance: text, numbers, functions, modules, arrays ...
bool is_opaque(PyTypeObject* type);

}  // namespace cache_on_disk::python
