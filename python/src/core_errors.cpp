#include "core_errors.hpp"

#include <nanobind/nanobind.h>

#include <stdexcept>

#include "cache_on_disk/cached_method.hpp"
#include "cache_on_disk/options.hpp"
#include "gil.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

void set_error(const char* name, const char* message) {
  const nb::object type =
      run_python([&] { return nb::object(nb::module_::import_("cache_on_disk._errors").attr(name)); });
  PyErr_SetString(type.ptr(), message);
}

}  // namespace

void set_error_of_core(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const TagNotSetException& error) {
    set_error("TagNotSetException", error.what());
  } catch (const UncachedError& error) {
    set_error("UncachedError", error.what());
  } catch (const NotAMethod& error) {
    set_error("NotCachedError", error.what());
  } catch (const std::invalid_argument& error) {
    set_error("InvalidValueError", error.what());
  }
}

}  // namespace cache_on_disk::python
