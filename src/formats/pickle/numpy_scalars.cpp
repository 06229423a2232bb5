// How scalars of NumPy are made.
#include <fmt/format.h>

#include "cache_on_disk/float16.hpp"
#include "pickle/numpy_parts.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::pickle {

using npy::Kind;

std::optional<std::uint32_t> settle(BuildContext& context, Node dtype) {
  const auto place = static_cast<std::size_t>(dtype.word());
  if (context.settled_dtypes.size() <= place) context.settled_dtypes.resize(place + 1);
  context.settled_dtypes[place] = true;
  return static_cast<std::uint32_t>(place);
}

// scalar(dtype, bytes)
std::optional<Node> make_scalar(BuildContext& context, std::span<const Node> arguments) {
  if (arguments.empty() || arguments.size() > 2 || arguments[0].kind() != ValueKind::dtype)
    return context.refuse(bad_arguments);
  const Dtype& dtype = context.document.dtypes[static_cast<std::size_t>(arguments[0].word())];
  if (dtype.kind == Kind::object) return arguments.size() == 2 ? arguments[1] : Node();
  if (dtype.kind == Kind::subarray || dtype.has_object())
    return context.refuse("makes a scalar of Python objects or of a sub-array");
  const std::size_t itemsize = dtype.itemsize;
  const auto place = settle(context, arguments[0]);
  std::string_view bytes;
  if (arguments.size() == 2) {
    const auto given = context.bytes_of(arguments[1]);
    if (!given || given->size() != itemsize) return context.refuse("has bytes that are not as many as its dtype's");
    bytes = *given;
  } else {
    if (!context.charge(itemsize)) return std::nullopt;
    bytes = context.document.text.copy(std::string(itemsize, '\0'));
  }
  return context.document.make_scalar(*place, bytes.data());
}

namespace {

template <class T>
std::string raw(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

std::optional<std::string> floating_bytes(std::size_t size, double value) {
  if (size == 4) return raw(static_cast<float>(value));
  if (size == 8) return raw(value);
  if (size == 2) return raw(Float16(static_cast<float>(value)));
  return std::nullopt;
}

}  // namespace

// numpy.float32(1.5), numpy.datetime64(5, 'ns'), ...: of a value that needs no conversion
std::optional<Node> make_typed(BuildContext& context, Node callable, std::span<const Node> arguments) {
  auto dtype = make_dtype(context, callable);
  if (!dtype) return std::nullopt;
  if (arguments.empty() || arguments.size() > 2) return context.refuse(bad_arguments);
  const ValueView value = context.view(arguments[0]);
  const auto integer = value.as_int64();
  const auto unsigned_integer = value.as_uint64();
  std::optional<std::string> bytes;
  const bool timed = dtype->kind == Kind::datetime || dtype->kind == Kind::timedelta;
  if (arguments.size() == 2 && !timed) return context.refuse(bad_arguments);
  switch (dtype->kind) {
    case Kind::boolean:
      if (const auto truth = value.as_bool()) bytes = raw(static_cast<char>(*truth));
      break;
    case Kind::signed_integer: {
      const unsigned bits = 8 * dtype->itemsize;
      if (integer && (*integer << (64 - bits)) >> (64 - bits) == *integer)
        bytes = raw(*integer).substr(0, dtype->itemsize);
      break;
    }
    case Kind::unsigned_integer:
      if (unsigned_integer && (dtype->itemsize == 8 || *unsigned_integer >> (8 * dtype->itemsize) == 0))
        bytes = raw(*unsigned_integer).substr(0, dtype->itemsize);
      break;
    case Kind::floating:
      if (const auto number = value.as_double())
        bytes = floating_bytes(dtype->itemsize, *number);
      else if (integer)
        bytes = floating_bytes(dtype->itemsize, static_cast<double>(*integer));
      break;
    case Kind::complex:
      if (const auto number = value.as_complex(); number && dtype->itemsize <= 16)
        bytes =
            *floating_bytes(dtype->itemsize / 2, number->real()) + *floating_bytes(dtype->itemsize / 2, number->imag());
      break;
    case Kind::datetime:
    case Kind::timedelta: {
      if (!integer) break;
      bytes = raw(*integer);
      if (arguments.size() == 2) {
        const auto unit =
            npy::DatetimeUnit::parse(fmt::format("[{}]", context.view(arguments[1]).as_text().value_or("")));
        if (!unit) return context.refuse(unit.error().message);
        dtype->unit = *unit;
      }
      break;
    }
    case Kind::text: {
      auto text = value.as_text();
      if (!text || !context.charge(4 * text->size())) break;
      bytes.emplace();
      while (!text->empty()) *bytes += raw(*text::take_character(*text));
      dtype->itemsize = static_cast<std::uint32_t>(bytes->size());
      break;
    }
    case Kind::bytes:
      if (const auto given = value.as_bytes(); given && given->size() <= npy::max_itemsize) {
        if (!context.charge(given->size())) return std::nullopt;
        bytes.emplace(reinterpret_cast<const char*>(given->data()), given->size());
        dtype->itemsize = static_cast<std::uint32_t>(given->size());
      }
      break;
    default:
      break;
  }
  if (!bytes) return context.refuse(bad_arguments);
  if (dtype->order != npy::ByteOrder::none) dtype->order = npy::native_order;
  const Node made = context.document.make_dtype(*std::move(dtype));
  return context.document.make_scalar(*settle(context, made), context.document.text.copy(*bytes).data());
}

}  // namespace cache_on_disk::pickle
