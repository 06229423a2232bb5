#include <fmt/format.h>

#include <iterator>

#include "cache_on_disk/value.hpp"
#include "text/integers.hpp"
#include "text/python_text.hpp"
#include "value/qualified_name.hpp"

namespace cache_on_disk {
namespace {

constexpr std::size_t longest_name = 60;

std::string shortened(std::string_view text) {
  std::string result = text::python_repr(text.substr(0, longest_name));
  result = result.substr(1, result.size() - 2);
  return text.size() > longest_name ? result + "..." : result;
}

}  // namespace

std::string_view type_name(ValueKind kind) noexcept {
  // clang-format off
  constexpr std::string_view names[] = {
      "NoneType", "bool", "int", "float", "complex", "str", "bytes", "bytearray", "list", "tuple", "set",
      "frozenset", "deque", "dict", "OrderedDict", "defaultdict", "Counter", "range", "slice", "ellipsis",
      "NotImplementedType", "date", "time", "datetime", "timedelta", "timezone", "numpy.ndarray",
      "numpy.ndarray", "numpy.ma.MaskedArray", "numpy scalar", "numpy.dtype", "global", "object"};
  // clang-format on
  const auto index = static_cast<std::size_t>(kind);
  return index < std::size(names) ? names[index] : "unknown";
}

std::string describe(const ValueView& value) {
  const std::string_view type = type_name(value.kind());
  switch (value.kind()) {
    case ValueKind::none:
      return "None";
    case ValueKind::boolean:
      return *value.as_bool() ? "the bool True" : "the bool False";
    case ValueKind::integer: {
      const std::string bytes = *value.integer_bytes();
      if (bytes.size() > 9) return fmt::format("an int of {} bytes", bytes.size());
      return "the int " + text::integer_text(bytes);
    }
    case ValueKind::floating:
      return fmt::format("the float {}", *value.as_double());
    case ValueKind::text:
      return fmt::format("a str of {} bytes", value.size());
    case ValueKind::bytes:
      return fmt::format("a bytes object of {} bytes", value.size());
    case ValueKind::bytearray:
      return fmt::format("a bytearray of {} bytes", value.size());
    case ValueKind::array:
    case ValueKind::object_array:
    case ValueKind::masked_array:
      return fmt::format("a {} of '{}' of shape {}", type, shortened(value.dtype()->text()), to_text(value.shape()));
    case ValueKind::scalar:
      return fmt::format("a numpy scalar of '{}'", shortened(value.dtype()->text()));
    case ValueKind::global:
      return fmt::format("the global {}.{}", shortened(value.module()), shortened(value.name()));
    case ValueKind::object:
      if (const auto name = detail::qualified_name(value))
        return fmt::format("the object {}.{}", shortened(name->module), shortened(name->name));
      if (const auto name = detail::qualified_name(value.callable()))
        return fmt::format("an object of {}.{}", shortened(name->module), shortened(name->name));
      return "an object";
    case ValueKind::range:
    case ValueKind::slice:
      return fmt::format("a {}", type);
    default:
      break;
  }
  if (value.is_mapping() || value.kind() == ValueKind::list || value.kind() == ValueKind::tuple ||
      value.kind() == ValueKind::set || value.kind() == ValueKind::frozenset || value.kind() == ValueKind::deque)
    return fmt::format("{} {} of {} item{}", type.front() == 'O' ? "an" : "a", type, value.size(),
                       value.size() == 1 ? "" : "s");
  return fmt::format("{} {}", type.front() == 'e' ? "an" : "a", type);
}

}  // namespace cache_on_disk
