// `Value`: anything that a Python pickle may hold, as a tree that never runs code.
//
//   Cached<Value> header_;             // whatever Python stored
//   if (const auto gain = header()->at("gain").as_double()) use(*gain);
//   CachedRef<Value> value = header();
//   for (ValueView item : (*value)["modes"].items()) std::cout << repr(item);   // repr.hpp
//
//   Value made = Value::dict({{"gain", 0.5}, {"modes", Value::list({1, 2, 3})}});
//
// A `Value` is a small handle on an immutable document, which owns all nodes of a tree; what Python shares (or ties into a cycle)
// is shared there, too. Copying a handle is cheap, and no operation here recurses: neither depth nor cycles of a tree can overflow
// the machine stack.
//
// Objects of classes unknown to this library are inert: their class, arguments and state can be looked at, and nothing is
// imported or called. docs/values.md has all kinds, and what they are in C++.
#pragma once

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "cache_on_disk/any_array.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/value/value_node.hpp"
#include "cache_on_disk/value_types.hpp"

namespace cache_on_disk {

class Value;
class ValueItems;

/// A look at a value that someone else keeps alive: all questions can be asked of it. As cheap to copy as a `std::string_view`, and
/// as short-lived: it is valid as long as any `Value` of the same document is, and so is what its functions refer to. Make a
/// `Value` of it to keep it. Threads: everything is const, and any number of threads may look at the same value.
class CACHE_ON_DISK_EXPORT ValueView {
 public:
  /// None.
  ValueView() noexcept = default;

  /// What the value is, as Python's type.
  ValueKind kind() const noexcept { return node_.kind(); }
  /// True for None.
  bool is_none() const noexcept { return kind() == ValueKind::none; }
  /// True for a dict, OrderedDict, defaultdict or Counter.
  bool is_mapping() const noexcept;

  // Plain values

  /// The value of a bool or numpy.bool_. Each `as_...` gives nothing for a value of another type; NumPy's scalars count as what
  /// they hold.
  std::optional<bool> as_bool() const noexcept;
  /// An int (never a bool) within range.
  std::optional<std::int64_t> as_int64() const noexcept;
  /// The same of another range.
  std::optional<std::uint64_t> as_uint64() const noexcept;
  /// A float; of NumPy's, those that a double holds exactly (float16, float32, float64). Never an int.
  std::optional<double> as_double() const noexcept;
  /// A complex (complex64 and complex128 of NumPy's). Never a float.
  std::optional<std::complex<double>> as_complex() const noexcept;
  /// A str as UTF-8, in which a lone surrogate stands as its three bytes. Not numpy.str_, see string().
  std::optional<std::string_view> as_text() const noexcept;
  /// A bytes or bytearray.
  std::optional<std::span<const std::byte>> as_bytes() const noexcept;
  /// A str or numpy.str_ as UTF-8; the bytes of a bytes, bytearray or numpy.bytes_.
  std::optional<std::string> string() const;
  /// Any int or bool as little-endian two's complement in as few bytes as show the sign; none for 0.
  std::optional<std::string> integer_bytes() const;

  // Containers

  /// Number of items: of a list, tuple, set, frozenset, deque, mapping, object array (all its elements),
  /// range (3), slice (3); of a str or bytes its bytes; else 0.
  std::size_t size() const noexcept;
  /// True for a size of 0.
  bool empty() const noexcept { return size() == 0; }
  /// The items of a list, tuple, set, frozenset, deque; the keys of a mapping; the elements of an object
  /// array in C order; start, stop and step of a range or slice. Otherwise none.
  ValueItems items() const noexcept;
  /// One of `items()`. Throws `std::out_of_range`.
  ValueView item(std::size_t index) const;
  /// The same.
  template <std::integral Index>  // so that [0] is not a null pointer to text
  ValueView operator[](Index index) const {
    return item(static_cast<std::size_t>(index));
  }
  /// Key and mapped value of a mapping, in the order of insertion. Throws `std::out_of_range`.
  std::pair<ValueView, ValueView> entry(std::size_t index) const;
  /// What a mapping has for a key of text; nothing if it has no such key. Takes time linear in the size of the mapping.
  std::optional<ValueView> find(std::string_view key) const noexcept;
  /// The same, but throws `std::out_of_range`: "no key 'gain'".
  ValueView at(std::string_view key) const;
  /// The same.
  ValueView operator[](std::string_view key) const { return at(key); }
  /// The default_factory of a defaultdict, maxlen of a deque, tzinfo of a time or datetime, name of a
  /// timezone; the built-in class that an object was derived from, in protocols 0 and 1; otherwise None.
  ValueView attribute() const noexcept;

  // NumPy

  /// The array, or the scalar as an array of no dimensions: numbers, text, times, structures. Not objects.
  std::optional<AnyArray> as_array() const;
  /// Of an array, object array, masked array; empty for everything else.
  Shape shape() const;
  /// A numpy.ma.MaskedArray of anything but Python objects.
  std::optional<MaskedArray> as_masked_array() const;
  /// The array and unit of an astropy Quantity, Angle, Longitude, Distance, Magnitude, ...: an object here. Nothing if
  /// its unit has no text (structures of units).
  std::optional<QuantityArray> as_quantity() const;
  /// The dtype of an array, masked array or scalar, or the dtype that the value is.
  const Dtype* dtype() const noexcept;

  // Dates and times of the datetime module

  /// A datetime.date.
  std::optional<PythonDate> as_date() const noexcept;
  /// A datetime.time; the tzinfo is its `attribute()`.
  std::optional<PythonTime> as_time() const noexcept;
  /// A datetime.datetime; the tzinfo is its `attribute()`.
  std::optional<PythonDatetime> as_datetime() const noexcept;
  /// A timedelta; of a timezone its offset from UTC.
  std::optional<PythonTimedelta> as_timedelta() const noexcept;

  // Inert objects and globals

  /// The module of a global, "os", or of the callable of an object if that is a global; else empty.
  std::string_view module() const noexcept;
  /// The name that goes with it: "path.join".
  std::string_view name() const noexcept;
  /// How Python makes the object.
  Construction construction() const noexcept;
  /// What is called, or the class: usually a global. None if this is not an object; so are the following.
  ValueView callable() const noexcept;
  ValueView arguments() const noexcept;   ///< a tuple
  ValueView keywords() const noexcept;    ///< a dict, or None
  ValueView state() const noexcept;       ///< what __setstate__ would get, or None; the attributes, if it is a dict
  ValueView list_items() const noexcept;  ///< a list of what was appended, or None
  ValueView dict_items() const noexcept;  ///< a dict of what was set, or None
  /// An attribute of an object, from its state: a dict, or a tuple of a dict (or None) and a dict of slots.
  std::optional<ValueView> field(std::string_view attribute) const noexcept;

  /// An address that views of the very same object share and no other object of the document has, for finding shared nodes and
  /// cycles. Null for what is small and immutable: None, numbers, empty strings.
  const void* identity() const noexcept;

 private:
  friend class Value;
  friend class ValueItems;
  friend struct detail::ValueAccess;
  ValueView(const detail::Document* document, detail::Node node) noexcept : document_(document), node_(node) {}

  CACHE_ON_DISK_NO_EXPORT ValueView part(std::size_t index) const noexcept;

  const detail::Document* document_ = nullptr;
  detail::Node node_;
};

/// The items of a container, as `ValueView`s: a range with a size and an index. Valid as long as any `Value` of the document is.
class ValueItems {
 public:
  /// An input iterator, as it makes the views it gives.
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = ValueView;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = ValueView;

    iterator() noexcept = default;
    ValueView operator*() const noexcept { return ValueItems::view(document_, *node_); }
    iterator& operator++() noexcept {
      node_ += step_;
      return *this;
    }
    iterator operator++(int) noexcept {
      iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.node_ == b.node_; }

   private:
    friend class ValueItems;
    iterator(const detail::Document* document, const detail::Node* node, std::ptrdiff_t step) noexcept
        : document_(document), node_(node), step_(step) {}
    const detail::Document* document_ = nullptr;
    const detail::Node* node_ = nullptr;
    std::ptrdiff_t step_ = 1;
  };

  /// How many there are.
  std::size_t size() const noexcept { return size_; }
  /// True if there are none.
  bool empty() const noexcept { return size_ == 0; }
  /// One of them; not checked.
  ValueView operator[](std::size_t index) const noexcept {
    return view(document_, first_[static_cast<std::ptrdiff_t>(index) * step_]);
  }
  /// The first, for a loop.
  iterator begin() const noexcept { return {document_, first_, step_}; }
  /// Behind the last.
  iterator end() const noexcept { return {document_, first_ + static_cast<std::ptrdiff_t>(size_) * step_, step_}; }

 private:
  friend class ValueView;
  ValueItems(const detail::Document* document, const detail::Node* first, std::size_t size,
             std::ptrdiff_t step) noexcept
      : document_(document), first_(first), size_(size), step_(step) {}
  static ValueView view(const detail::Document* document, const detail::Node& node) noexcept {
    return node.kind() == detail::link_kind ? linked(document, node) : ValueView(document, node);
  }
  CACHE_ON_DISK_EXPORT static ValueView linked(const detail::Document* document, const detail::Node& node) noexcept;

  const detail::Document* document_;
  const detail::Node* first_;
  std::size_t size_;
  std::ptrdiff_t step_;  // 2 for the keys of a mapping
};

/// A value and its share in the document that it lies in. Immutable; copying and moving are cheap, and a moved-from `Value` is
/// None. Threads: as `std::shared_ptr`.
class CACHE_ON_DISK_EXPORT Value : public ValueView {
 public:
  /// A key and its value, of a dict.
  using Entry = std::pair<Value, Value>;

  /// None.
  Value() noexcept = default;
  /// A share in what the view sees.
  explicit Value(const ValueView& view);

  // Values made in C++.

  /// None.
  Value(std::nullptr_t) noexcept {}
  /// A bool.
  template <std::same_as<bool> T>  // and nothing that only converts to it, such as a pointer
  Value(T value) noexcept {
    set_bool(value);
  }
  /// An int.
  template <std::integral T>
    requires(!std::same_as<T, bool> && sizeof(T) <= 8)
  Value(T value) {
    if constexpr (std::signed_integral<T>)
      set_signed(value);
    else
      set_unsigned(value);
  }
  /// A float.
  Value(double value) noexcept;
  /// A complex.
  Value(std::complex<double> value);
  /// A str. Throws `std::invalid_argument` for what is not UTF-8; lone surrogates pass.
  Value(std::string_view text);
  Value(const std::string& text) : Value(std::string_view(text)) {}
  Value(const char* text) : Value(std::string_view(text)) {}
  /// A numpy.ndarray, on the same buffer.
  Value(AnyArray array);
  template <ArrayElement T>
  Value(const Array<T>& array) : Value(AnyArray(array)) {}
  /// A numpy.ma.MaskedArray. Throws `std::invalid_argument` unless data and mask have one shape, and the mask is of bool.
  Value(MaskedArray array);
  /// A datetime.date.
  Value(const PythonDate& date);
  /// A datetime.timedelta.
  Value(const PythonTimedelta& timedelta);
  /// A datetime.time or datetime.datetime. `tzinfo`: None, a timezone or an object.
  Value(const PythonTime& time, const Value& tzinfo = {});
  Value(const PythonDatetime& datetime, const Value& tzinfo = {});

  /// An int of any size, from little-endian two's complement.
  static Value integer(std::span<const std::byte> two_complement);
  /// A bytes.
  static Value bytes(std::span<const std::byte> bytes);
  static Value bytes(std::string_view bytes) { return Value::bytes(std::as_bytes(std::span(bytes))); }
  /// A bytearray.
  static Value bytearray(std::span<const std::byte> bytes);
  /// A list.
  static Value list(std::span<const Value> items);
  static Value list(std::initializer_list<Value> items) { return list(std::span(items.begin(), items.size())); }
  /// A tuple.
  static Value tuple(std::span<const Value> items);
  static Value tuple(std::initializer_list<Value> items) { return tuple(std::span(items.begin(), items.size())); }
  /// A set. Of equal items the first stays. Throws `std::invalid_argument` for items that are not hashable, as in Python.
  static Value set(std::span<const Value> items);
  /// A frozenset, likewise.
  static Value frozenset(std::span<const Value> items);
  /// A dict, in this order. Of equal keys the first stays, with the last value. Throws `std::invalid_argument` for keys that are
  /// not hashable.
  static Value dict(std::span<const Entry> entries);
  static Value dict(std::initializer_list<Entry> entries) { return dict(std::span(entries.begin(), entries.size())); }
  /// An astropy.units.Quantity. `unit` as astropy writes it: "m / s"; "" for none.
  static Value quantity(const AnyArray& array, std::string_view unit);
  /// A datetime.timezone.
  static Value timezone(const PythonTimedelta& offset);
  /// A reference to something by module and name; inert.
  static Value global(std::string_view module, std::string_view name);
  /// An inert object: `callable(*arguments)`, or an instance of a class, and its state. `arguments` must be a tuple.
  static Value object(Construction construction, const Value& callable, const Value& arguments,
                      const Value& state = {});

  Value(const Value&) = default;
  Value(Value&& other) noexcept;
  Value& operator=(const Value&) = default;
  Value& operator=(Value&& other) noexcept;
  ~Value() = default;

 private:
  friend struct detail::ValueAccess;
  CACHE_ON_DISK_NO_EXPORT Value(std::shared_ptr<const detail::Document> owner, detail::Node node) noexcept;
  void set_bool(bool value) noexcept;
  void set_signed(std::int64_t value) noexcept;
  void set_unsigned(std::uint64_t value);

  std::shared_ptr<const detail::Document> owner_;
};

/// True if Python would find two such values equal: 1 == 1.0 == True, dicts and sets in any order, a list never equals a tuple.
/// NaN differs from every number, itself included. Arrays are equal if shape and all elements are (this is one answer, not an
/// array of them); inert objects if all their parts are. Values with cycles are equal if no path through them shows a
/// difference. Time is about linear in the size of the trees, whatever is shared.
CACHE_ON_DISK_EXPORT bool operator==(const ValueView& a, const ValueView& b);

/// The name of a kind as Python's `type()` says it: "int", "OrderedDict", "numpy.ndarray". The text lives as long as the process.
CACHE_ON_DISK_EXPORT std::string_view type_name(ValueKind kind) noexcept;

/// A value in a few words, for messages: "the int 300", "a list of 5 items", "an object of
/// astropy.units.Unit".
CACHE_ON_DISK_EXPORT std::string describe(const ValueView& value);

}  // namespace cache_on_disk
