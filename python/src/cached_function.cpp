#include "cached_function.hpp"

#include <nanobind/nanobind.h>

namespace cache_on_disk::python {

CachedFunction& checked_function(PyObject* object) {
  if (!is_cached_function(object)) throw nanobind::type_error("cache_on_disk: this is not a cached function");
  return *reinterpret_cast<CachedFunction*>(object);
}

RecordShare record_of(CachedFunction& function, const core::Method& method, PyTypeObject* of_type) {
  auto& records = function.state->records;
  for (const auto& record : records)
    if (record->type == of_type && record->method == &method) return RecordShare(*record);
  records.push_back(std::make_unique<MethodRecord>(function, function.asynchronous != nullptr, method, of_type));
  Py_INCREF(reinterpret_cast<PyObject*>(of_type));
  return RecordShare(*records.back());
}

PyObject* release(MethodRecord& record) noexcept {
  if (--record.uses != 0) return nullptr;
  auto* const let_go = reinterpret_cast<PyObject*>(record.type);
  std::erase_if(record.function->state->records,
                [&](const std::unique_ptr<MethodRecord>& known) { return known.get() == &record; });
  return let_go;
}

}  // namespace cache_on_disk::python
