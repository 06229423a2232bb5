#include "instance_name.hpp"

#include <fmt/format.h>
#include <nanobind/nanobind.h>

#include <new>

#include "binding/binding.hpp"
#include "step_text.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {

Step Step::index(Py_ssize_t index) noexcept {
  Step step;
  step.bits_ = static_cast<std::uintptr_t>(index) << 2 | kind_index;
  return step;
}

Step Step::verbatim(std::string_view text) {
  const nb::object bytes = nb::steal(PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
  if (!bytes.is_valid()) throw nb::python_error();
  return {bytes.ptr(), kind_verbatim};
}

std::string Step::text() const {
  switch (bits_ & kinds) {
    case kind_index:
      return fmt::format("[{}]", bits_ >> 2);
    case kind_member:
      return bits_ != 0 ? member_text(object()) : std::string();
    case kind_key:
      return key_text(object()).value();
    default:
      return {PyBytes_AS_STRING(object()), static_cast<std::size_t>(PyBytes_GET_SIZE(object()))};
  }
}

core::Name name_of(const core::Name& outer, const Step& step) {
  if (outer != nullptr) return core::extended(outer, step.text());
  return std::make_shared<const core::NameNode>(core::NameNode{nullptr, step.text()});
}

}  // namespace cache_on_disk::python
