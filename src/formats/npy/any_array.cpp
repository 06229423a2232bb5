#include "cache_on_disk/any_array.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "cache_on_disk/detail/npy/header.hpp"
#include "text/python_text.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk {
namespace {

using npy::ByteOrder;
using npy::Kind;

std::uint32_t code_point_at(const std::byte* bytes, ByteOrder order) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[order == ByteOrder::big ? i : 3 - i]);
  }
  return value;
}

}  // namespace

AnyArray::AnyArray() noexcept : elements_{Shape{0}, Strides{8}, nullptr, nullptr} {}

AnyArray::AnyArray(Dtype dtype, npy::StridedBytes elements) : dtype_(std::move(dtype)), elements_(std::move(elements)) {
  if (dtype_.has_object()) throw std::invalid_argument("object arrays are pickles");
  if (dtype_.kind == Kind::subarray) throw std::invalid_argument("a sub-array cannot be the dtype of an array");
  if (elements_.shape.size() != elements_.strides.size() || !checked_product(elements_.shape)) {
    throw std::invalid_argument("shape and strides do not fit");
  }
}

Result<AnyArray> AnyArray::from_payload(const Payload& payload) {
  auto header = npy::read_header(payload.bytes);
  if (!header) return header.error();
  if (header->dtype.has_object()) return Error{"object arrays are pickles"};
  const auto size = header->data_size();
  if (!size) return size.error();
  const std::size_t rest = payload.bytes.size() - header->data_offset;
  if (*size != rest) {
    return Error{fmt::format("{} of shape {} has {} bytes of data, but {} bytes follow the header",
                             header->dtype.text(), to_text(header->shape), *size, rest)};
  }
  AnyArray array;
  array.dtype_ = std::move(header->dtype);
  const auto order = header->fortran_order ? MemoryOrder::column_major : MemoryOrder::row_major;
  array.elements_.strides = dense_strides(header->shape, order, static_cast<std::ptrdiff_t>(array.dtype_.itemsize));
  array.elements_.shape = std::move(header->shape);
  if (payload.owner || rest == 0) {
    array.elements_.data = payload.bytes.data() + header->data_offset;
    array.elements_.owner = payload.owner;
  } else {
    std::shared_ptr<std::byte> copy(static_cast<std::byte*>(std::malloc(rest)), &std::free);
    if (!copy) return Error{fmt::format("no memory for a copy of {} bytes", rest)};
    std::memcpy(copy.get(), payload.bytes.data() + header->data_offset, rest);
    array.elements_.data = copy.get();
    array.elements_.owner = std::move(copy);
  }
  return array;
}

bool AnyArray::is_contiguous() const noexcept {
  return is_dense(shape(), strides(), MemoryOrder::row_major, static_cast<std::ptrdiff_t>(dtype_.itemsize));
}

bool AnyArray::is_fortran_contiguous() const noexcept {
  return is_dense(shape(), strides(), MemoryOrder::column_major, static_cast<std::ptrdiff_t>(dtype_.itemsize));
}

std::span<const std::byte> AnyArray::bytes() const {
  if (!is_contiguous() && !is_fortran_contiguous()) throw std::logic_error("bytes() of an array that is not dense");
  return {data(), size() * dtype_.itemsize};
}

std::span<const std::byte> AnyArray::element(std::size_t index) const {
  if (index >= size())
    throw std::out_of_range(fmt::format("element {} of an array of shape {}", index, to_text(shape())));
  const std::byte* element = data();
  for (std::size_t axis = rank(); axis-- > 0;) {
    element += static_cast<std::ptrdiff_t>(index % shape()[axis]) * strides()[axis];
    index /= shape()[axis];
  }
  return {element, dtype_.itemsize};
}

Result<std::string> AnyArray::text(std::size_t index) const {
  const auto bytes = element(index);
  if (dtype_.kind == Kind::bytes) {
    std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    text.erase(text.find_last_not_of('\0') + 1);
    return text;
  }
  if (dtype_.kind != Kind::text) return Error{fmt::format("{} is not text", dtype_.text())};
  std::size_t length = bytes.size() / 4;
  while (length > 0 && code_point_at(bytes.data() + (length - 1) * 4, dtype_.order) == 0) --length;
  std::string text;
  for (std::size_t i = 0; i < length; ++i) {
    const std::uint32_t c = code_point_at(bytes.data() + i * 4, dtype_.order);
    if (c > text::max_code_point || (c >= 0xD800 && c <= 0xDFFF))
      return Error{fmt::format("U+{:04X} is not a character", c)};
    text::append_utf8(text, c);
  }
  return text;
}

Result<AnyArray> AnyArray::field(std::string_view name) const {
  const npy::Field* field = dtype_.field(name);
  if (!field) return Error{fmt::format("{} has no field {}", dtype_.text(), text::python_repr(name))};
  npy::StridedBytes view = elements_;
  if (view.data && size() > 0) view.data += field->offset;
  Dtype dtype = field->dtype;
  while (dtype.kind == Kind::subarray) {
    const Strides inner =
        dense_strides(dtype.shape, MemoryOrder::row_major, static_cast<std::ptrdiff_t>(dtype.base->itemsize));
    for (const std::size_t extent : dtype.shape) view.shape.push_back(extent);
    for (const std::ptrdiff_t stride : inner) view.strides.push_back(stride);
    Dtype base = *dtype.base;
    dtype = std::move(base);
  }
  if (!checked_product(view.shape))
    return Error{fmt::format("the field {} has too many elements", text::python_repr(name))};
  AnyArray array;
  array.dtype_ = std::move(dtype);
  array.elements_ = std::move(view);
  return array;
}

}  // namespace cache_on_disk
