#include "core_errors.hpp"

#include <nanobind/nanobind.h>

#include <new>
#include <stdexcept>

#include "cache_on_disk/cached_method.hpp"
#include "cache_on_disk/options.hpp"
#include "helpers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

void set_error_named(const char* name, const char* message) {
  PyErr_SetString(Helper(name, "cache_on_disk._errors").ptr(), message);
}

}  // namespace

void set_error_of_core(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const TagNotSetException& error) {
    set_error_named("TagNotSetException", error.what());
  } catch (const UncachedError& error) {
    set_error_named("UncachedError", error.what());
  } catch (const NotAMethod& error) {
    set_error_named("NotCachedError", error.what());
  } catch (const std::invalid_argument& error) {
    set_error_named("InvalidValueError", error.what());
  }
}

void set_error(const std::exception_ptr& thrown) try { set_error_of_core(thrown); } catch (nb::python_error& error) {
  error.restore();
} catch (const std::bad_alloc&) {
  PyErr_NoMemory();
} catch (const std::exception& error) {
  PyErr_SetString(PyExc_RuntimeError, error.what());
}

}  // namespace cache_on_disk::python
