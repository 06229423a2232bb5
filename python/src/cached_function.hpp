// CachedFunction: the data of a function under @cache_on_disk. Its type and its call: cached_function_type.hpp.
#pragma once

#include <Python.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "cell_table.hpp"
#include "method_record.hpp"
#include "parameters.hpp"

namespace cache_on_disk::python {

/// A class without a certain function: it is not read again until it changes.
class Stranger {
 public:
  bool knows(const PyTypeObject* type) const noexcept {
    return type == type_ && version_ == version_of(type) && version_ != 0;
  }
  void note(const PyTypeObject* type) noexcept {
    type_ = type;
    version_ = version_of(type);
  }

 private:
  static unsigned int version_of(const PyTypeObject* type) noexcept {
#if PY_VERSION_HEX < 0x030C0000
    if ((type->tp_flags & Py_TPFLAGS_VALID_VERSION_TAG) == 0) return 0;
#endif
    return type->tp_version_tag;
  }
  const PyTypeObject* type_ = nullptr;
  unsigned int version_ = 0;  // Python gives each state of each class another one; 0 is none
};

/// The arguments of the decorator, and all that is known of the function.
struct FunctionState {
  std::string qualname;  ///< "Class.method", as in the entry's name
  std::string module;    ///< where the origin says that the function is from
  std::string
      defining_class;  ///< stands for the object's class if `inherit`, or if that is the class which defines the method
  bool has_identity = false;
  std::uint32_t version = 0;
  bool inherit = false;
  bool by_arguments = false;
  bool writable = false;
  bool told_of_arguments = false;  ///< that calls with other arguments get the same value
  const char* file = "";           ///< of the source, for ever
  std::uint_least32_t line = 0;
  bool in_class = false;  ///< the attribute of a class, as Python has told
  Stranger strangers;
  Parameters parameters;                               ///< without the object
  Parameters own_parameters;                           ///< all: of a function on its own
  std::vector<std::unique_ptr<MethodRecord>> records;  ///< one for each class
};

struct CachedFunction {
  PyObject_HEAD vectorcallfunc vectorcall;
  CellTable cells;
  FunctionState* state;
  PyObject* wrapped;       ///< the undecorated function
  PyObject* anchor;        ///< has the tag and name of a function on its own (function_root.hpp); nullptr without a tag
  PyObject* asynchronous;  ///< called instead under a tag, if the function is an `async def`; else nullptr
  PyObject* dict;
  PyObject* weakrefs;
  CachedFunction *before, *after;  ///< all of them, in a ring
};

/// The type, once it is made.
inline PyTypeObject* cached_function_type = nullptr;
inline bool is_cached_function(PyObject* object) noexcept { return Py_TYPE(object) == cached_function_type; }
inline PyObject* object_of(CachedFunction& function) noexcept { return reinterpret_cast<PyObject*>(&function); }
/// The function that an object is. Throws nanobind::python_error if it is none.
CachedFunction& checked_function(PyObject* object);
/// True if a class with cached methods was made whose objects the collector of garbage does not know: they have no attributes
/// at all.
inline std::atomic<bool> may_be_unknown_to_collector{false};

/// The function as objects of a class have it: the one record of this content.
RecordShare record_of(CachedFunction& function, const core::Method& method, PyTypeObject* type);

}  // namespace cache_on_disk::python
