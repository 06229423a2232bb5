#include "npy/descr.hpp"

#include <fmt/format.h>

#include "cache_on_disk/detail/npy/header.hpp"
#include "npy/type_string.hpp"

namespace cache_on_disk::npy {
namespace {

using LiteralKind = Literal::Kind;

// descr   = type string | fields | ( base, shape )     the last only inside fields
// fields  = '[' field* ']'
// field   = ( name, descr ) | ( name, descr, shape )   or the same as a list
// name    = text | ( title, text )                     title: text or None
// shape   = number | tuple or list of numbers
Result<Dtype> from_descr(const Literal& descr, std::size_t depth);

// A shape of none is not a sub-array.
Result<Dtype> with_shape(Dtype base, const Literal& shape) {
  if (shape.kind == LiteralKind::integer) {
    if (shape.integer < 0) return Error{"a field has a negative shape"};
    return Dtype::subarray(std::move(base), Shape{static_cast<std::size_t>(shape.integer)});
  }
  if (shape.kind != LiteralKind::tuple && shape.kind != LiteralKind::list)
    return Error{"a field has a shape that is not a tuple"};
  auto extents = shape_from_literal(shape, max_rank_read, "the shape of a field");
  if (!extents) return extents.error();
  if (extents->empty()) return base;
  return Dtype::subarray(std::move(base), *std::move(extents));
}

struct Names {
  std::string name;
  std::optional<std::string> title;
  bool padding_name = false;
};

Result<Names> names_of(const Literal& literal) {
  if (literal.kind == LiteralKind::text) return Names{literal.text, std::nullopt, literal.text.empty()};
  if (literal.kind != LiteralKind::tuple || literal.items.size() != 2 || literal.items[1].kind != LiteralKind::text) {
    return Error{"the name of a field is neither text nor a (title, name)"};
  }
  const Literal& title = literal.items[0];
  if (title.kind == LiteralKind::none) return Names{literal.items[1].text, std::nullopt};
  if (title.kind != LiteralKind::text) return Error{"the title of a field is not text"};
  return Names{literal.items[1].text, title.text};
}

Result<Dtype> from_fields(const Literal& list, std::size_t depth) {
  if (depth >= max_dtype_nesting) return Error{"structures are nested too deeply"};
  if (list.items.size() > max_fields) return Error{"a structure has too many fields"};
  std::vector<Field> fields;
  std::uint64_t offset = 0;
  for (const Literal& item : list.items) {
    const bool pair = item.kind == LiteralKind::tuple || item.kind == LiteralKind::list;
    if (!pair || item.items.size() < 2 || item.items.size() > 3)
      return Error{"a field is not (name, descr) or (name, descr, shape)"};
    auto names = names_of(item.items[0]);
    if (!names) return names.error();
    auto dtype = from_descr(item.items[1], depth + 1);
    if (dtype && item.items.size() == 3) dtype = with_shape(*std::move(dtype), item.items[2]);
    if (!dtype) return dtype;
    const std::uint64_t end = offset + dtype->itemsize;
    if (end > max_itemsize) return Error{"a structure is larger than an element may be"};
    // A gap between fields is written as a raw field without a name. NumPy takes a sub-array for one as well.
    const bool padding = names->padding_name && (dtype->kind == Kind::raw || dtype->kind == Kind::subarray);
    if (!padding) {
      fields.push_back(
          {std::move(names->name), std::move(names->title), static_cast<std::uint32_t>(offset), *std::move(dtype)});
    }
    offset = end;
  }
  return Dtype::structure(std::move(fields), offset);
}

Result<Dtype> from_descr(const Literal& descr, std::size_t depth) {
  if (descr.kind == LiteralKind::text) return parse_type_string(descr.text);
  if (descr.kind == LiteralKind::list) return from_fields(descr, depth);
  if (descr.kind != LiteralKind::tuple) return Error{"a descr is neither a type string nor a list of fields"};
  if (descr.items.size() != 2) return Error{"a descr is a tuple, but not (descr, shape)"};
  if (depth >= max_dtype_nesting) return Error{"structures are nested too deeply"};
  auto base = from_descr(descr.items[0], depth + 1);
  if (!base) return base;
  return with_shape(*std::move(base), descr.items[1]);
}

}  // namespace

Result<Dtype> dtype_from_descr(const Literal& descr) {
  if (descr.kind == LiteralKind::tuple) return Error{"the descr is a sub-array, which has no elements to load"};
  auto dtype = from_descr(descr, 0);
  if (dtype && dtype->kind == Kind::subarray) return Error{"the descr is a sub-array, which has no elements to load"};
  return dtype;
}

Result<Shape> shape_from_literal(const Literal& tuple, std::size_t most, const char* what) {
  if (tuple.items.size() > most) return Error{fmt::format("{} has more than {} dimensions", what, most)};
  Shape shape;
  for (const Literal& extent : tuple.items) {
    if (extent.kind != LiteralKind::integer)
      return Error{fmt::format("{} contains something other than integers", what)};
    if (extent.integer < 0) return Error{fmt::format("{} is negative", what)};
    shape.push_back(static_cast<std::size_t>(extent.integer));
  }
  return shape;
}

}  // namespace cache_on_disk::npy
