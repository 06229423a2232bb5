// Cuts a pickle into its instructions: the one place that knows how long each is.
//
//   Stepper stepper(bytes);
//   for (Result<Step> step = stepper.next(); step && step->opcode->code != Opcode::STOP; step =
//   stepper.next())
//     execute(step->opcode->code, step->argument);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "cache_on_disk/pickle/opcodes.hpp"
#include "cache_on_disk/result.hpp"

namespace cache_on_disk::pickle {

/// One instruction. The views lie in the pickle.
struct Step {
  const OpcodeInfo* opcode;
  std::size_t offset;         ///< of the opcode, from the beginning of the pickle
  std::string_view argument;  ///< without its length or its newline; of two lines, the first
  std::string_view second;    ///< the second of two lines
};

/// An error about the instruction at an offset: "byte 17: <what>".
Error error_at(std::size_t offset, std::string_view what);

/// The little-endian number in up to eight bytes.
std::uint64_t little_endian(std::string_view bytes) noexcept;

/// Steps through bytes that may be hostile: every length is compared with what remains before it is used,
/// and nothing is allocated, unless for an error. The protocol that PROTO names must be one that exists; a
/// FRAME must fit into what remains and means nothing otherwise.
class Stepper {
 public:
  explicit Stepper(std::span<const std::byte> bytes) noexcept;

  /// The next instruction, or why there is none. After an error the stepper must not be used again.
  Result<Step> next();

  /// The number of bytes passed so far.
  std::size_t offset() const noexcept { return offset_; }

 private:
  std::optional<std::string_view> take(std::uint64_t count) noexcept;
  std::optional<std::string_view> take_counted(std::size_t width) noexcept;
  std::optional<std::string_view> take_line() noexcept;
  std::optional<std::string_view> take_argument(Argument form) noexcept;

  std::string_view bytes_;
  std::size_t offset_ = 0;
};

}  // namespace cache_on_disk::pickle
