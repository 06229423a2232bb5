// The states that BUILD gives to arrays, masked arrays and dtypes of NumPy.
#include <fmt/format.h>

#include <algorithm>

#include "pickle/numpy_parts.hpp"

namespace cache_on_disk::pickle {
namespace {

using npy::Kind;

// The part of a state that says what an ndarray is: ([version,] shape, dtype, is_fortran, bytes or list of
// objects)
bool is_array_state(const BuildContext& context, std::span<const Node> state) {
  if (state.size() < 4) return false;
  const auto fits = [&](std::span<const Node> parts) {
    const ValueKind data = parts[3].kind();
    return parts[0].kind() == ValueKind::tuple &&
           (parts[1].kind() == ValueKind::dtype || is_inert_dtype(context, parts[1])) &&
           (data == ValueKind::bytes || data == ValueKind::list || data == ValueKind::text ||
            data == ValueKind::bytearray);
  };
  return (state.size() > 4 && fits(state.subspan(1, 4))) || fits(state.first(4));
}

// Fills the array with such a state; the number of the parts that were used.
std::optional<std::size_t> fill_array(BuildContext& context, Node target, std::span<const Node> state) {
  if (!is_array_state(context, state)) return context.refuse("gives an array a state that cannot be read");
  const std::size_t first = state[0].kind() == ValueKind::tuple ? 0 : 1;
  auto shape = shape_of(context, state[first]);
  if (!shape) return std::nullopt;
  if (state[first + 1].kind() == ValueKind::object) {
    make_inert(context, target, state.first(first + 4));
    return first + 4;
  }
  const auto place = static_cast<std::size_t>(state[first + 1].word());
  const Node data = state[first + 3];
  Document& document = context.document;
  if (document.dtypes[place].has_object()) {
    const auto count = checked_product(*shape);
    if (data.kind() != ValueKind::list || !count || *count != context.children(data).size())
      return context.refuse(fmt::format("lacks the objects of an array of shape {}", to_text(*shape)));
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
    return context.fail("gives a masked array a state that cannot be read");
  // Elements that are not known here, or Python objects.
  if (state[2].kind() == ValueKind::object || state[4].kind() == ValueKind::list) {
    make_inert(context, target, state);
    return true;
  }
  const auto shape = shape_of(context, state[1]);
  if (!shape) return false;
  const Dtype& dtype = context.document.dtypes[static_cast<std::size_t>(state[2].word())];
  const auto order = context.is_true(state[3]) ? MemoryOrder::column_major : MemoryOrder::row_major;
  const auto data_bytes = context.bytes_of(state[4]), mask_bytes = context.bytes_of(state[5]);
  if (!data_bytes || !mask_bytes) return context.fail("gives a masked array a state that cannot be read");
  if (!charge_copy(context, dtype)) return false;
  const auto mask_type = mask_dtype(dtype);
  if (!mask_type) return context.fail("gives a masked array a state that cannot be read");
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

bool is_foreign_type(const BuildContext& context, Node argument) noexcept {
  return argument.kind() == ValueKind::global && context.global_of(argument) == Global::opaque &&
         !context.view(argument).module().starts_with("numpy");
}

bool is_inert_dtype(const BuildContext& context, Node node) noexcept {
  if (node.kind() == ValueKind::dtype) {
    const Dtype& dtype = context.document.dtypes[static_cast<std::size_t>(node.word())];
    return dtype.kind != Kind::object && dtype.kind != Kind::subarray && dtype.has_object();
  }
  return node.kind() == ValueKind::object && context.view(node).module().starts_with("numpy");
}

void make_inert(BuildContext& context, Node target, std::span<const Node> state) {
  Document& document = context.document;
  const bool masked = document.record(target).kind == ValueKind::masked_array;
  const Node none[] = {Node::integer(0)};
  const Node shape = document.make(ValueKind::tuple, none);
  const Node letter = Node::text(ValueKind::text, "b", 1);
  const auto global = [&](std::string_view module, std::string_view name, Global meaning) {
    return document.make_global(module, name, static_cast<std::uint8_t>(meaning));
  };
  const Node array = global("numpy", "ndarray", Global::numpy_ndarray);
  Node callable = array;
  std::vector<Node> arguments{shape, letter};
  if (masked) {
    callable = global("numpy.ma.core", "_mareconstruct", Global::masked_reconstruct);
    arguments = {global("numpy.ma", "MaskedArray", Global::masked_array), array, shape, letter};
  }
  const Node parts = document.make(ValueKind::tuple, arguments);
  const Node made = context.object(0, callable, parts, Node(), document.make(ValueKind::tuple, state));
  document.record(target) = document.record(made);
  context.has_late_kinds = true;
}

bool build_numpy(BuildContext& context, Node& target, Node state) {
  if (state.kind() != ValueKind::tuple) return context.fail("has a state that is not a tuple");
  if (target.kind() != ValueKind::dtype && context.document.record(target).kind == ValueKind::object)
    return context.fail("gives an object a second state");
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
  const bool masked = context.document.record(target).kind == ValueKind::masked_array;
  if (masked ? !fill_masked(context, target, parts) : !fill_array(context, target, parts)) return false;
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
  const bool nested =
      !parts.empty() && parts[0].kind() == ValueKind::tuple && is_array_state(context, context.children(parts[0]));
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
