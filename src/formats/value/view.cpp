#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <stdexcept>

#include "cache_on_disk/value.hpp"
#include "text/integers.hpp"
#include "text/python_text.hpp"
#include "value/document.hpp"
#include "value/scalars.hpp"
#include "value/units.hpp"

namespace cache_on_disk {
namespace {

using detail::Node;

// The number as 64 bits and whether it is negative, if it has no more.
template <class Int>
std::optional<Int> to_integer(std::string_view bytes) {
  const bool negative = !bytes.empty() && (bytes.back() & 0x80) != 0;
  if constexpr (std::same_as<Int, std::int64_t>) {
    if (bytes.size() > 8) return std::nullopt;
    return text::small_integer(bytes);
  } else {
    if (negative || bytes.size() > 9 || (bytes.size() == 9 && bytes.back() != 0)) return std::nullopt;
    return static_cast<std::uint64_t>(text::small_integer(bytes.substr(0, 8)));
  }
}

bool is_integer_kind(npy::Kind kind) {
  return kind == npy::Kind::signed_integer || kind == npy::Kind::unsigned_integer;
}

const Dtype& object_dtype() {
  static const Dtype made = Dtype::of({npy::Kind::object, 8, {}});
  return made;
}
// Not at its first use: a fork by another thread right then would leave it half made in the child.
[[maybe_unused]] const bool object_dtype_is_made = (static_cast<void>(object_dtype()), true);

}  // namespace

bool ValueView::is_mapping() const noexcept { return detail::is_mapping_kind(kind()); }

std::optional<bool> ValueView::as_bool() const noexcept {
  if (kind() == ValueKind::boolean) return node_.word() != 0;
  if (kind() == ValueKind::scalar && dtype()->kind == npy::Kind::boolean) return *node_.data() != 0;
  return std::nullopt;
}

std::optional<std::int64_t> ValueView::as_int64() const noexcept {
  if (kind() == ValueKind::integer) {
    if (node_.size() == 0) return static_cast<std::int64_t>(node_.word());
    return std::nullopt;  // what fits lies in the node
  }
  if (kind() != ValueKind::scalar || !is_integer_kind(dtype()->kind)) return std::nullopt;
  return to_integer<std::int64_t>(*detail::element_integer(*dtype(), node_.data()));
}

std::optional<std::uint64_t> ValueView::as_uint64() const noexcept {
  if (kind() == ValueKind::integer) {
    if (node_.size() != 0) return to_integer<std::uint64_t>({node_.data(), node_.size()});
    if (node_.word() >> 63 != 0) return std::nullopt;
    return node_.word();
  }
  if (kind() != ValueKind::scalar || !is_integer_kind(dtype()->kind)) return std::nullopt;
  return to_integer<std::uint64_t>(*detail::element_integer(*dtype(), node_.data()));
}

std::optional<double> ValueView::as_double() const noexcept {
  if (kind() == ValueKind::floating) return std::bit_cast<double>(node_.word());
  if (kind() == ValueKind::scalar) return detail::element_double(*dtype(), node_.data());
  return std::nullopt;
}

std::optional<std::complex<double>> ValueView::as_complex() const noexcept {
  if (kind() == ValueKind::complex) {
    double parts[2];
    std::memcpy(parts, node_.data(), sizeof(parts));
    return std::complex<double>(parts[0], parts[1]);
  }
  if (kind() == ValueKind::scalar) return detail::element_complex(*dtype(), node_.data());
  return std::nullopt;
}

std::optional<std::string_view> ValueView::as_text() const noexcept {
  if (kind() != ValueKind::text) return std::nullopt;
  return std::string_view(node_.data(), node_.size());
}

std::optional<std::span<const std::byte>> ValueView::as_bytes() const noexcept {
  if (kind() != ValueKind::bytes && kind() != ValueKind::bytearray) return std::nullopt;
  return std::span(reinterpret_cast<const std::byte*>(node_.data()), node_.size());
}

std::optional<std::string> ValueView::string() const {
  if (kind() == ValueKind::text || kind() == ValueKind::bytes || kind() == ValueKind::bytearray)
    return std::string(node_.data(), node_.size());
  if (kind() == ValueKind::scalar) return detail::element_text(*dtype(), node_.data());
  return std::nullopt;
}

std::optional<std::string> ValueView::integer_bytes() const {
  if (kind() == ValueKind::boolean) return text::integer_bytes(std::int64_t{node_.word() != 0});
  if (kind() == ValueKind::integer) {
    if (node_.size() != 0) return std::string(node_.data(), node_.size());
    return text::integer_bytes(static_cast<std::int64_t>(node_.word()));
  }
  if (kind() != ValueKind::scalar || (dtype()->kind != npy::Kind::boolean && !is_integer_kind(dtype()->kind)))
    return std::nullopt;
  return detail::element_integer(*dtype(), node_.data());
}

std::size_t ValueView::size() const noexcept {
  if (kind() == ValueKind::text || kind() == ValueKind::bytes || kind() == ValueKind::bytearray)
    return static_cast<std::size_t>(node_.size());
  return items().size();
}

ValueItems ValueView::items() const noexcept {
  switch (kind()) {
    case ValueKind::list:
    case ValueKind::tuple:
    case ValueKind::set:
    case ValueKind::frozenset:
    case ValueKind::deque:
    case ValueKind::object_array:
    case ValueKind::range:
    case ValueKind::slice: {
      const auto children = document_->children(node_);
      return {document_, children.data(), children.size(), 1};
    }
    default:
      if (!is_mapping()) return {document_, nullptr, 0, 1};
      const auto children = document_->children(node_);
      return {document_, children.data(), children.size() / 2, 2};
  }
}

ValueView ValueView::item(std::size_t index) const {
  const ValueItems all = items();
  if (index >= all.size()) throw std::out_of_range(fmt::format("item {} of {}", index, describe(*this)));
  return all[index];
}

std::pair<ValueView, ValueView> ValueView::entry(std::size_t index) const {
  const ValueItems keys = items();
  if (!is_mapping() || index >= keys.size())
    throw std::out_of_range(fmt::format("entry {} of {}", index, describe(*this)));
  const Node* key = document_->children(node_).data() + 2 * index;
  return {ValueItems::view(document_, key[0]), ValueItems::view(document_, key[1])};
}

std::optional<ValueView> ValueView::find(std::string_view key) const noexcept {
  if (!is_mapping()) return std::nullopt;
  const auto children = document_->children(node_);
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    if (ValueItems::view(document_, children[i]).as_text() == key) return ValueItems::view(document_, children[i + 1]);
  }
  return std::nullopt;
}

ValueView ValueView::at(std::string_view key) const {
  if (const auto found = find(key)) return *found;
  throw std::out_of_range(fmt::format("no key {} in {}", text::python_repr(key), describe(*this)));
}

ValueView ValueView::attribute() const noexcept {
  switch (kind()) {
    case ValueKind::default_dict:
    case ValueKind::deque:
    case ValueKind::masked_array:
    case ValueKind::object:
      return ValueItems::view(document_, document_->attributes[document_->record(node_).extra]);
    case ValueKind::time:
    case ValueKind::datetime:
    case ValueKind::timezone:
      return ValueItems::view(document_, document_->children(node_)[1]);
    default:
      return {};
  }
}

std::optional<AnyArray> ValueView::as_array() const {
  if (kind() == ValueKind::array) return *document_->arrays[document_->record(node_).first];
  if (kind() != ValueKind::scalar || dtype()->has_object()) return std::nullopt;
  // The document may not outlive the array, so the element is copied.
  auto copy = std::make_shared<std::vector<std::byte>>(dtype()->itemsize);
  if (!copy->empty()) std::memcpy(copy->data(), node_.data(), copy->size());
  const std::byte* data = copy->data();
  return AnyArray(*dtype(), {Shape{}, Strides{}, data, std::move(copy)});
}

Shape ValueView::shape() const {
  if (kind() == ValueKind::object_array) return document_->shapes[document_->record(node_).extra];
  if (kind() == ValueKind::masked_array) return document_->masked_arrays[document_->record(node_).first].data.shape();
  if (kind() == ValueKind::array) return document_->arrays[document_->record(node_).first]->shape();
  return {};
}

std::optional<MaskedArray> ValueView::as_masked_array() const {
  if (kind() != ValueKind::masked_array) return std::nullopt;
  return document_->masked_arrays[document_->record(node_).first];
}

std::optional<QuantityArray> ValueView::as_quantity() const { return detail::quantity_of(*this); }

const Dtype* ValueView::dtype() const noexcept {
  switch (kind()) {
    case ValueKind::scalar:
      return &document_->dtypes[static_cast<std::size_t>(node_.size())];
    case ValueKind::dtype:
      return &document_->dtypes[static_cast<std::size_t>(node_.word())];
    case ValueKind::array:
      return &document_->arrays[document_->record(node_).first]->dtype();
    case ValueKind::masked_array:
      return &document_->masked_arrays[document_->record(node_).first].data.dtype();
    case ValueKind::object_array:
      return &object_dtype();
    default:
      return nullptr;
  }
}

std::string_view ValueView::module() const noexcept {
  if (kind() == ValueKind::object) return callable().kind() == ValueKind::global ? callable().module() : "";
  if (kind() != ValueKind::global) return {};
  return document_->globals[static_cast<std::size_t>(node_.word())].module;
}

std::string_view ValueView::name() const noexcept {
  if (kind() == ValueKind::object) return callable().kind() == ValueKind::global ? callable().name() : "";
  if (kind() != ValueKind::global) return {};
  return document_->globals[static_cast<std::size_t>(node_.word())].name;
}

Construction ValueView::construction() const noexcept {
  return kind() == ValueKind::object && node_.flag() != 0 ? Construction::make : Construction::call;
}

ValueView ValueView::part(std::size_t index) const noexcept {
  if (kind() != ValueKind::object) return {};
  return ValueItems::view(document_, document_->children(node_)[index]);
}

ValueView ValueView::callable() const noexcept { return part(detail::callable); }
ValueView ValueView::arguments() const noexcept { return part(detail::arguments); }
ValueView ValueView::keywords() const noexcept { return part(detail::keywords); }
ValueView ValueView::state() const noexcept { return part(detail::state); }
ValueView ValueView::list_items() const noexcept { return part(detail::list_items); }
ValueView ValueView::dict_items() const noexcept { return part(detail::dict_items); }

std::optional<ValueView> ValueView::field(std::string_view attribute) const noexcept {
  const ValueView held = state();
  if (held.kind() != ValueKind::tuple) return held.find(attribute);
  for (const ValueView each : held.items()) {
    if (auto found = each.find(attribute)) return found;
  }
  return std::nullopt;
}

const void* ValueView::identity() const noexcept {
  if (detail::has_record(kind())) return &document_->record(node_);
  switch (kind()) {
    case ValueKind::text:
    case ValueKind::bytes:
    case ValueKind::bytearray:
      return node_.size() == 0 ? nullptr : node_.data();
    case ValueKind::global:
      return &document_->globals[static_cast<std::size_t>(node_.word())];
    case ValueKind::dtype:
      return &document_->dtypes[static_cast<std::size_t>(node_.word())];
    default:
      return nullptr;
  }
}

ValueView ValueItems::linked(const detail::Document* document, const detail::Node& node) noexcept {
  return document->links[static_cast<std::size_t>(node.word())];
}

}  // namespace cache_on_disk
