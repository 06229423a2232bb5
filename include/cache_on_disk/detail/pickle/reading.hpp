// Reading: one conversion of a value to a C++ type. It knows where it stands, why it failed, and when to give
// up.
//
// The forms of the types (form.hpp) ask it for plain values and for the items of containers; what they have
// in common is compiled here once.
//
// What a type is read from:
//   bool           a bool
//   an integer     an int in its range; never a float or a bool
//   double, float  a float of which the type holds the very value (any NaN is a NaN), or such an int
//   complex        a complex of two such floats, or a real value as above
//   std::string    a str, as UTF-8, or bytes
//
// NumPy's scalars, and arrays of no dimensions, count as the Python value that they hold. An int is taken
// where a float is meant because Python functions return `0` or `a * 2` there. A double that no float equals
// is refused rather than rounded: rounding is for the program to ask for.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "cache_on_disk/any_array.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/pickle/depth.hpp"
#include "cache_on_disk/dtype.hpp"
#include "cache_on_disk/result.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk::pickle {

/// One conversion. All functions that return an optional return nothing after noting why; the views that they
/// are given must stay valid until error() was asked for.
class CACHE_ON_DISK_EXPORT Reading {
 public:
  // Single values, by the table above.
  bool is_none(const ValueView& value) const { return value.is_none(); }
  std::optional<bool> boolean(const ValueView& value);
  std::optional<std::int64_t> signed_integer(const ValueView& value, unsigned bits);
  std::optional<std::uint64_t> unsigned_integer(const ValueView& value, unsigned bits);
  std::optional<double> floating(const ValueView& value);
  std::optional<float> single(const ValueView& value);
  std::optional<std::complex<double>> complex(const ValueView& value);
  std::optional<std::complex<float>> single_complex(const ValueView& value);
  std::optional<std::string> text(const ValueView& value);
  /// Text, or an object of pathlib for this kind of system.
  std::optional<std::string> path(const ValueView& value);
  /// bytes, bytearray, or an array of unsigned bytes; valid as long as the value is, or this reading.
  std::optional<std::span<const std::byte>> bytes(const ValueView& value);
  /// The count of a datetime64 or timedelta64 of that very unit.
  std::optional<std::int64_t> datetime(const ValueView& value, const npy::ElementType& type);

  // Containers; the items are converted one by one.

  /// A list or tuple. In an exact reading the first of the two kinds only.
  std::optional<ValueItems> sequence(const ValueView& value, ValueKind exactly);
  std::optional<ValueItems> set(const ValueView& value);
  /// A mapping; its entries are entry(0) to entry(size() - 1).
  std::optional<ValueView> dict(const ValueView& value);
  /// What has fields: a dict, or the attributes of an object.
  std::optional<ValueView> fields(const ValueView& value);
  /// The field of that name, which is most likely the `index`th.
  std::optional<ValueView> field(const ValueView& fields, std::string_view name, std::size_t index);
  /// Are there exactly `count` fields, all of which have been found?
  bool no_other_fields(const ValueView& fields, std::size_t count);

  /// The numbers of a quantity, and its unit.
  std::optional<std::pair<ValueView, std::string>> quantity(const ValueView& value);
  /// Data and mask of a masked array, or an array and a mask that hides nothing.
  std::optional<std::pair<ValueView, ValueView>> masked(const ValueView& value);
  /// The number of a member of an enumeration, which is pickled as a call of its class; every other value itself.
  ValueView enumerator(const ValueView& value) const;

  bool is_array(const ValueView& value) const { return value.kind() == ValueKind::array; }
  std::optional<AnyArray> array(const ValueView& value);
  /// The same for a reader that copies it: nothing, too, if what values share has been copied too often.
  std::optional<AnyArray> array_to_copy(const ValueView& value);

  // Why it failed. `wanted` must live as long as the program.

  std::nullopt_t refuse(const ValueView& value, std::string_view wanted);
  std::nullopt_t refuse_because(const ValueView& value, std::string reason);
  std::nullopt_t refuse_size(const ValueView& value, std::size_t wanted);
  std::nullopt_t refuse_duplicate(const ValueView& key);

  // Where it failed. They pass on what was read of a part, and note the way to it if there is nothing.

  template <class T>
  std::optional<T> at_index(std::size_t index, std::optional<T> read) {
    if (!read) way_.emplace_back(index);
    return read;
  }
  template <class T>
  std::optional<T> at_key(const ValueView& key, std::optional<T> read) {
    if (!read) way_.emplace_back(key);
    return read;
  }
  template <class T>
  std::optional<T> at_field(std::string_view name, std::optional<T> read) {
    if (!read) way_.emplace_back(name);
    return read;
  }

  /// One container deeper, while it lives. False, and the reading has failed, if that is deeper than
  /// max_depth, or if what the value shares with others has been read so often that it would fill the memory.
  class Level {
   public:
    Level(Reading& reading, const ValueView& value, Nesting nesting = {})
        : reading_(reading), nesting_(nesting), good_(reading.enter(value, nesting)) {}
    ~Level() { reading_.depth_.leave(nesting_); }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    explicit operator bool() const { return good_; }

   private:
    Reading& reading_;
    Nesting nesting_;
    bool good_;
  };

  /// While it lives, only values are taken that are written as the type is: no int for a double, no tuple for
  /// a list.
  class Exactly {
   public:
    explicit Exactly(Reading& reading) : reading_(reading), before_(std::exchange(reading.exact_, true)) {}
    ~Exactly() { reading_.exact_ = before_; }
    Exactly(const Exactly&) = delete;
    Exactly& operator=(const Exactly&) = delete;

   private:
    Reading& reading_;
    bool before_;
  };
  bool is_exact() const { return exact_; }

  /// Of the failures of several attempts on one value, the one that got deepest is told.
  class Attempts {
   public:
    explicit Attempts(Reading& reading) : reading_(reading) {}
    /// After an attempt that failed.
    void failed();
    /// After all have.
    std::nullopt_t refuse(const ValueView& value);

   private:
    Reading& reading_;
    std::vector<std::variant<std::size_t, ValueView, std::string_view>> way_;
    ValueView value_;
    std::string_view wanted_;
    std::string reason_;
  };

  /// What went wrong, and where: `["a"][3].slope: the str 'x' is not a float`.
  Error error() const;

 private:
  using Step = std::variant<std::size_t, ValueView, std::string_view>;  // an index, a key, a field

  bool enter(const ValueView& value, Nesting nesting);
  CACHE_ON_DISK_NO_EXPORT bool may_copy(const ValueView& value, std::size_t size);

  Depth depth_;
  bool exact_ = false;
  std::unordered_set<const void*> seen_;
  std::uint64_t seen_size_ = 0;      // what all values in seen_ have inside
  std::uint64_t repeated_size_ = 0;  // what was read once more

  std::vector<Step> way_;  // from the failure outwards
  ValueView refused_;
  std::string_view wanted_;
  std::string reason_;
  std::vector<AnyArray> arrays_;  // whose bytes were given out
  std::list<Value> made_;         // of which views were given out
};

}  // namespace cache_on_disk::pickle
