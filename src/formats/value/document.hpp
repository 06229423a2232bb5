// Document: what owns the nodes of a tree of values. Built once, by a reader or by the functions that make
// Values, and never changed afterwards.
//
// Nodes are sixteen bytes each and lie in one pool; a container is a Record, which says where in the pool its
// children are. So no node owns another, and taking a document apart is freeing a few arrays, whatever the
// tree looks like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/value.hpp"
#include "value/pod_vector.hpp"

namespace cache_on_disk::detail {

/// The children of a node of such a kind lie in its record; word() is the number of the record.
bool has_record(ValueKind kind) noexcept;
/// dict, OrderedDict, defaultdict, Counter: the children are key, value, key, value, ...
bool is_mapping_kind(ValueKind kind) noexcept;
/// Containers into which items can still be put: they have no hash.
bool is_mutable_container(ValueKind kind) noexcept;

/// Where the children of a container are. An array has none: `first` is its place among the arrays.
struct Record {
  std::uint64_t first = 0;     ///< of the pool
  std::uint32_t size = 0;      ///< children in use
  std::uint32_t capacity = 0;  ///< children there is room for
  std::uint32_t depth = 1;     ///< containers within each other, this one included
  std::uint32_t extra = 0;     ///< attribute (place among the attributes, 0: None); of an object array its shape
  ValueKind kind = ValueKind::none;
  std::uint8_t flag = 0;    ///< of the nodes that stand for it
  bool sorted_out = false;  ///< a mapping or set whose repeated keys need not be looked for
};

/// The children of the record of an object.
enum ObjectPart : std::uint8_t { callable, arguments, keywords, state, list_items, dict_items, object_parts };

/// Text and numbers that are in no payload.
class TextArena {
 public:
  /// Room for `size` bytes that stays where it is.
  char* allocate(std::size_t size);
  std::string_view copy(std::string_view text);

 private:
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

struct GlobalName {
  std::string_view module;
  std::string_view name;
};

class Document : public std::enable_shared_from_this<Document> {
 public:
  Document() = default;
  ~Document();
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  // Building

  /// A new container of these children (which may be elements of the pool).
  Node make(ValueKind kind, std::span<const Node> children, std::uint8_t flag = 0);
  /// A new container with room for `size` children, to be filled through children().
  Node make_empty(ValueKind kind, std::size_t size);
  /// Puts more children behind those of a record. False if there would be more than 2^32.
  bool append(std::uint32_t record, std::span<const Node> children);
  Node make_complex(std::complex<double> value);
  Node make_timedelta(const PythonTimedelta& value);
  /// An int from little-endian two's complement; the bytes must outlive the document.
  static Node make_integer(std::string_view two_complement) noexcept;
  Node make_unsigned(std::uint64_t value);
  Node make_global(std::string_view module, std::string_view name, std::uint8_t flag = 0);
  Node make_array(std::shared_ptr<const AnyArray> array);
  Node make_masked(MaskedArray array, Node fill_value);
  Node make_dtype(Dtype dtype);
  Node make_scalar(std::uint32_t dtype, const char* data) const noexcept {
    return {ValueKind::scalar, dtype, reinterpret_cast<std::uintptr_t>(data)};
  }
  Node make_link(Value value);
  void set_attribute(std::uint32_t record, Node attribute);
  void set_shape(std::uint32_t record, Shape shape);
  /// Nested containers from this node downwards.
  std::uint32_t depth_of(Node node) const noexcept {
    return has_record(node.kind()) ? records[static_cast<std::size_t>(node.word())].depth : 0;
  }
  /// Whether Python could use it as a key.
  bool is_hashable(Node node) const noexcept;

  // Looking

  Record& record(Node node) noexcept { return records[static_cast<std::size_t>(node.word())]; }
  const Record& record(Node node) const noexcept { return records[static_cast<std::size_t>(node.word())]; }
  std::span<const Node> children(const Record& record) const noexcept {
    return {pool.data() + record.first, record.size};
  }
  std::span<Node> children(const Record& record) noexcept { return {pool.data() + record.first, record.size}; }
  std::span<const Node> children(Node node) const noexcept { return children(record(node)); }

  PodVector<Node> pool;
  PodVector<Record> records;
  TextArena text;
  std::vector<std::shared_ptr<const AnyArray>> arrays;
  std::vector<MaskedArray> masked_arrays;
  std::vector<Dtype> dtypes;
  std::vector<GlobalName> globals;
  std::vector<Node> attributes{Node()};
  std::vector<Shape> shapes;
  std::vector<Value> links;
  std::shared_ptr<const void> source;  ///< keeps the text of a payload valid
};

/// How the library gets at the inside of a value.
struct ValueAccess {
  static ValueView view(const Document* document, Node node) noexcept;
  static Value own(std::shared_ptr<const Document> document, Node node) noexcept { return {std::move(document), node}; }
  static const Document* document(const ValueView& view) noexcept { return view.document_; }
  static const Node& node(const ValueView& view) noexcept { return view.node_; }
  static const std::shared_ptr<const Document>& owner(const Value& value) noexcept { return value.owner_; }
};

}  // namespace cache_on_disk::detail
