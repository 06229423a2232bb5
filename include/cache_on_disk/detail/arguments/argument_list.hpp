// ArgumentList: arguments in the canonical encoding (docs/format.md) that names an entry, collected one by one.
//
//   ArgumentList list;
//   list.integer(3);
//   list.text("a");
//   list.name()                         "(3,'a')"
#pragma once

#include <complex>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/export.hpp"

namespace cache_on_disk {

/// Collects arguments one by one. What a Python module uses, too; C++ programs use Arguments below. Used by one thread.
class CACHE_ON_DISK_EXPORT ArgumentList {
 public:
  /// Most tuples, lists and their like within each other: deeper ones cannot name a value, and would exhaust the stack.
  CACHE_ON_DISK_NO_EXPORT static constexpr int deepest = 200;

  void none();
  void boolean(bool value);
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  /// An integer of any size, as minimal little-endian two's complement; `decimal` is how it is written.
  void big_integer(std::string_view twos_complement, std::string_view decimal);
  void real(double value);
  void complex(std::complex<double> value);
  /// Text in UTF-8.
  void text(std::string_view value);
  void bytes(std::string_view value);
  /// An array, as its codec encodes it; neither its memory order nor padding within its elements makes a difference. One that
  /// the codec cannot encode is refused; what it encodes as something else than an array is named by those bytes.
  void array(const Result<Encoding>& encoding);
  /// Everything added between these two is one tuple. Where begin returns false the tuple lies too deep, and is refused: add
  /// nothing, and do not end it.
  bool begin_tuple() { return begin('('); }
  void end_tuple() { end(')'); }
  /// The same for a list.
  bool begin_list() { return begin('['); }
  void end_list() { end(']'); }
  /// The class of an object: what it is made of is the one item that follows. Where begin returns false it is refused, as above.
  bool begin_object(std::string_view module, std::string_view class_name);
  void end_object() { leave(); }
  /// One level more, of what may hold its own kind without any of these. Where enter returns false it is refused, as above.
  bool enter();
  void leave() noexcept { --depth_; }
  /// A class, a function or a module, by the name it is imported by.
  void global(std::string_view module, std::string_view name);
  /// An empty list for an element of a set, or for a key and its value of a dict.
  ArgumentList part() const;
  /// A set of parts, and a dict of parts that hold a key and a value each. Their order makes no difference.
  void set(std::vector<ArgumentList> elements) { unordered('<', std::move(elements), '>'); }
  void dict(std::vector<ArgumentList> items) { unordered('{', std::move(items), '}'); }
  /// The name of the keyword argument that follows; keywords come last, in the order of their names.
  void keyword(std::string_view name);

  /// Says that an argument cannot name a value, and why. The first reason counts.
  void refuse(std::string why);
  /// Why these arguments cannot name a value; empty if they can.
  const std::string& refusal() const noexcept { return refusal_; }

  /// "(...)" as it stands in the entry's name. Throws std::invalid_argument if an argument was refused.
  std::string name() const;

 private:
  CACHE_ON_DISK_NO_EXPORT void add(char type, std::string_view encoded, std::string_view written, bool plain);
  CACHE_ON_DISK_NO_EXPORT void separate();
  bool begin(char bracket);
  void end(char bracket);
  void unordered(char open, std::vector<ArgumentList> parts, char close);

  std::string encoded_;
  std::string written_;
  std::string refusal_;
  int depth_ = 0;
  bool plain_ = true;
  bool needs_comma_ = false;
};

}  // namespace cache_on_disk
