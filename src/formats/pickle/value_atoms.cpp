#include "pickle/value_atoms.hpp"

#include <fmt/format.h>

#include <cstring>
#include <string>
#include <tuple>

#include "cache_on_disk/detail/npy/conversion.hpp"
#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "pickle/globals.hpp"
#include "value/dates.hpp"

namespace cache_on_disk::pickle {
namespace {

using npy::Kind;

void write_integer(Writer& writer, const ValueView& value) {
  if (const auto number = value.as_int64()) return writer.integer(*number);
  const std::string bytes = *value.integer_bytes();
  writer.integer(std::as_bytes(std::span(bytes)));
}

void write_timedelta(Writer& writer, const PythonTimedelta& delta) {
  writer.global("datetime", "timedelta");
  for (const std::int32_t part : {delta.days, delta.seconds, delta.microseconds}) writer.integer(std::int64_t{part});
  writer.call(Opcode::TUPLE3);
}

// NumPy's scalars are made of the Python value they equal, by the public name of their type.
void write_scalar(Writer& writer, const ValueView& value) {
  const Dtype& dtype = *value.dtype();
  const auto numbered = [&](std::string_view name) {
    writer.global("numpy", fmt::format("{}{}", name, 8 * dtype.itemsize));
  };
  switch (dtype.kind) {
    case Kind::boolean:
      writer.global("numpy", "bool_");
      writer.boolean(*value.as_bool());
      break;
    case Kind::signed_integer:
      numbered("int");
      write_integer(writer, value);
      break;
    case Kind::unsigned_integer:
      numbered("uint");
      write_integer(writer, value);
      break;
    case Kind::floating:
      if (!value.as_double())
        return writer.fail("a numpy.longdouble outside of an array has no public form in a pickle");
      numbered("float");
      writer.floating(*value.as_double());
      break;
    case Kind::complex:
      if (!value.as_complex())
        return writer.fail("a numpy.clongdouble outside of an array has no public form in a pickle");
      numbered("complex");
      writer.complex(*value.as_complex());
      break;
    case Kind::datetime:
    case Kind::timedelta: {
      const npy::ElementType type{dtype.kind, dtype.itemsize, dtype.unit};
      const auto array = value.as_array();
      const auto element = npy::to_elements(array->dtype(), array->strided_bytes(), type, alignof(std::int64_t));
      if (!element) return writer.fail(element.error().message);
      std::int64_t count;
      std::memcpy(&count, element->data, sizeof count);
      return writer.datetime(type, count);
    }
    case Kind::text:
      writer.global("numpy", "str_");
      writer.text(*value.string());
      break;
    case Kind::bytes:
      writer.global("numpy", "bytes_");
      writer.bytes(*value.string());
      break;
    default:
      return writer.fail(fmt::format("a scalar of the NumPy type {} has no public form in a pickle", dtype.text()));
  }
  writer.call(Opcode::TUPLE1);
}

constexpr std::size_t short_text = 55;

}  // namespace

bool write_atom(Writer& writer, const ValueView& value) {
  switch (value.kind()) {
    case ValueKind::floating:
      writer.floating(*value.as_double());
      return true;
    case ValueKind::integer:
      write_integer(writer, value);
      return true;
    case ValueKind::text:
      if (value.size() > short_text) return false;
      writer.text(*value.as_text());
      return true;
    case ValueKind::none:
      writer.none();
      return true;
    case ValueKind::boolean:
      writer.boolean(*value.as_bool());
      return true;
    case ValueKind::complex:
      writer.complex(*value.as_complex());
      return true;
    case ValueKind::scalar:
      write_scalar(writer, value);
      return true;
    case ValueKind::dtype:
      writer.dtype(*value.dtype());
      return true;
    case ValueKind::global:
      // Protocols 0 to 2 call by the names of Python 2 what every Python 3 has; in protocol 4 nobody translates them.
      std::apply([&](auto module, auto name) { writer.global(module, name); },
                 python3_name(value.module(), value.name()));
      return true;
    case ValueKind::ellipsis:
      writer.global("builtins", "Ellipsis");
      return true;
    case ValueKind::not_implemented:
      writer.global("builtins", "NotImplemented");
      return true;
    case ValueKind::date:
      writer.global("datetime", "date");
      writer.bytes(cache_on_disk::detail::pack(*value.as_date()));
      writer.call(Opcode::TUPLE1);
      return true;
    case ValueKind::timedelta:
      write_timedelta(writer, *value.as_timedelta());
      return true;
    default:
      return false;
  }
}

std::uint64_t write_array(Writer& writer, const ValueView& value) {
  if (value.kind() == ValueKind::array) {
    const AnyArray array = *value.as_array();
    return writer.array(array.dtype(), array.strided_bytes());
  }
  const MaskedArray masked = *value.as_masked_array();
  writer.global("numpy.ma", "MaskedArray");
  for (const AnyArray& part : {masked.data, masked.mask}) writer.array(part.dtype(), part.strided_bytes());
  return writer.call(Opcode::TUPLE2);
}

std::uint64_t write_bytearray(Writer& writer, const ValueView& value) {
  writer.global("builtins", "bytearray");
  writer.bytes(chars(*value.as_bytes()));
  return writer.call(Opcode::TUPLE1);
}

void begin_time(Writer& writer, const ValueView& value) {
  writer.global("datetime", type_name(value.kind()));
  if (const auto datetime = value.as_datetime()) return writer.bytes(cache_on_disk::detail::pack(*datetime));
  if (const auto time = value.as_time()) return writer.bytes(cache_on_disk::detail::pack(*time));
  write_timedelta(writer, *value.as_timedelta());
}

}  // namespace cache_on_disk::pickle
