// Forms of a program's own types: structs with their fields listed, and types with a Conversion.
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "cache_on_disk/conversion.hpp"
#include "cache_on_disk/detail/pickle/form.hpp"
#include "cache_on_disk/detail/pickle/reading.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"
#include "cache_on_disk/fields.hpp"
#include "cache_on_disk/result.hpp"

namespace cache_on_disk::pickle {

/// A dict with the names of the fields as keys.
template <class T>
struct FormOf<T, Category::fields> {
  static void write(Writer& writer, const T& object) {
    const Writer::Level level(writer, Nesting::object);
    if (!level) return;
    cache_on_disk::detail::AnyVisitor counter;
    visit(counter, object);
    Writer::Items items = writer.dict(counter.count);
    FieldWriter fields{writer, items};
    visit(fields, object);
    items.end();
  }

  static std::optional<T> read(Reading& reading, const ValueView& value) {
    static_assert(std::is_default_constructible_v<T>,
                  "a struct with CACHE_ON_DISK_FIELDS must be default constructible to be read; or give it a "
                  "Conversion");
    const Reading::Level level(reading, value, Nesting::object);
    if (!level) return std::nullopt;
    const auto entries = reading.fields(value);
    if (!entries) return std::nullopt;
    T object{};
    FieldReader fields{reading, *entries};
    visit(fields, object);
    if (!fields.good || !reading.no_other_fields(*entries, fields.count)) return std::nullopt;
    return object;
  }

 private:
  template <class Visitor, class Object>
  static void visit(Visitor& visitor, Object& object) {
    cache_on_disk_visit_fields(visitor, object, std::type_identity<T>());
  }

  struct FieldWriter {
    Writer& writer;
    Writer::Items& items;
    template <class Field>
    void field(std::string_view name, const Field& value) {
      if (!items.next()) return;
      writer.text(name);
      Form<Field>::write(writer, value);
    }
  };

  struct FieldReader {
    Reading& reading;
    const ValueView& entries;
    bool good = true;
    std::size_t count = 0;
    template <class Field>
    void field(std::string_view name, Field& out) {
      static_assert(
          !std::is_const_v<Field>,
          "a const field cannot be read back: leave the const away, or give the type a Conversion (conversion.hpp)");
      if constexpr (!std::is_const_v<Field>) read_field(name, out);
    }
    template <class Field>
    void read_field(std::string_view name, Field& out) {
      if (!good) return;
      const auto value = reading.field(entries, name, count++);
      good = value.has_value();
      if (!good) return;
      auto read = reading.at_field(name, Form<Field>::read(reading, *value));
      good = read.has_value();
      if (good) out = *std::move(read);
    }
  };
};

/// What the Conversion makes of a stored value; an error if it throws.
template <class T>
Result<T> convert_back(cache_on_disk::detail::Converted<T> stored) try {
  return Conversion<T>::from(std::move(stored));
} catch (const std::bad_alloc&) {
  throw;
} catch (const std::exception& error) {
  return Error{error.what()};
}

/// What the Conversion gives.
template <class T>
struct FormOf<T, Category::conversion> {
  using Stored = cache_on_disk::detail::Converted<T>;
  static_assert(
      requires(Stored stored) {
        { Conversion<T>::from(std::move(stored)) } -> std::convertible_to<Result<T>>;
      },
      "Conversion<T> needs a static function `from` that takes what its `to` gives, and returns a T or "
      "Result<T>");

  static void write(Writer& writer, const T& value) {
    // It may be made of its own kind, at each step.
    const Writer::Level level(writer, Nesting::object);
    if (!level) return;
    Form<Stored>::write(writer, Conversion<T>::to(value));
  }

  static std::optional<T> read(Reading& reading, const ValueView& value) {
    const Reading::Level level(reading, value, Nesting::object);
    if (!level) return std::nullopt;
    auto stored = Form<Stored>::read(reading, value);
    if (!stored) return std::nullopt;
    auto converted = convert_back<T>(*std::move(stored));
    if (!converted) return reading.refuse_because(value, converted.error().message);
    return *std::move(converted);
  }
};

}  // namespace cache_on_disk::pickle
