// Result<T>: a value, or the reason why there is none.
//
// The inside of the library reports trouble by returning it; only the few functions whose documentation
// says so throw.
//
//   Result<Header> header = read_header(bytes);
//   if (!header) return header.error();
//   use(header->shape);
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace cache_on_disk {

/// Why something could not be done: a clause for people, and the errno value if a system call said so.
struct Error {
  std::string message;
  int code = 0;
};

/// Holds a T or an Error. Reading the one that is not there throws std::bad_variant_access.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// The result of an action: success, or the reason of its failure.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }
  const Error& error() const { return error_.value(); }

 private:
  std::optional<Error> error_;
};

}  // namespace cache_on_disk
