#include "value/document.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

#include "text/integers.hpp"

namespace cache_on_disk::detail {
namespace {

constexpr std::size_t first_chunk = 1024;
constexpr std::size_t large_chunk = std::size_t{1} << 20;
constexpr std::size_t most_children = std::numeric_limits<std::uint32_t>::max();

// Where the next children go. The pool holds 2^32 nodes, 64 GiB.
std::uint32_t next_place(const PodVector<Node>& pool) {
  if (pool.size() > most_children) throw std::length_error("a value has too many parts");
  return static_cast<std::uint32_t>(pool.size());
}

}  // namespace

bool is_mapping_kind(ValueKind kind) noexcept { return kind >= ValueKind::dict && kind <= ValueKind::counter; }

bool is_mutable_container(ValueKind kind) noexcept {
  return kind == ValueKind::list || kind == ValueKind::set || kind == ValueKind::deque || is_mapping_kind(kind);
}

bool has_record(ValueKind kind) noexcept {
  switch (kind) {
    case ValueKind::range:
    case ValueKind::slice:
    case ValueKind::time:
    case ValueKind::datetime:
    case ValueKind::timezone:
    case ValueKind::array:
    case ValueKind::object_array:
    case ValueKind::masked_array:
    case ValueKind::object:
      return true;
    default:
      return kind >= ValueKind::list && kind <= ValueKind::counter;
  }
}

char* TextArena::allocate(std::size_t size) {
  if (size > left_) {
    // Chunks grow with what is used, so that a small document stays small.
    std::size_t chunk = first_chunk << std::min<std::size_t>(chunks_.size(), 10);
    chunk = std::min(chunk, large_chunk);
    if (size > chunk / 2) {  // of its own, and the rest of the chunk in use stays in use
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
      return chunks_.back().get();
    }
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk));
    next_ = chunks_.back().get();
    left_ = chunk;
  }
  char* result = next_;
  next_ += size;
  left_ -= size;
  return result;
}

std::string_view TextArena::copy(std::string_view source) {
  char* target = allocate(source.size());
  std::copy(source.begin(), source.end(), target);
  return {target, source.size()};
}

// A document made in C++ may own others, and these more: they are taken apart one after the other here, since
// each taking apart the next would need as much stack as they are deep.
Document::~Document() {
  thread_local std::vector<Value>* doomed = nullptr;
  if (links.empty()) return;
  if (doomed != nullptr) {
    for (Value& value : links) doomed->push_back(std::move(value));
    return;
  }
  std::vector<Value> mine = std::move(links);
  doomed = &mine;
  while (!mine.empty()) {
    const Value last = std::move(mine.back());
    mine.pop_back();
  }
  doomed = nullptr;
}

Node Document::make_empty(ValueKind kind, std::size_t size) {
  if (size > most_children || records.size() >= most_children) throw std::length_error("a value has too many parts");
  Record fresh;
  fresh.kind = kind;
  fresh.first = next_place(pool);
  fresh.size = fresh.capacity = static_cast<std::uint32_t>(size);
  Node* children = pool.extend(size);
  std::fill_n(children, size, Node());
  records.push_back(fresh);
  return {kind, 0, records.size() - 1};
}

Node Document::make(ValueKind kind, std::span<const Node> children, std::uint8_t flag) {
  if (children.size() > most_children || records.size() >= most_children)
    throw std::length_error("a value has too many parts");
  Record fresh;
  fresh.kind = kind;
  for (const Node& child : children) fresh.depth = std::max(fresh.depth, depth_of(child) + 1);
  if (kind == ValueKind::tuple) {
    for (const Node& child : children)
      if (!is_hashable(child)) flag = 1;
  }
  fresh.flag = flag;
  fresh.size = fresh.capacity = static_cast<std::uint32_t>(children.size());
  // The pool may move while it grows, and the children with it.
  const bool inside = !children.empty() && children.data() >= pool.begin() && children.data() < pool.end();
  const std::size_t from = inside ? static_cast<std::size_t>(children.data() - pool.begin()) : 0;
  fresh.first = next_place(pool);
  Node* target = pool.extend(children.size());
  std::copy_n(inside ? pool.data() + from : children.data(), children.size(), target);
  records.push_back(fresh);
  Node node(kind, 0, records.size() - 1);
  node.set_flag(flag);
  return node;
}

bool Document::append(std::uint32_t number, std::span<const Node> children) {
  Record& record = records[number];
  const std::size_t size = std::size_t{record.size} + children.size();
  if (size > most_children) return false;
  if (size > record.capacity) {
    const bool last = std::size_t{record.first} + record.capacity == pool.size() && record.capacity > 0;
    if (last) {
      pool.extend(size - record.capacity);
      record.capacity = static_cast<std::uint32_t>(size);
    } else {
      // A container that is filled in several goes moves to a larger place each time it is full.
      const std::size_t room =
          record.size == 0 ? size : std::min(std::max(size, std::size_t{2} * record.size), most_children);
      const std::uint32_t place = next_place(pool);
      pool.extend(room);
      std::copy_n(pool.data() + record.first, record.size, pool.data() + place);
      record.first = place;
      record.capacity = static_cast<std::uint32_t>(room);
    }
  }
  std::copy(children.begin(), children.end(), pool.data() + record.first + record.size);
  record.size = static_cast<std::uint32_t>(size);
  for (const Node& child : children) record.depth = std::max(record.depth, depth_of(child) + 1);
  return true;
}

Node Document::make_complex(std::complex<double> value) {
  const std::array<double, 2> parts{value.real(), value.imag()};
  char* place = text.allocate(sizeof(parts));
  std::copy_n(reinterpret_cast<const char*>(parts.data()), sizeof(parts), place);
  return Node::text(ValueKind::complex, place, sizeof(parts));
}

Node Document::make_timedelta(const PythonTimedelta& value) {
  char* place = text.allocate(sizeof(value));
  std::copy_n(reinterpret_cast<const char*>(&value), sizeof(value), place);
  return Node::text(ValueKind::timedelta, place, sizeof(value));
}

Node Document::make_integer(std::string_view bytes) noexcept {
  bytes = text::shortest_integer(bytes);
  if (bytes.size() <= 8) return Node::integer(text::small_integer(bytes));
  return Node::text(ValueKind::integer, bytes.data(), bytes.size());
}

Node Document::make_unsigned(std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return Node::integer(static_cast<std::int64_t>(value));
  char* place = text.allocate(9);
  for (std::size_t i = 0; i < 8; ++i) place[i] = static_cast<char>(value >> (8 * i) & 0xff);
  place[8] = 0;
  return make_integer({place, 9});
}

Node Document::make_global(std::string_view module, std::string_view name, std::uint8_t flag) {
  globals.push_back({module, name});
  Node node(ValueKind::global, 0, globals.size() - 1);
  node.set_flag(flag);
  return node;
}

Node Document::make_array(std::shared_ptr<const AnyArray> array) {
  const Node node = make_empty(ValueKind::array, 0);
  arrays.push_back(std::move(array));
  record(node).first = static_cast<std::uint32_t>(arrays.size() - 1);
  return node;
}

Node Document::make_masked(MaskedArray array, Node fill_value) {
  const Node node = make_empty(ValueKind::masked_array, 0);
  masked_arrays.push_back(std::move(array));
  record(node).first = static_cast<std::uint32_t>(masked_arrays.size() - 1);
  set_attribute(static_cast<std::uint32_t>(node.word()), fill_value);
  return node;
}

Node Document::make_dtype(Dtype dtype) {
  dtypes.push_back(std::move(dtype));
  return {ValueKind::dtype, 0, dtypes.size() - 1};
}

Node Document::make_link(Value value) {
  links.push_back(std::move(value));
  return {link_kind, 0, links.size() - 1};
}

void Document::set_attribute(std::uint32_t number, Node attribute) {
  attributes.push_back(attribute);
  records[number].extra = static_cast<std::uint32_t>(attributes.size() - 1);
}

void Document::set_shape(std::uint32_t number, Shape shape) {
  shapes.push_back(std::move(shape));
  records[number].extra = static_cast<std::uint32_t>(shapes.size() - 1);
}

bool Document::is_hashable(Node node) const noexcept {
  if (node.kind() == link_kind) {
    const Value& value = links[static_cast<std::size_t>(node.word())];
    return ValueAccess::document(value) == nullptr ||
           ValueAccess::document(value)->is_hashable(ValueAccess::node(value));
  }
  switch (node.kind()) {
    case ValueKind::bytearray:
    case ValueKind::slice:
    case ValueKind::array:
    case ValueKind::object_array:
    case ValueKind::masked_array:
      return false;
    case ValueKind::tuple:
      return node.flag() == 0;
    default:
      return !is_mutable_container(node.kind());
  }
}

ValueView ValueAccess::view(const Document* document, Node node) noexcept {
  if (node.kind() == link_kind) return document->links[static_cast<std::size_t>(node.word())];
  return {document, node};
}

}  // namespace cache_on_disk::detail
