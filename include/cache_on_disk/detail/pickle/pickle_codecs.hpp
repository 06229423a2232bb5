// Lets Cached cells hold every value that is not an array: numbers, text, containers, structs, types with a
// Conversion.
//
//   Cached<double> seeing_;                                     // for Python a float
//   Cached<std::map<std::string, std::vector<double>>> psds_;   // a dict of arrays
//   Cached<Fit> fit_;                                           // a dict of the fields, see fields.hpp
//
// Such a value is stored as a pickle of plain Python objects, and read from a pickle or an .npy file, whoever
// wrote it. docs/values.md has the table. Nothing is rounded, cut or reinterpreted.
#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/conversion.hpp"
#include "cache_on_disk/detail/npy/array_codecs.hpp"
#include "cache_on_disk/detail/pickle/encoding.hpp"
#include "cache_on_disk/detail/pickle/forms.hpp"
#include "cache_on_disk/detail/pickle/value_codec.hpp"
#include "cache_on_disk/value_as.hpp"

namespace cache_on_disk {
namespace detail {

/// Stored as a pickle by itself.
template <class T>
consteval bool is_pickled() {
  constexpr auto category = pickle::category_of<T>();
  using enum pickle::Category;
  return category != none && category != conversion && category != value && category != time &&
         category != nested_array;
}

template <class T>
concept TooPreciseForPickle = std::same_as<T, long double> || std::same_as<T, std::complex<long double>>;

}  // namespace detail

template <class T>
  requires(detail::is_pickled<T>())
struct Codec<T> {
  static StoredType stored_type() { return {Format::pickle, "", -1}; }
  static Result<Encoding> encode(const T& value) {
    return pickle::encode([&value](pickle::Writer& writer) { pickle::Form<T>::write(writer, value); });
  }
  static Result<T> decode(const Payload& payload) {
    const auto value = read_value(payload);
    if (!value) return value.error();
    return value_as<T>(*value);
  }
};

/// Vectors within vectors are stored as an array if their lengths make one, else as a list of what the rows
/// are. (An array without elements has inner lengths of 0.)
template <detail::RaggedArray T>
struct Codec<T> {
  using Element = typename detail::Nest<T>::Element;

  static StoredType stored_type() { return {}; }  // either
  static Result<Encoding> encode(const T& value) {
    if (const auto shape = detail::shape_of(value)) {
      return npy::encode_rows(Dtype::of(ElementTraits<Element>::type), *shape,
                              [&value](npy::RowWriter& writer) { detail::write_rows(value, writer); });
    }
    return pickle::encode([&value](pickle::Writer& writer) { pickle::Form<T>::write(writer, value); });
  }
  static Result<T> decode(const Payload& payload) {
    const auto value = read_value(payload);
    if (!value) return value.error();
    return value_as<T>(*value);
  }
};

/// A type with a Conversion is stored as what it is converted to: an array as an .npy.
template <detail::HasConversion T>
struct Codec<T> {
  using Stored = detail::Converted<T>;
  static_assert(Cacheable<Stored>, "what Conversion<T>::to gives cannot be cached itself");

  static StoredType stored_type() { return Codec<Stored>::stored_type(); }
  static Result<Encoding> encode(const T& value) {
    const auto stored = std::make_shared<const Stored>(Conversion<T>::to(value));
    auto encoding = Codec<Stored>::encode(*stored);
    if (encoding && encoding->body)
      encoding->body = [stored, body = std::move(encoding->body)](Sink& sink) { body(sink); };
    return encoding;
  }
  static Result<T> decode(const Payload& payload) {
    auto stored = Codec<Stored>::decode(payload);
    if (!stored) return stored.error();
    return pickle::convert_back<T>(*std::move(stored));
  }
};

template <detail::TooPreciseForPickle T>
struct Codec<T> {
  static_assert(!detail::TooPreciseForPickle<T>,
                "a long double cannot be cached by itself, because Python's float holds less: return a double, "
                "or an Array<long double>");
};

}  // namespace cache_on_disk
