// What the parts of the reader that deal with NumPy have of each other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "pickle/build_context.hpp"

namespace cache_on_disk::pickle {

/// A view of bytes that lie in the input or in the document, as an array that is sure to keep them.
std::shared_ptr<const AnyArray> array_of(BuildContext& context, const Dtype& dtype, Shape shape, MemoryOrder order,
                                         std::string_view bytes);
/// What _reconstruct(ndarray, (0,), b'b') makes, before BUILD says more.
const std::shared_ptr<const AnyArray>& unfilled_array();

/// A class of elements that another package adds to NumPy (ml_dtypes.bfloat16): its dtype stays inert.
bool is_foreign_type(const BuildContext& context, Node argument) noexcept;
/// A dtype whose elements are unknown here: that of such a class, or one that NumPy makes in ways of its own
/// (StringDType); or one with Python objects inside. What is made of it stays inert.
bool is_inert_dtype(const BuildContext& context, Node node) noexcept;
/// Makes of an array or masked array the inert object that its pickle describes.
void make_inert(BuildContext& context, Node target, std::span<const Node> state);

std::optional<Node> make_ndarray(BuildContext& context, std::span<const Node> arguments);
std::optional<Node> reconstruct_array(BuildContext& context, std::span<const Node> arguments);
std::optional<Node> array_from_buffer(BuildContext& context, std::span<const Node> arguments);
std::optional<Node> make_scalar(BuildContext& context, std::span<const Node> arguments);
std::optional<Node> make_typed(BuildContext& context, Node callable, std::span<const Node> arguments);

/// From now on the dtype may not change: something was made of it. Gives its place in the document.
std::optional<std::uint32_t> settle(BuildContext& context, Node dtype);

}  // namespace cache_on_disk::pickle
