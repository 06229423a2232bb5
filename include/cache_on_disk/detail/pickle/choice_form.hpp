// Forms of std::optional and std::variant, which are whatever they hold.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "cache_on_disk/detail/pickle/alternatives.hpp"
#include "cache_on_disk/detail/pickle/form.hpp"
#include "cache_on_disk/detail/pickle/key.hpp"
#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/detail/pickle/reading.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"

namespace cache_on_disk::pickle {

/// None or the value.
template <class T>
struct FormOf<T, Category::optional> {
  using Inner = typename T::value_type;
  static_assert(!may_be_none<Inner>(),
                "an optional of something that is None itself cannot be cached: Python's None would stand for both");

  static void write(Writer& writer, const T& value) {
    if (value)
      Form<Inner>::write(writer, *value);
    else
      writer.none();
  }
  static std::optional<T> read(Reading& reading, const ValueView& value) {
    if (reading.is_none(value)) return std::optional<T>(std::in_place);
    auto inner = Form<Inner>::read(reading, value);
    if (!inner) return std::nullopt;
    return std::optional<T>(std::in_place, *std::move(inner));
  }
};

/// The alternative that it holds. Read as the first alternative that is written like this value, and if there
/// is none, as the first that it converts to: so an int is not read as a double where there is an int, too. A value that would be
/// read as another alternative than the one it is of is not written.
template <class T>
struct FormOf<T, Category::variant> {
  static void write(Writer& writer, const T& value) {
    static_assert(
        !holds_one_thing_twice(std::type_identity<T>()),
        "two alternatives of this std::variant are one thing in Python (two integers, float and double, an enum and an "
        "int, a text and a path, two that may be None, containers of these): a value would come back as the other one. "
        "Keep one of them, or give one a Conversion (conversion.hpp) to something that only it takes back");
    if (value.valueless_by_exception()) return writer.fail("a variant that lost its value to an exception");
    if (may_be_mistaken(std::type_identity<T>()))
      if (const auto other = would_be_read_as(writer, value))
        return writer.fail("alternative " + std::to_string(value.index()) +
                           " of a std::variant would be read as its alternative " + std::to_string(*other) +
                           ", which is stored alike");
    write_held(writer, value);
  }

  static std::optional<T> read(Reading& reading, const ValueView& value) {
    const Reading::Level level(reading, value);
    if (!level) return std::nullopt;
    Reading::Attempts attempts(reading);
    std::optional<T> result;
    {
      const Reading::Exactly exactly(reading);
      result = first_that_fits(reading, value, attempts, alternatives());
    }
    if (!result && !reading.is_exact()) result = first_that_fits(reading, value, attempts, alternatives());
    if (!result) return attempts.refuse(value);
    return result;
  }

 private:
  static void write_held(Writer& writer, const T& value) {
    std::visit([&]<class Held>(const Held& held) { Form<Held>::write(writer, held); }, value);
  }

  /// The alternative that the value would come back as, if that is another; nothing also where it cannot be written at all.
  static std::optional<std::size_t> would_be_read_as(const Writer& writer, const T& value) {
    if (writer.is_trial()) return std::nullopt;  // of what holds this one: it compares itself, once it is written
    const auto bytes = dump_trial([&](Writer& trial) { write_held(trial, value); });
    if (!bytes) return std::nullopt;
    const auto stored = pickle::read({std::as_bytes(std::span(*bytes)), nullptr});
    if (!stored) return std::nullopt;
    Reading reading;
    const auto again = read(reading, *stored);
    if (!again || again->index() == value.index()) return std::nullopt;
    return again->index();
  }

  using alternatives = std::make_index_sequence<std::variant_size_v<T>>;

  template <std::size_t... I>
  static std::optional<T> first_that_fits(Reading& reading, const ValueView& value, Reading::Attempts& attempts,
                                          std::index_sequence<I...>) {
    std::optional<T> result;
    (void)(try_one<I>(reading, value, attempts, result) || ...);
    return result;
  }
  template <std::size_t I>
  static bool try_one(Reading& reading, const ValueView& value, Reading::Attempts& attempts, std::optional<T>& result) {
    auto held = Form<std::variant_alternative_t<I, T>>::read(reading, value);
    if (!held) {
      attempts.failed();
      return false;
    }
    result.emplace(std::in_place_index<I>, *std::move(held));
    return true;
  }
};

}  // namespace cache_on_disk::pickle
