// Arrays, scalars and dtypes of NumPy in pickles, as its versions 1 and 2 write them.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "cache_on_disk/float16.hpp"
#include "cache_on_disk/npy/header.hpp"
#include "npy/python_text.hpp"
#include "pickle/build_context.hpp"

namespace cache_on_disk::pickle {
namespace {

using npy::Kind;

constexpr std::string_view bad_arguments = "has arguments that do not fit its callable";

// Elements of so many bytes in all; nothing if that is beyond any file.
std::optional<std::uint64_t> data_size(const Dtype& dtype, const Shape& shape) {
  std::uint64_t size = std::max<std::uint64_t>(dtype.itemsize, 1);
  bool none = dtype.itemsize == 0;
  for (const std::size_t extent : shape) {
    none = none || extent == 0;
    const auto product = checked_multiply(size, std::max<std::size_t>(extent, 1));
    if (!product || *product > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return std::nullopt;
    size = *product;
  }
  return none ? 0 : size;
}

// A view of bytes that lie in the input or in the document, as an array that is sure to keep them.
std::shared_ptr<const AnyArray> array_of(BuildContext& context, const Dtype& dtype, Shape shape,
                                         MemoryOrder order, std::string_view bytes) {
  const auto refuse = [&context](std::string_view why) {
    context.why = why;
    return nullptr;
  };
  if (dtype.kind == Kind::subarray) return refuse("has elements that are sub-arrays");
  if (dtype.has_object()) return refuse("takes bytes for Python objects");
  const auto size = data_size(dtype, shape);
  if (!size || *size != bytes.size())
    return refuse(fmt::format("has {} bytes for an array of '{}' of shape {}", bytes.size(),
                              dtype.text().substr(0, 80), to_text(shape)));
  if (!charge_copy(context, dtype)) return nullptr;
  // Elements of no bytes cost whoever goes through them what their number is, which the input says in a few
  // bytes.
  constexpr std::size_t far_too_many = std::size_t{1} << 62;
  if (dtype.itemsize == 0 && !context.charge(checked_product(shape).value_or(far_too_many))) return nullptr;
  npy::StridedBytes elements;
  elements.strides = dense_strides(shape, order, static_cast<std::ptrdiff_t>(dtype.itemsize));
  elements.shape = std::move(shape);
  const bool in_input =
      bytes.data() >= context.input.data() && bytes.data() < context.input.data() + context.input.size();
  if (in_input) {
    elements.data = reinterpret_cast<const std::byte*>(bytes.data());
    elements.owner = context.owner;
  } else if (!bytes.empty()) {
    if (!context.charge(bytes.size())) return nullptr;
    auto copy = std::make_shared<std::vector<std::byte>>(bytes.size());
    std::memcpy(copy->data(), bytes.data(), bytes.size());
    elements.data = copy->data();
    elements.owner = std::move(copy);
  }
  return std::make_shared<const AnyArray>(dtype, std::move(elements));
}

std::optional<MemoryOrder> order_of(BuildContext& context, Node node) {
  if (node.is_none() || context.is_text(node, "C")) return MemoryOrder::row_major;
  if (context.is_text(node, "F")) return MemoryOrder::column_major;
  return context.refuse("has a memory order that is neither C nor F");
}

// What _reconstruct(ndarray, (0,), b'b') makes, before BUILD says more.
const std::shared_ptr<const AnyArray>& unfilled_array() {
  static const auto array = std::make_shared<const AnyArray>(
      Dtype::of({Kind::signed_integer, 1, {}}), npy::StridedBytes{Shape{0}, Strides{1}, nullptr, nullptr});
  return array;
}

// An array that waits for its state: without elements, as those would not have values.
std::optional<Node> placeholder(BuildContext& context, const Dtype& dtype, const Shape& shape) {
  if (data_size(dtype, shape) != 0) return context.refuse("makes an array of elements without values");
  if (dtype.kind == Kind::subarray) return context.refuse("has elements that are sub-arrays");
  if (dtype.has_object()) {
    const Node made = context.document.make_empty(ValueKind::object_array, 0);
    context.document.set_shape(static_cast<std::uint32_t>(made.word()), shape);
    return made;
  }
  auto array = array_of(context, dtype, shape, MemoryOrder::row_major, {});
  if (!array) return std::nullopt;
  return context.document.make_array(std::move(array));
}

// numpy.ndarray(shape, dtype=float, buffer=None, offset=0, strides=None, order=None)
std::optional<Node> make_ndarray(BuildContext& context, std::span<const Node> arguments) {
  if (arguments.empty() || arguments.size() > 6) return context.refuse(bad_arguments);
  auto shape = shape_of(context, arguments[0]);
  if (!shape) return std::nullopt;
  auto dtype = arguments.size() > 1 ? make_dtype(context, arguments[1]) : Dtype();
  if (!dtype) return std::nullopt;
  if (arguments.size() < 3 || arguments[2].is_none()) return placeholder(context, *dtype, *shape);
  const auto buffer = context.bytes_of(arguments[2]);
  const auto offset = arguments.size() > 3 ? context.int_of(arguments[3]) : 0;
  if (!buffer || !offset || *offset < 0 || static_cast<std::uint64_t>(*offset) > buffer->size())
    return context.refuse(bad_arguments);
  if (arguments.size() > 4 && !arguments[4].is_none())
    return context.refuse("has strides, which are not read");
  const auto order = order_of(context, arguments.size() > 5 ? arguments[5] : Node());
  if (!order) return std::nullopt;
  const auto size = data_size(*dtype, *shape);
  const std::string_view rest = buffer->substr(static_cast<std::size_t>(*offset));
  if (!size || *size > rest.size()) return context.refuse("has a buffer that is too small for its array");
  auto array =
      array_of(context, *dtype, *std::move(shape), *order, rest.substr(0, static_cast<std::size_t>(*size)));
  if (!array) return std::nullopt;
  return context.document.make_array(std::move(array));
}

// _reconstruct(type, (0,), b'b'): BUILD says the rest
std::optional<Node> reconstruct(BuildContext& context, std::span<const Node> arguments) {
  if (arguments.size() != 3 || arguments[0].kind() != ValueKind::global) return context.refuse(bad_arguments);
  const bool known = context.global_of(arguments[0]) == Global::numpy_ndarray;
  auto shape = shape_of(context, arguments[1]);
  if (!shape) return std::nullopt;
  const ValueKind letter = arguments[2].kind();
  const bool usual = (letter == ValueKind::bytes || letter == ValueKind::text) &&
                     context.text_of(arguments[2]) == "b" && shape->size() == 1 && (*shape)[0] == 0;
  if (usual && known) return context.document.make_array(unfilled_array());
  auto dtype = make_dtype(context, arguments[2]);
  if (!dtype) return std::nullopt;
  if (known) return placeholder(context, *dtype, *shape);
  const Node nothing = context.document.make_empty(ValueKind::tuple, 0);
  return context.object(made_object | array_subclass, arguments[0], nothing);
}

// _frombuffer(buffer, dtype, shape, order [, axes])
std::optional<Node> from_buffer(BuildContext& context, std::span<const Node> arguments) {
  if (arguments.size() < 4 || arguments.size() > 5) return context.refuse(bad_arguments);
  const auto buffer = context.bytes_of(arguments[0]);
  auto dtype = make_dtype(context, arguments[1]);
  auto shape = dtype ? shape_of(context, arguments[2]) : std::nullopt;
  if (!buffer) return context.refuse(bad_arguments);
  if (!shape) return std::nullopt;
  if (context.is_text(arguments[3], "K") && arguments.size() == 5 && !arguments[4].is_none()) {
    const auto axes = shape_of(context, arguments[4]);
    if (!axes) return std::nullopt;
    auto array = array_of(context, *dtype, *shape, MemoryOrder::row_major, *buffer);
    if (!array) return std::nullopt;
    npy::StridedBytes turned = array->strided_bytes();
    std::vector<bool> seen(shape->size());
    if (axes->size() != shape->size()) return context.refuse("has axes that do not fit its shape");
    for (std::size_t i = 0; i < axes->size(); ++i) {
      const std::size_t axis = (*axes)[i];
      if (axis >= seen.size() || seen[axis]) return context.refuse("has axes that do not fit its shape");
      seen[axis] = true;
      turned.shape[i] = array->shape()[axis];
      turned.strides[i] = array->strides()[axis];
    }
    return context.document.make_array(std::make_shared<const AnyArray>(*dtype, std::move(turned)));
  }
  const Node given = arguments[3];
  const auto order =
      order_of(context, context.is_text(given, "A") || context.is_text(given, "K") ? Node() : given);
  if (!order) return std::nullopt;
  auto array = array_of(context, *dtype, *std::move(shape), *order, *buffer);
  if (!array) return std::nullopt;
  return context.document.make_array(std::move(array));
}

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
    return context.refuse("makes a scalar of what can be none");
  const std::size_t itemsize = dtype.itemsize;
  const auto place = settle(context, arguments[0]);
  std::string_view bytes;
  if (arguments.size() == 2) {
    const auto given = context.bytes_of(arguments[1]);
    if (!given || given->size() != itemsize)
      return context.refuse("has bytes that are not as many as its dtype's");
    bytes = *given;
  } else {
    if (!context.charge(itemsize)) return std::nullopt;
    bytes = context.document.text.copy(std::string(itemsize, '\0'));
  }
  return context.document.make_scalar(*place, bytes.data());
}

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
        bytes = *floating_bytes(dtype->itemsize / 2, number->real()) +
                *floating_bytes(dtype->itemsize / 2, number->imag());
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
      while (!text->empty()) *bytes += raw(*npy::take_utf8(*text));
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

// The part of a state that says what an ndarray is: ([version,] shape, dtype, is_fortran, bytes or list of
// objects)
bool is_array_state(BuildContext& context, std::span<const Node> state) {
  if (state.size() < 4) return false;
  const auto fits = [&](std::span<const Node> parts) {
    const ValueKind data = parts[3].kind();
    return parts[0].kind() == ValueKind::tuple && parts[1].kind() == ValueKind::dtype &&
           (data == ValueKind::bytes || data == ValueKind::list || data == ValueKind::text ||
            data == ValueKind::bytearray);
  };
  (void)context;
  return (state.size() > 4 && fits(state.subspan(1, 4))) || fits(state.first(4));
}

// Fills the array with such a state; the number of the parts that were used.
std::optional<std::size_t> fill_array(BuildContext& context, Node target, std::span<const Node> state) {
  if (!is_array_state(context, state)) return context.refuse("gives an array a state that is none");
  const std::size_t first = state[0].kind() == ValueKind::tuple ? 0 : 1;
  auto shape = shape_of(context, state[first]);
  if (!shape) return std::nullopt;
  const auto place = static_cast<std::size_t>(state[first + 1].word());
  const Node data = state[first + 3];
  Document& document = context.document;
  if (document.dtypes[place].has_object()) {
    const auto count = checked_product(*shape);
    if (data.kind() != ValueKind::list || !count || *count != context.children(data).size())
      return context.refuse(fmt::format("has not the objects for an array of shape {}", to_text(*shape)));
    if (!context.charge(*count * sizeof(Node))) return std::nullopt;
    const Node copy = document.make(ValueKind::object_array, context.children(data));
    document.record(target) = document.record(copy);
    document.set_shape(static_cast<std::uint32_t>(target.word()), *std::move(shape));
    context.has_late_kinds = true;
    return first + 4;
  }
  const auto bytes = context.bytes_of(data);
  if (!bytes) return context.refuse("takes objects for the bytes of an array");
  const auto order = context.is_true(state[first + 2]) ? MemoryOrder::column_major : MemoryOrder::row_major;
  auto array = array_of(context, document.dtypes[place], *std::move(shape), order, *bytes);
  if (!array) return std::nullopt;
  Record& record = document.record(target);
  if (record.kind != ValueKind::array) {
    document.arrays.emplace_back();
    record = Record();
    record.kind = ValueKind::array;
    record.first = static_cast<std::uint32_t>(document.arrays.size() - 1);
    context.has_late_kinds = true;
  }
  document.arrays[record.first] = std::move(array);
  return first + 4;
}

// bool for each element, and for each field of it.
std::optional<Dtype> mask_dtype(const Dtype& dtype) {
  if (dtype.kind == Kind::subarray) {
    auto base = mask_dtype(*dtype.base);
    if (!base) return std::nullopt;
    auto made = Dtype::subarray(*std::move(base), dtype.shape);
    return made ? std::optional(*std::move(made)) : std::nullopt;
  }
  if (dtype.kind != Kind::structure) return Dtype::of({Kind::boolean, 1, {}});
  std::vector<npy::Field> fields;
  std::uint64_t offset = 0;
  for (const npy::Field& field : dtype.fields) {
    auto inner = mask_dtype(field.dtype);
    if (!inner) return std::nullopt;
    const std::uint32_t size = inner->itemsize;
    fields.push_back({field.name, std::nullopt, static_cast<std::uint32_t>(offset), *std::move(inner)});
    offset += size;
    if (offset > npy::max_itemsize) return std::nullopt;
  }
  auto made = Dtype::structure(std::move(fields), offset);
  return made ? std::optional(*std::move(made)) : std::nullopt;
}

// state = (version, shape, dtype, is_fortran, bytes of the data, bytes of the mask, fill value)
bool fill_masked(BuildContext& context, Node target, std::span<const Node> state) {
  if (state.size() != 7 || !is_array_state(context, state.first(5)))
    return context.fail("gives a masked array a state that is none");
  const auto shape = shape_of(context, state[1]);
  if (!shape) return false;
  const Dtype& dtype = context.document.dtypes[static_cast<std::size_t>(state[2].word())];
  const auto order = context.is_true(state[3]) ? MemoryOrder::column_major : MemoryOrder::row_major;
  const auto data_bytes = context.bytes_of(state[4]), mask_bytes = context.bytes_of(state[5]);
  if (!data_bytes || !mask_bytes) return context.fail("gives a masked array a state that is none");
  if (!charge_copy(context, dtype)) return false;
  const auto mask_type = mask_dtype(dtype);
  if (!mask_type) return context.fail("gives a masked array a state that is none");
  auto data = array_of(context, dtype, *shape, order, *data_bytes);
  auto mask = data ? array_of(context, *mask_type, *shape, order, *mask_bytes) : nullptr;
  if (!mask) return false;
  const auto number = static_cast<std::uint32_t>(target.word());
  const std::size_t place = context.document.record(target).first;
  context.document.masked_arrays[place] = {*data, *mask};
  context.document.set_attribute(number, state[6]);
  return true;
}

}  // namespace

std::optional<Node> call_numpy(BuildContext& context, Node callable, std::span<const Node> arguments) {
  switch (context.global_of(callable)) {
    case Global::numpy_dtype: {
      if (arguments.empty() || arguments.size() > 3) return context.refuse(bad_arguments);
      auto dtype = make_dtype(context, arguments[0]);
      if (!dtype) return std::nullopt;
      return context.document.make_dtype(*std::move(dtype));
    }
    case Global::numpy_ndarray:
      return make_ndarray(context, arguments);
    case Global::numpy_reconstruct:
      return reconstruct(context, arguments);
    case Global::numpy_frombuffer:
      return from_buffer(context, arguments);
    case Global::numpy_scalar:
      return make_scalar(context, arguments);
    case Global::numpy_type:
      return make_typed(context, callable, arguments);
    case Global::masked_reconstruct: {
      if (arguments.size() != 4 || arguments[0].kind() != ValueKind::global)
        return context.refuse(bad_arguments);
      if (context.global_of(arguments[0]) != Global::masked_array)
        return context.object(0, callable, context.document.make(ValueKind::tuple, arguments));
      return context.document.make_masked({}, Node());
    }
    default:
      // A class whose instances are something else here: numpy.record, numpy.ma.MaskedArray.
      return context.object(0, callable, context.document.make(ValueKind::tuple, arguments));
  }
}

bool build_numpy(BuildContext& context, Node& target, Node state) {
  if (state.kind() != ValueKind::tuple) return context.fail("has a state that is no tuple");
  const auto given = context.children(state);
  if (!context.charge(given.size() * sizeof(Node))) return false;
  const std::vector<Node> parts(given.begin(), given.end());
  if (target.kind() == ValueKind::dtype) {
    const auto place = static_cast<std::size_t>(target.word());
    if (place < context.settled_dtypes.size() && context.settled_dtypes[place])
      return context.fail("gives a dtype a second state");
    const Dtype before = context.document.dtypes[place];
    auto made = dtype_with_state(context, before, parts);
    if (!made) return false;
    settle(context, target);
    context.document.dtypes[place] = *std::move(made);
    return true;
  }
  if (context.document.record(target).kind == ValueKind::masked_array)
    return fill_masked(context, target, parts);
  if (!fill_array(context, target, parts)) return false;
  target.set_kind(context.document.record(target).kind);
  return true;
}

std::optional<Node> extract_array(BuildContext& context, Node target, Node state) {
  if (state.kind() != ValueKind::tuple) return state;
  Document& document = context.document;
  const auto given = context.children(state);
  if (!context.charge(given.size() * sizeof(Node))) return std::nullopt;
  const std::vector<Node> parts(given.begin(), given.end());
  // Either (array state, rest), or the array state and what a subclass put behind it.
  const bool nested = !parts.empty() && parts[0].kind() == ValueKind::tuple &&
                      is_array_state(context, context.children(parts[0]));
  std::vector<Node> array_state = parts;
  if (nested) {
    const auto inner = context.children(parts[0]);
    array_state.assign(inner.begin(), inner.end());
  }
  if (!is_array_state(context, array_state)) return state;
  const Node array = document.make_array(unfilled_array());
  const auto used = fill_array(context, array, array_state);
  if (!used) return std::nullopt;
  Node made = array;
  made.set_kind(document.record(array).kind);
  const Node arguments = document.make(ValueKind::tuple, {&made, 1});
  document.children(document.record(target))[cache_on_disk::detail::arguments] = arguments;
  const std::span<const Node> rest = std::span(parts).subspan(nested ? 1 : std::min(*used, parts.size()));
  if (rest.empty()) return Node();
  return rest.size() == 1 ? rest[0] : document.make(ValueKind::tuple, rest);
}

}  // namespace cache_on_disk::pickle
