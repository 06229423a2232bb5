// What the parts of the pickle reader share while a document is being built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cache_on_disk/detail/pickle/reader.hpp"
#include "pickle/globals.hpp"
#include "value/document.hpp"

namespace cache_on_disk::pickle {

using cache_on_disk::detail::Document;
using cache_on_disk::detail::is_mapping_kind;
using cache_on_disk::detail::Node;
using cache_on_disk::detail::ObjectPart;
using cache_on_disk::detail::Record;

/// Flags of the node of an object.
inline constexpr std::uint8_t made_object = 1;     ///< Construction::make
inline constexpr std::uint8_t array_subclass = 2;  ///< of an unknown class; its state begins with that of an array

/// Whether what BUILD says may make another kind of it: arrays turn out to be of objects, or inert.
constexpr bool may_change_kind(ValueKind kind) noexcept {
  return kind == ValueKind::array || kind == ValueKind::object_array || kind == ValueKind::masked_array;
}

/// A document under construction. Functions that can fail say so by their result and leave the reason in
/// `why`.
struct BuildContext {
  Document& document;
  std::string_view input;
  std::shared_ptr<const void> owner;
  const Limits& limits;

  std::string why;
  std::uint64_t spent = 0;
  bool has_late_kinds = false;         ///< arrays turned out to be of another kind after they were referred to
  std::vector<bool> settled_dtypes{};  ///< dtypes that may not change any more: something was made of them

  /// Accounts for work that repeats what the input says only once (copies of what the memo holds), in bytes.
  /// False when it is out of proportion to the input.
  bool charge(std::uint64_t bytes) {
    constexpr std::uint64_t factor = 64, allowance = 1 << 20;
    spent += bytes;
    return spent <= factor * input.size() + allowance || fail("repeats itself beyond all proportion");
  }
  bool fail(std::string_view reason) {
    why = reason;
    return false;
  }
  std::nullopt_t refuse(std::string_view reason) {
    why = reason;
    return std::nullopt;
  }

  ValueView view(Node node) const noexcept {
    // The node may have been copied before its array turned out to be of another kind.
    if (may_change_kind(node.kind())) node.set_kind(document.record(node).kind);
    return cache_on_disk::detail::ValueAccess::view(&document, node);
  }
  Global global_of(Node node) const noexcept {
    return node.kind() == ValueKind::global ? static_cast<Global>(node.flag()) : Global::opaque;
  }
  std::string_view text_of(Node node) const noexcept { return {node.data(), static_cast<std::size_t>(node.size())}; }
  bool is_text(Node node, std::string_view text) const noexcept {
    return node.kind() == ValueKind::text && text_of(node) == text;
  }
  /// bytes or bytearray, or a str that holds bytes: Python 2 had no other.
  std::optional<std::string_view> bytes_of(Node node);
  std::optional<std::int64_t> int_of(Node node) const noexcept { return view(node).as_int64(); }
  /// None, False, 0, ...: for flags, which Python 2 wrote as ints.
  bool is_true(Node node) const noexcept {
    return (node.kind() == ValueKind::boolean || node.kind() == ValueKind::integer) && node.word() != 0;
  }
  std::span<const Node> children(Node node) const noexcept { return std::as_const(document).children(node); }
  Node object(std::uint8_t flags, Node callable, Node arguments, Node keywords = {}, Node state = {});
};

inline constexpr std::string_view bad_arguments = "has arguments that do not fit its callable";

/// callable(*arguments) for an interpreted global. Nothing, and why: its arguments do not fit.
std::optional<Node> call(BuildContext& context, Node callable, Node arguments);

/// The same for containers, for dates and times, and for what NumPy has.
std::optional<Node> make_container(BuildContext& context, ValueKind kind, std::span<const Node> arguments);
std::optional<Node> make_date(BuildContext& context, ValueKind kind, std::span<const Node> arguments);
std::optional<Node> make_timedelta(BuildContext& context, std::span<const Node> arguments);
std::optional<Node> make_timezone(BuildContext& context, std::span<const Node> arguments);
std::optional<Node> call_numpy(BuildContext& context, Node callable, std::span<const Node> arguments);

/// BUILD: gives an array or a dtype its state. `target` becomes of another kind if need be.
bool build_numpy(BuildContext& context, Node& target, Node state);

/// BUILD for an object of an unknown subclass of ndarray: finds the array in its state, makes it the argument
/// of the object, and gives back what is left of the state. The state itself if there is no array in it.
std::optional<Node> extract_array(BuildContext& context, Node target, Node state);

/// An int, or a tuple or list of ints, as a shape.
std::optional<Shape> shape_of(BuildContext& context, Node node);

/// Accounts for a copy of a dtype: one of a structure costs as much as it has fields.
bool charge_copy(BuildContext& context, const Dtype& dtype);

/// numpy.dtype(...) of an argument, and the state that BUILD gives it.
std::optional<Dtype> make_dtype(BuildContext& context, Node argument);
std::optional<Dtype> dtype_with_state(BuildContext& context, const Dtype& dtype, std::span<const Node> state);

}  // namespace cache_on_disk::pickle
