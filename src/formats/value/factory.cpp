#include <algorithm>
#include <stdexcept>

#include "cache_on_disk/value.hpp"
#include "text/utf8.hpp"
#include "value/dates.hpp"
#include "value/dedupe.hpp"
#include "value/document.hpp"

namespace cache_on_disk {
namespace {

using detail::Document;
using detail::Node;
using detail::ValueAccess;

template <class Make>
Value in_new_document(Make make) {
  const auto document = std::make_shared<Document>();
  const Node node = make(*document);
  return ValueAccess::own(document, node);
}

bool fits_in_node(const ValueView& value) {
  const Node& node = ValueAccess::node(value);
  switch (value.kind()) {
    case ValueKind::none:
    case ValueKind::boolean:
    case ValueKind::floating:
    case ValueKind::ellipsis:
    case ValueKind::not_implemented:
      return true;
    case ValueKind::integer:
      return node.size() == 0;
    default:
      return false;
  }
}

// A value as a child in another document: small ones as they are, others by way of their own document.
Node adopt(Document& document, const Value& value) {
  return fits_in_node(value) ? ValueAccess::node(value) : document.make_link(value);
}

Value container(ValueKind kind, std::span<const Value> items) {
  return in_new_document([&](Document& document) {
    std::vector<Node> nodes;
    nodes.reserve(items.size());
    for (const Value& item : items) nodes.push_back(adopt(document, item));
    if (kind == ValueKind::set || kind == ValueKind::frozenset) {
      for (const Node& node : nodes)
        if (!document.is_hashable(node)) throw std::invalid_argument("an item of a set must be hashable");
    }
    const Node made = document.make(kind, nodes);
    if (kind == ValueKind::set || kind == ValueKind::frozenset) {
      detail::Keys keys;
      detail::remove_repeated(document, static_cast<std::uint32_t>(made.word()), keys);
    }
    return made;
  });
}

Value of_bytes(ValueKind kind, std::string_view bytes) {
  return in_new_document([&](Document& document) {
    const std::string_view copy = document.text.copy(bytes);
    return Node::text(kind, copy.data(), copy.size());
  });
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Value timed(ValueKind kind, const std::string& state, const Value& tzinfo) {
  return in_new_document([&](Document& document) {
    const std::string_view copy = document.text.copy(state);
    const Node parts[] = {Node::text(ValueKind::bytes, copy.data(), copy.size()), adopt(document, tzinfo)};
    return document.make(kind, parts);
  });
}

}  // namespace

Value::Value(std::shared_ptr<const Document> owner, Node node) noexcept
    : ValueView(owner.get(), node), owner_(std::move(owner)) {}

Value::Value(const ValueView& view) : ValueView(view) {
  if (document_ != nullptr) owner_ = document_->shared_from_this();
}

Value::Value(Value&& other) noexcept : ValueView(other), owner_(std::move(other.owner_)) {
  static_cast<ValueView&>(other) = ValueView();
}

Value& Value::operator=(Value&& other) noexcept {
  if (this != &other) {
    static_cast<ValueView&>(*this) = other;
    owner_ = std::move(other.owner_);
    static_cast<ValueView&>(other) = ValueView();
  }
  return *this;
}

Value::Value(double value) noexcept : ValueView(nullptr, Node::floating(value)) {}

void Value::set_bool(bool value) noexcept { node_ = {ValueKind::boolean, 0, value ? 1U : 0U}; }
void Value::set_signed(std::int64_t value) noexcept { node_ = Node::integer(value); }
void Value::set_unsigned(std::uint64_t value) {
  *this = in_new_document([&](Document& document) { return document.make_unsigned(value); });
}

Value::Value(std::complex<double> value)
    : Value(in_new_document([&](Document& document) { return document.make_complex(value); })) {}

Value::Value(std::string_view text) : Value(of_bytes(ValueKind::text, text)) {
  if (!text::is_utf8(text, text::Surrogates::pass)) throw std::invalid_argument("a str must be UTF-8");
}

Value::Value(AnyArray array)
    : Value(in_new_document([&](Document& document) {
        return document.make_array(std::make_shared<const AnyArray>(std::move(array)));
      })) {}

Value::Value(MaskedArray array) {
  if (array.data.shape() != array.mask.shape() || array.mask.dtype().kind != npy::Kind::boolean)
    throw std::invalid_argument("the mask of an array is an array of bool of the same shape");
  *this = in_new_document([&](Document& document) { return document.make_masked(std::move(array), Node()); });
}

Value::Value(const PythonDate& date) {
  if (!detail::is_valid(date)) throw std::invalid_argument("there is no such date");
  *this = of_bytes(ValueKind::date, detail::pack(date));
}

Value::Value(const PythonTimedelta& timedelta)
    : Value(in_new_document([&](Document& document) { return document.make_timedelta(timedelta); })) {
  constexpr std::int32_t most_days = 999'999'999;
  const bool normal = timedelta.days >= -most_days && timedelta.days <= most_days && timedelta.seconds >= 0 &&
                      timedelta.seconds < 86400 && timedelta.microseconds >= 0 && timedelta.microseconds < 1'000'000;
  if (!normal) throw std::invalid_argument("a timedelta must be normalised");
}

Value::Value(const PythonTime& time, const Value& tzinfo) {
  if (!detail::is_valid(time)) throw std::invalid_argument("there is no such time");
  *this = timed(ValueKind::time, detail::pack(time), tzinfo);
}

Value::Value(const PythonDatetime& datetime, const Value& tzinfo) {
  if (!detail::is_valid(datetime.date) || !detail::is_valid(datetime.time))
    throw std::invalid_argument("there is no such date and time");
  *this = timed(ValueKind::datetime, detail::pack(datetime), tzinfo);
}

Value Value::integer(std::span<const std::byte> two_complement) {
  return in_new_document(
      [&](Document& document) { return Document::make_integer(document.text.copy(text_of(two_complement))); });
}

Value Value::bytes(std::span<const std::byte> bytes) { return of_bytes(ValueKind::bytes, text_of(bytes)); }
Value Value::bytearray(std::span<const std::byte> bytes) { return of_bytes(ValueKind::bytearray, text_of(bytes)); }
Value Value::list(std::span<const Value> items) { return container(ValueKind::list, items); }
Value Value::tuple(std::span<const Value> items) { return container(ValueKind::tuple, items); }
Value Value::set(std::span<const Value> items) { return container(ValueKind::set, items); }
Value Value::frozenset(std::span<const Value> items) { return container(ValueKind::frozenset, items); }

Value Value::dict(std::span<const Entry> entries) {
  return in_new_document([&](Document& document) {
    std::vector<Node> nodes;
    nodes.reserve(2 * entries.size());
    for (const auto& [key, value] : entries) {
      nodes.push_back(adopt(document, key));
      if (!document.is_hashable(nodes.back())) throw std::invalid_argument("a key of a dict must be hashable");
      nodes.push_back(adopt(document, value));
    }
    const Node made = document.make(ValueKind::dict, nodes);
    detail::Keys keys;
    detail::remove_repeated(document, static_cast<std::uint32_t>(made.word()), keys);
    return made;
  });
}

Value Value::quantity(const AnyArray& array, std::string_view unit) {
  if (!text::is_utf8(unit, text::Surrogates::refuse)) throw std::invalid_argument("a unit must be UTF-8");
  return in_new_document([&](Document& document) {
    const std::string_view copy = document.text.copy(unit);
    std::vector<Node> arguments{document.make_array(std::make_shared<const AnyArray>(array)),
                                Node::text(ValueKind::text, copy.data(), copy.size())};
    // Of integers astropy would make floats.
    if (array.dtype().kind != npy::Kind::floating && array.dtype().kind != npy::Kind::complex)
      arguments.push_back(document.make_dtype(array.dtype()));
    const Node parts[detail::object_parts] = {document.make_global("astropy.units", "Quantity"),
                                              document.make(ValueKind::tuple, arguments),
                                              Node(),
                                              Node(),
                                              Node(),
                                              Node()};
    return document.make(ValueKind::object, parts, 0);
  });
}

Value Value::timezone(const PythonTimedelta& offset) {
  if (!detail::is_less_than_a_day(offset)) throw std::invalid_argument("a timezone is less than a day from UTC");
  return in_new_document([&](Document& document) {
    const Node parts[] = {document.make_timedelta(offset), Node()};
    return document.make(ValueKind::timezone, parts);
  });
}

Value Value::global(std::string_view module, std::string_view name) {
  return in_new_document([&](Document& document) {
    const std::string_view kept_module = document.text.copy(module);
    return document.make_global(kept_module, document.text.copy(name));
  });
}

Value Value::object(Construction construction, const Value& callable, const Value& arguments, const Value& state) {
  if (arguments.kind() != ValueKind::tuple) throw std::invalid_argument("arguments must be a tuple");
  return in_new_document([&](Document& document) {
    const Node parts[detail::object_parts] = {
        adopt(document, callable), adopt(document, arguments), Node(), adopt(document, state), Node(), Node()};
    return document.make(ValueKind::object, parts, construction == Construction::make ? 1 : 0);
  });
}

}  // namespace cache_on_disk
