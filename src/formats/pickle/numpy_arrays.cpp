// How arrays of NumPy are made of their bytes.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "cache_on_disk/detail/npy/header.hpp"
#include "pickle/numpy_parts.hpp"

namespace cache_on_disk::pickle {
namespace {

using npy::Kind;

std::optional<MemoryOrder> order_of(BuildContext& context, Node node) {
  if (node.is_none() || context.is_text(node, "C")) return MemoryOrder::row_major;
  if (context.is_text(node, "F")) return MemoryOrder::column_major;
  return context.refuse("has a memory order that is neither C nor F");
}

// An array that waits for its state: without elements, as those would not have values.
std::optional<Node> placeholder(BuildContext& context, const Dtype& dtype, const Shape& shape) {
  if (npy::data_size(dtype.itemsize, shape) != 0) return context.refuse("makes an array of elements without values");
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

}  // namespace

std::shared_ptr<const AnyArray> array_of(BuildContext& context, const Dtype& dtype, Shape shape, MemoryOrder order,
                                         std::string_view bytes) {
  const auto refuse = [&context](std::string_view why) {
    context.why = why;
    return nullptr;
  };
  if (dtype.kind == Kind::subarray) return refuse("has elements that are sub-arrays");
  if (dtype.has_object()) return refuse("takes bytes for Python objects");
  const auto size = npy::data_size(dtype.itemsize, shape);
  if (!size || *size != bytes.size())
    return refuse(fmt::format("has {} bytes for an array of '{}' of shape {}", bytes.size(), dtype.text().substr(0, 80),
                              to_text(shape)));
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

const std::shared_ptr<const AnyArray>& unfilled_array() {
  static const auto array = std::make_shared<const AnyArray>(Dtype::of({Kind::signed_integer, 1, {}}),
                                                             npy::StridedBytes{Shape{0}, Strides{1}, nullptr, nullptr});
  return array;
}
// Not at its first use: a fork by another thread right then would leave it half made in the child.
[[maybe_unused]] static const bool unfilled_array_is_made = (static_cast<void>(unfilled_array()), true);

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
  if (arguments.size() > 4 && !arguments[4].is_none()) return context.refuse("has strides, which are not read");
  const auto order = order_of(context, arguments.size() > 5 ? arguments[5] : Node());
  if (!order) return std::nullopt;
  const auto size = npy::data_size(dtype->itemsize, *shape);
  const std::string_view rest = buffer->substr(static_cast<std::size_t>(*offset));
  if (!size || *size > rest.size()) return context.refuse("has a buffer that is too small for its array");
  auto array = array_of(context, *dtype, *std::move(shape), *order, rest.substr(0, static_cast<std::size_t>(*size)));
  if (!array) return std::nullopt;
  return context.document.make_array(std::move(array));
}

// _reconstruct(type, (0,), b'b'): BUILD says the rest
std::optional<Node> reconstruct_array(BuildContext& context, std::span<const Node> arguments) {
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
std::optional<Node> array_from_buffer(BuildContext& context, std::span<const Node> arguments) {
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
  const auto order = order_of(context, context.is_text(given, "A") || context.is_text(given, "K") ? Node() : given);
  if (!order) return std::nullopt;
  auto array = array_of(context, *dtype, *std::move(shape), *order, *buffer);
  if (!array) return std::nullopt;
  return context.document.make_array(std::move(array));
}

}  // namespace cache_on_disk::pickle
