#include "payload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "attack.hpp"
#include "cache_on_disk/detail/pickle/value_codec.hpp"
#include "print/repr_parts.hpp"
#include "store/copy.hpp"
#include "store/judge.hpp"
#include "value/qualified_name.hpp"

namespace cache_on_disk::tool {
namespace {

// Reading a pickle up to this size costs no more than opening the file.
constexpr std::uint64_t largest_parsed = std::uint64_t{64} << 10;

PayloadType type_of_npy(const entry::ReadAt& read, std::uint64_t size) {
  for (std::size_t room = 512;; room *= 16) {
    std::vector<std::byte> head(static_cast<std::size_t>(std::min<std::uint64_t>(room, size)));
    if (!read(head, 0)) return {"?", {}};
    if (const auto header = npy::read_header(head)) return {dtype_name(header->dtype), header->shape};
    if (room > npy::max_header_size || head.size() == size) return {"?", {}};
  }
}

}  // namespace

std::string dtype_name(const Dtype& dtype) {
  const bool native = dtype.order == npy::native_order || dtype.order == npy::ByteOrder::none;
  const std::string name = detail::dtype_name(dtype);
  return native && !name.empty() ? name : dtype.text();
}

std::string PayloadType::text() const { return shape ? type + " " + to_text(*shape) : type; }

PayloadType type_of(const entry::TagDirectory& directory, const std::string& name, const entry::Finding& finding) {
  entry::Finding now;
  const entry::OpenedFile opened = entry::open_file(directory, name, now);
  if (!opened.file) return {"?", {}};
  const auto read = entry::reader_of(opened.file.number());
  std::vector<std::byte> magic(static_cast<std::size_t>(std::min<std::uint64_t>(6, finding.payload_size)));
  if (!read(magic, 0)) return {"?", {}};
  if (npy::has_magic(magic)) return type_of_npy(read, finding.payload_size);
  if (finding.payload_size > largest_parsed) return {"pickle", {}};
  std::vector<std::byte> bytes(static_cast<std::size_t>(finding.payload_size));
  if (!read(bytes, 0)) return {"?", {}};
  const auto value = read_value({bytes, nullptr});
  if (!value) return {"pickle", {}};
  if (const auto array = value->as_array(); array && value->kind() == ValueKind::array)
    return {dtype_name(array->dtype()), array->shape()};
  if (value->kind() == ValueKind::object) {
    // A member of an enumeration, or of what class it is.
    if (const auto member = detail::qualified_name(*value)) return {member->text(), {}};
    if (const auto maker = detail::qualified_name(value->callable())) return {maker->text(), {}};
  }
  return {std::string(type_name(value->kind())), {}};
}

Result<Value> value_of(const entry::Finding& finding) {
  auto value = read_value(finding.payload);
  if (!value) return value;
  if (const auto attack = attack_in(*value))
    return Error{fmt::format("this pickle is an attack, not a value: when Python reads it, it would run {}", *attack)};
  return value;
}

}  // namespace cache_on_disk::tool
