// `Result<T>`: a value, or the reason why there is none.
//
//   Result<Dtype> dtype = Dtype::parse(text);
//   if (!dtype) return dtype.error();
//   use(dtype->itemsize);
//
// Functions return it for what may fail in the course of things, such as reading a file that anybody may have written. Mistakes of
// the program throw.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace cache_on_disk {

/// Why something could not be done: a clause for people, and the errno value if a system call said so.
struct Error {
  std::string message;  ///< what happened, in UTF-8; may be part of a longer sentence
  int code = 0;         ///< the errno value, 0 if there is none
};

/// Holds a `T` or an `Error`. Reading the one that is not there throws `std::bad_variant_access`. References to either are valid
/// as long as the result is. Threads: as `std::variant`.
template <class T>
class [[nodiscard]] Result {
 public:
  /// A value, which `return` makes a result of.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  /// A reason, likewise.
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  /// True if there is a value.
  bool ok() const noexcept { return state_.index() == 0; }
  /// The same.
  explicit operator bool() const noexcept { return ok(); }

  /// The value.
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  /// The value.
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  /// The value.
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// The reason.
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// The result of an action: success, or the reason why it failed.
template <>
class [[nodiscard]] Result<void> {
 public:
  /// Success.
  Result() = default;
  /// A failure.
  Result(Error error) : error_(std::move(error)) {}

  /// True for success.
  bool ok() const noexcept { return !error_.has_value(); }
  /// The same.
  explicit operator bool() const noexcept { return ok(); }
  /// The reason. Throws `std::bad_optional_access` if there is none.
  const Error& error() const { return error_.value(); }

 private:
  std::optional<Error> error_;
};

}  // namespace cache_on_disk
