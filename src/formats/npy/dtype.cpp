#include "cache_on_disk/dtype.hpp"

#include <fmt/format.h>

#include <unordered_set>
#include <utility>

#include "npy/descr.hpp"
#include "npy/literal.hpp"
#include "npy/type_string.hpp"
#include "text/python_text.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::npy {
namespace {

bool has_order(Kind kind, std::uint32_t itemsize) {
  switch (kind) {
    case Kind::text:
    case Kind::datetime:
    case Kind::timedelta:
      return true;
    case Kind::signed_integer:
    case Kind::unsigned_integer:
    case Kind::floating:
    case Kind::complex:
      return itemsize > 1;
    default:
      return false;
  }
}

// "<f8": for everything but structures and sub-arrays.
std::string type_string(const Dtype& dtype) {
  const auto order = static_cast<char>(dtype.order);
  const auto letter = static_cast<char>(dtype.kind);
  if (dtype.kind == Kind::object) return "|O";
  if (dtype.kind == Kind::text) return fmt::format("{}U{}", order, dtype.itemsize / 4);
  return fmt::format("{}{}{}{}", order, letter, dtype.itemsize, dtype.unit.text());
}

// Appends the descr. Fields that lie before the end of the one before them cannot be said: false then, and
// the text goes on without them.
bool append_descr(std::string& out, const Dtype& dtype) {
  if (dtype.kind == Kind::subarray) {
    out += '(';
    const bool said = append_descr(out, *dtype.base);
    out += ", " + to_text(dtype.shape) + ")";
    return said;
  }
  if (dtype.kind != Kind::structure) {
    out += '\'' + type_string(dtype) + '\'';
    return true;
  }
  bool said = true;
  std::uint64_t offset = 0;
  const char* separator = "";
  const auto padding = [&](std::uint64_t up_to) {
    if (up_to > offset) {
      out += fmt::format("{}('', '|V{}')", separator, up_to - offset);
      separator = ", ";
    }
    said = said && up_to >= offset;
    offset = up_to;
  };
  out += '[';
  for (const Field& field : dtype.fields) {
    padding(field.offset);
    out += std::exchange(separator, ", ");
    const std::string name = text::python_repr(field.name);
    out += field.title ? fmt::format("(({}, {}), ", text::python_repr(*field.title), name) : fmt::format("({}, ", name);
    const bool array = field.dtype.kind == Kind::subarray;
    said = append_descr(out, array ? *field.dtype.base : field.dtype) && said;
    if (array) out += ", " + to_text(field.dtype.shape);
    out += ')';
    offset += field.dtype.itemsize;
  }
  padding(dtype.itemsize);
  out += ']';
  return said;
}

}  // namespace

Result<Dtype> Dtype::parse(std::string_view text) {
  const bool literal = text.find_first_of("'\"") != std::string_view::npos || (!text.empty() && text.front() == '[');
  if (!literal) return parse_type_string(text);
  if (!text::is_utf8(text)) return Error{"the descr is not UTF-8"};
  auto parsed = parse_literal(text, LongSuffix::refuse);
  if (!parsed) return parsed.error();
  return dtype_from_descr(*parsed);
}

Dtype Dtype::of(const ElementType& element, ByteOrder order) {
  Dtype dtype;
  dtype.kind = element.kind;
  dtype.itemsize = element.itemsize;
  dtype.unit = element.unit;
  dtype.order = has_order(element.kind, element.itemsize) ? order : ByteOrder::none;
  return dtype;
}

Result<Dtype> Dtype::structure(std::vector<Field> fields, std::uint64_t itemsize) {
  if (itemsize > max_itemsize) return Error{"a structure is larger than an element may be"};
  if (fields.size() > max_fields) return Error{"a structure has too many fields"};
  std::unordered_set<std::string_view> seen;
  for (const Field& field : fields) {
    if (std::uint64_t{field.offset} + field.dtype.itemsize > itemsize) {
      return Error{fmt::format("the field {} reaches beyond its structure", text::python_repr(field.name))};
    }
    if (!seen.insert(field.name).second || (field.title && !seen.insert(*field.title).second)) {
      return Error{fmt::format("the name or title of the field {} occurs twice", text::python_repr(field.name))};
    }
  }
  Dtype dtype;
  dtype.kind = Kind::structure;
  dtype.order = ByteOrder::none;
  dtype.itemsize = static_cast<std::uint32_t>(itemsize);
  dtype.fields = std::move(fields);
  return dtype;
}

Result<Dtype> Dtype::subarray(Dtype base, Shape shape) {
  const auto elements = checked_product(shape);
  const auto size = elements ? checked_multiply(*elements, base.itemsize) : std::nullopt;
  if (!size || *size > max_itemsize || *elements > max_itemsize)
    return Error{"a sub-array is larger than an element may be"};
  // Zero extents leave the product, but not the room for other extents that are out of all proportion.
  for (const std::size_t extent : shape) {
    if (extent > max_itemsize) return Error{"a sub-array is larger than an element may be"};
  }
  Dtype dtype;
  dtype.kind = Kind::subarray;
  dtype.order = ByteOrder::none;
  dtype.itemsize = static_cast<std::uint32_t>(*size);
  dtype.base = std::make_shared<const Dtype>(std::move(base));
  dtype.shape = std::move(shape);
  return dtype;
}

bool Dtype::has_object() const {
  if (kind == Kind::object) return true;
  if (kind == Kind::subarray) return base->has_object();
  for (const Field& each : fields) {
    if (each.dtype.has_object()) return true;
  }
  return false;
}

bool Dtype::holds(const ElementType& element) const {
  return kind == element.kind && itemsize == element.itemsize && unit == element.unit;
}

const Field* Dtype::field(std::string_view name) const {
  for (const Field& each : fields) {
    if (each.name == name || (each.title && *each.title == name)) return &each;
  }
  return nullptr;
}

Result<std::string> Dtype::descr() const {
  std::string out;
  if (!append_descr(out, *this)) return Error{"a structure whose fields overlap or lie out of order has no descr"};
  return out;
}

std::string Dtype::text() const {
  if (kind != Kind::structure && kind != Kind::subarray) return type_string(*this);
  std::string out;
  append_descr(out, *this);
  return out;
}

bool operator==(const Dtype& a, const Dtype& b) {
  const bool same = a.kind == b.kind && a.order == b.order && a.itemsize == b.itemsize && a.unit == b.unit &&
                    a.fields == b.fields && a.shape == b.shape;
  return same && (a.base == b.base || (a.base && b.base && *a.base == *b.base));
}

}  // namespace cache_on_disk::npy
