#include "pickle/plain_value.hpp"

#include <fmt/format.h>

#include "cache_on_disk/detail/pickle/reader.hpp"

namespace cache_on_disk::pickle {

std::optional<Scalar> to_scalar(const ValueView& value) {
  if (const auto truth = value.as_bool()) return Scalar(*truth);
  if (const auto number = value.as_int64()) return Scalar(*number);
  if (const auto number = value.as_uint64()) return Scalar(*number);
  if (const auto number = value.as_double()) return Scalar(*number);
  if (const auto number = value.as_complex()) return Scalar(*number);
  auto text = value.string();
  if (!text) return std::nullopt;
  const bool is_text =
      value.kind() == ValueKind::text || (value.kind() == ValueKind::scalar && value.dtype()->kind == npy::Kind::text);
  return Scalar(Text{*std::move(text), !is_text});
}

Result<Scalar> read_scalar(std::span<const std::byte> pickle) {
  // The value refers to the pickle, and is gone before it.
  const std::shared_ptr<const void> not_owned(pickle.data(), [](const void*) {});
  const auto value = read({pickle, not_owned});
  if (!value) return value.error();
  auto scalar = to_scalar(*value);
  if (!scalar) return Error{fmt::format("{} is stored, which is not a plain value", cache_on_disk::describe(*value))};
  return *std::move(scalar);
}

std::string describe(const Scalar& value) {
  struct {
    std::string operator()(bool b) const { return b ? "the bool True" : "the bool False"; }
    std::string operator()(std::int64_t i) const { return fmt::format("the int {}", i); }
    std::string operator()(std::uint64_t i) const { return fmt::format("the int {}", i); }
    std::string operator()(double d) const { return fmt::format("the float {}", d); }
    std::string operator()(const std::complex<double>&) const { return "a complex"; }
    std::string operator()(const Text& text) const {
      return fmt::format("a {} of {} bytes", text.is_bytes ? "bytes object" : "str", text.value.size());
    }
  } in_words;
  return std::visit(in_words, value);
}

}  // namespace cache_on_disk::pickle
