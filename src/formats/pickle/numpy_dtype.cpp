// numpy.dtype in pickles: what it is called with, and the state that it is given.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "cache_on_disk/detail/npy/header.hpp"
#include "npy/descr.hpp"
#include "npy/literal.hpp"
#include "npy/type_string.hpp"
#include "pickle/build_context.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::pickle {
namespace {

using npy::ByteOrder;
using npy::Kind;
using npy::Literal;

// The two together bound what a dtype can be: copies of one within others are charged by their size.
constexpr std::uint64_t bytes_per_field = 128;

std::uint64_t weight(const Dtype& dtype) {
  std::uint64_t sum = 1;
  if (dtype.base) sum += weight(*dtype.base);
  for (const npy::Field& field : dtype.fields) sum += weight(field.dtype) + field.name.size() / bytes_per_field;
  return sum;
}

std::size_t nesting(const Dtype& dtype) {
  std::size_t deepest = dtype.base ? nesting(*dtype.base) : 0;
  for (const npy::Field& field : dtype.fields) deepest = std::max(deepest, nesting(field.dtype));
  return deepest + 1;
}

// A descr written as a list, as a literal. Recursion is bounded by `depth`.
std::optional<Literal> to_literal(BuildContext& context, Node node, std::size_t depth) {
  if (depth > npy::max_literal_nesting) return context.refuse("has a dtype nested too deeply");
  if (!context.charge(sizeof(Literal))) return std::nullopt;
  Literal literal;
  switch (node.kind()) {
    case ValueKind::none:
      return literal;
    case ValueKind::integer:
      literal.kind = Literal::Kind::integer;
      if (node.size() != 0) return context.refuse("has a dtype with a number beyond 64 bits");
      literal.integer = *context.int_of(node);
      return literal;
    case ValueKind::text:
      literal.kind = Literal::Kind::text;
      if (!context.charge(node.size())) return std::nullopt;
      literal.text = context.text_of(node);
      return literal;
    case ValueKind::global: {
      const auto dtype = make_dtype(context, node);
      if (!dtype) return std::nullopt;
      literal.kind = Literal::Kind::text;
      literal.text = dtype->text();
      return literal;
    }
    case ValueKind::list:
    case ValueKind::tuple:
      literal.kind = node.kind() == ValueKind::list ? Literal::Kind::list : Literal::Kind::tuple;
      for (const Node& child : context.children(node)) {
        auto item = to_literal(context, child, depth + 1);
        if (!item) return std::nullopt;
        literal.items.push_back(*std::move(item));
      }
      return literal;
    default:
      return context.refuse("has a dtype that cannot be read");
  }
}

std::optional<Dtype> of_global(BuildContext& context, Node node) {
  switch (context.global_of(node)) {
    case Global::boolean:
      return Dtype::of({Kind::boolean, 1, {}});
    case Global::integer:
      return Dtype::of({Kind::signed_integer, 8, {}});
    case Global::floating:
      return Dtype::of({Kind::floating, 8, {}});
    case Global::complex:
      return Dtype::of({Kind::complex, 16, {}});
    case Global::object:
      return Dtype::of({Kind::object, 8, {}});
    case Global::bytes:
      return Dtype::of({Kind::bytes, 0, {}});
    case Global::text:
      return Dtype::of({Kind::text, 0, {}});
    case Global::numpy_record:
      return Dtype::of({Kind::raw, 0, {}});
    case Global::numpy_type: {
      auto dtype = npy::parse_type_string(context.view(node).name());
      if (!dtype) return context.refuse(dtype.error().message);
      return *std::move(dtype);
    }
    default:
      return context.refuse("has a dtype that cannot be read");
  }
}

std::optional<std::string> name_of(BuildContext& context, Node node) {
  if (node.kind() == ValueKind::text) return std::string(context.text_of(node));
  if (node.kind() == ValueKind::bytes) return text::from_latin1(context.text_of(node));
  return std::nullopt;
}

std::optional<npy::Field> make_field(BuildContext& context, Node name, Node fields) {
  // Looked for among all fields; the whole state is charged for that by its caller.
  const auto entries = context.children(fields);
  for (std::size_t i = 0; i + 1 < entries.size(); i += 2) {
    if (entries[i].kind() != name.kind() || context.text_of(entries[i]) != context.text_of(name)) continue;
    if (entries[i + 1].kind() != ValueKind::tuple) break;
    const auto parts = context.children(entries[i + 1]);
    if (parts.size() < 2 || parts.size() > 3 || parts[0].kind() != ValueKind::dtype) break;
    const auto offset = context.int_of(parts[1]);
    if (!offset || *offset < 0 || *offset > static_cast<std::int64_t>(npy::max_itemsize)) break;
    npy::Field field;
    field.name = *name_of(context, name);
    field.offset = static_cast<std::uint32_t>(*offset);
    if (parts.size() == 3 && !parts[2].is_none()) {
      field.title = name_of(context, parts[2]);
      if (!field.title) break;
    }
    const auto place = static_cast<std::size_t>(parts[0].word());
    if (!context.charge(weight(context.document.dtypes[place]) * bytes_per_field)) return std::nullopt;
    field.dtype = context.document.dtypes[place];
    return field;
  }
  return context.refuse("gives a dtype fields that cannot be read");
}

std::optional<Dtype> structure(BuildContext& context, Node names, Node fields, std::int64_t itemsize) {
  if (names.kind() != ValueKind::tuple || !is_mapping_kind(fields.kind()) || itemsize < 0)
    return context.refuse("gives a dtype fields that cannot be read");
  const std::size_t count = context.children(names).size();
  if (count > npy::max_fields) return context.refuse("gives a dtype too many fields");
  // Fields are looked up one by one: usually there are few, and many are charged as the square that they
  // cost.
  if (!context.charge(std::uint64_t{count} * context.children(fields).size() / 16)) return std::nullopt;
  std::vector<npy::Field> made;
  for (std::size_t i = 0; i < count; ++i) {
    const Node name = context.children(names)[i];
    if (!name_of(context, name)) return context.refuse("gives a dtype fields that cannot be read");
    auto field = make_field(context, name, fields);
    if (!field) return std::nullopt;
    made.push_back(*std::move(field));
  }
  auto dtype = Dtype::structure(std::move(made), static_cast<std::uint64_t>(itemsize));
  if (!dtype) return context.refuse(dtype.error().message);
  return *std::move(dtype);
}

std::optional<Dtype> subarray(BuildContext& context, Node state) {
  const bool pair = state.kind() == ValueKind::tuple && context.children(state).size() == 2 &&
                    context.children(state)[0].kind() == ValueKind::dtype;
  if (!pair) return context.refuse("gives a dtype a sub-array that cannot be read");
  auto shape = shape_of(context, context.children(state)[1]);
  if (!shape) return std::nullopt;
  const auto place = static_cast<std::size_t>(context.children(state)[0].word());
  if (!context.charge(weight(context.document.dtypes[place]) * bytes_per_field)) return std::nullopt;
  if (shape->empty()) return context.document.dtypes[place];
  auto dtype = Dtype::subarray(context.document.dtypes[place], *std::move(shape));
  if (!dtype) return context.refuse(dtype.error().message);
  return *std::move(dtype);
}

// metadata = (anything, (unit, multiplier, denominator, event))
bool set_unit(BuildContext& context, Dtype& dtype, Node metadata) {
  constexpr std::string_view reason = "gives a dtype a unit of time that cannot be read";
  if (metadata.kind() != ValueKind::tuple || context.children(metadata).size() != 2) return context.fail(reason);
  const Node unit = context.children(metadata)[1];
  if (unit.kind() != ValueKind::tuple || context.children(unit).size() < 2) return context.fail(reason);
  const auto name = name_of(context, context.children(unit)[0]);
  const auto multiplier = context.int_of(context.children(unit)[1]);
  if (!name || !multiplier || *multiplier < 1 || *multiplier > std::numeric_limits<std::int32_t>::max())
    return context.fail(reason);
  auto parsed = npy::DatetimeUnit::parse(fmt::format("[{}{}]", *multiplier, *name));
  if (*name == "generic") parsed = npy::DatetimeUnit{};
  if (!parsed) return context.fail(reason);
  dtype.unit = *parsed;
  return true;
}

}  // namespace

bool charge_copy(BuildContext& context, const Dtype& dtype) {
  return context.charge((weight(dtype) - 1) * bytes_per_field);
}

std::optional<Shape> shape_of(BuildContext& context, Node node) {
  Shape shape;
  const auto add = [&](Node extent) {
    const auto number = context.int_of(extent);
    if (!number || *number < 0) return context.fail("has a shape that is not a list of sizes");
    shape.push_back(static_cast<std::size_t>(*number));
    return true;
  };
  if (node.kind() == ValueKind::integer) {
    if (!add(node)) return std::nullopt;
    return shape;
  }
  if (node.kind() != ValueKind::tuple && node.kind() != ValueKind::list)
    return context.refuse("has a shape that is not a list of sizes");
  if (context.children(node).size() > npy::max_rank_read) return context.refuse("has more than 64 dimensions");
  for (const Node& extent : context.children(node))
    if (!add(extent)) return std::nullopt;
  return shape;
}

std::optional<Dtype> make_dtype(BuildContext& context, Node argument) {
  switch (argument.kind()) {
    case ValueKind::dtype: {
      const Dtype& dtype = context.document.dtypes[static_cast<std::size_t>(argument.word())];
      if (!charge_copy(context, dtype)) return std::nullopt;
      return dtype;
    }
    case ValueKind::global:
      return of_global(context, argument);
    case ValueKind::text:
    case ValueKind::bytes: {
      if (!context.charge(argument.size() * 16)) return std::nullopt;
      auto dtype = npy::parse_type_string(context.text_of(argument));
      if (!dtype) return context.refuse(dtype.error().message);
      return *std::move(dtype);
    }
    case ValueKind::tuple: {
      // (numpy.record, dtype): the elements of a recarray
      const auto parts = context.children(argument);
      if (parts.size() == 2 && context.global_of(parts[0]) == Global::numpy_record &&
          parts[1].kind() != ValueKind::tuple)
        return make_dtype(context, parts[1]);
      return context.refuse("has a dtype that cannot be read");
    }
    case ValueKind::list: {
      const auto literal = to_literal(context, argument, 0);
      if (!literal) return std::nullopt;
      auto dtype = npy::dtype_from_descr(*literal);
      if (!dtype) return context.refuse(dtype.error().message);
      return *std::move(dtype);
    }
    default:
      return context.refuse("has a dtype that cannot be read");
  }
}

// state = ([version,] order, subdtype, [names,] fields, itemsize, alignment [, flags [, metadata]])
std::optional<Dtype> dtype_with_state(BuildContext& context, const Dtype& dtype, std::span<const Node> state) {
  constexpr std::string_view reason = "gives a dtype a state that cannot be read";
  if (state.size() < 5 || state.size() > 9) return context.refuse(reason);
  const std::size_t first = state.size() == 5 ? 0 : 1;
  const bool has_names = state.size() >= 7;
  const Node order = state[first], subdtype = state[first + 1];
  const Node names = has_names ? state[first + 2] : Node();
  const Node fields = state[first + (has_names ? 3 : 2)];
  const auto itemsize = context.int_of(state[first + (has_names ? 4 : 3)]);
  const auto letter = name_of(context, order);
  if (!letter || letter->size() != 1 || !itemsize) return context.refuse(reason);

  if (!subdtype.is_none()) {
    auto made = subarray(context, subdtype);
    if (made && nesting(*made) > npy::max_dtype_nesting) return context.refuse("nests dtypes too deeply");
    return made;
  }
  if (!names.is_none() || !fields.is_none()) {
    auto made = structure(context, names, fields, *itemsize);
    if (made && nesting(*made) > npy::max_dtype_nesting) return context.refuse("nests dtypes too deeply");
    return made;
  }
  Dtype made = dtype;
  if (made.order != ByteOrder::none) {
    if (*letter == "<")
      made.order = ByteOrder::little;
    else if (*letter == ">")
      made.order = ByteOrder::big;
    else if (*letter == "=")
      made.order = npy::native_order;
    else if (*letter != "|")
      return context.refuse(reason);
  }
  if (made.kind == Kind::bytes || made.kind == Kind::text || made.kind == Kind::raw) {
    const std::int64_t unit = made.kind == Kind::text ? 4 : 1;
    if (*itemsize < 0 || *itemsize > static_cast<std::int64_t>(npy::max_itemsize) || *itemsize % unit != 0)
      return context.refuse(reason);
    made.itemsize = static_cast<std::uint32_t>(*itemsize);
  }
  const bool timed = made.kind == Kind::datetime || made.kind == Kind::timedelta;
  if (timed && state.size() == 9 && !set_unit(context, made, state[8])) return std::nullopt;
  return made;
}

}  // namespace cache_on_disk::pickle
