#include "pickle/stepper.hpp"

#include <fmt/format.h>

namespace cache_on_disk::pickle {
namespace {

constexpr std::uint64_t greatest_signed_length = 0x7fffffff;

}  // namespace

Error error_at(std::size_t offset, std::string_view what) {
  return {fmt::format("byte {}: {}", offset, what)};
}

std::uint64_t little_endian(std::string_view bytes) noexcept {
  std::uint64_t result = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) result = result << 8 | static_cast<unsigned char>(bytes[i]);
  return result;
}

Stepper::Stepper(std::span<const std::byte> bytes) noexcept
    : bytes_(reinterpret_cast<const char*>(bytes.data()), bytes.size()) {}

Result<Step> Stepper::next() {
  const std::size_t start = offset_;
  const auto code = take(1);
  if (!code) return error_at(start, "the pickle ends before its STOP");
  const OpcodeInfo* opcode = find_opcode(static_cast<std::byte>(code->front()));
  if (!opcode)
    return error_at(start, fmt::format("0x{:02x} is no opcode", static_cast<unsigned char>(code->front())));

  const auto argument = take_argument(opcode->argument);
  const auto second = opcode->argument == Argument::two_lines && argument ? take_line() : std::string_view();
  if (!argument || !second)
    return error_at(start, fmt::format("the argument of {} does not fit into the pickle", opcode->name));
  if (opcode->code == Opcode::PROTO && little_endian(*argument) > highest_protocol)
    return error_at(start, fmt::format("unknown protocol {}", little_endian(*argument)));
  // CPython's C unpickler refuses such a frame, its Python one ignores it. Only a cut file has one.
  if (opcode->code == Opcode::FRAME && little_endian(*argument) > bytes_.size() - offset_)
    return error_at(start, "a frame does not fit into the pickle");
  return Step{opcode, start, *argument, *second};
}

std::optional<std::string_view> Stepper::take(std::uint64_t count) noexcept {
  if (count > bytes_.size() - offset_) return std::nullopt;
  const std::string_view result = bytes_.substr(offset_, static_cast<std::size_t>(count));
  offset_ += result.size();
  return result;
}

std::optional<std::string_view> Stepper::take_counted(std::size_t width) noexcept {
  const auto count = take(width);
  return count ? take(little_endian(*count)) : std::nullopt;
}

std::optional<std::string_view> Stepper::take_line() noexcept {
  const std::size_t newline = bytes_.find('\n', offset_);
  if (newline == std::string_view::npos) return std::nullopt;
  const std::string_view result = bytes_.substr(offset_, newline - offset_);
  offset_ = newline + 1;
  return result;
}

std::optional<std::string_view> Stepper::take_argument(Argument form) noexcept {
  switch (form) {
    case Argument::none:
      return std::string_view();
    case Argument::one_byte:
      return take(1);
    case Argument::two_bytes:
      return take(2);
    case Argument::four_bytes:
      return take(4);
    case Argument::eight_bytes:
      return take(8);
    case Argument::line:
    case Argument::two_lines:
      return take_line();
    case Argument::counted_1:
      return take_counted(1);
    case Argument::counted_4:
      return take_counted(4);
    case Argument::counted_8:
      return take_counted(8);
    case Argument::counted_signed: {
      // CPython's C unpickler reads such a length unsigned (python/cpython#135321), its Python one signed.
      const auto count = take(4);
      if (!count || little_endian(*count) > greatest_signed_length) return std::nullopt;
      return take(little_endian(*count));
    }
  }
  return std::nullopt;
}

}  // namespace cache_on_disk::pickle
