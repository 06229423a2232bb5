// Cuts a pickle into its instructions: the one place that knows how long each is.
//
//   Stepper stepper(bytes);
//   Step step;
//   while (stepper.next(step) && step.opcode->code != Opcode::STOP) execute(step.opcode->code,
//   step.argument);
//   // next() gave false: return stepper.error();
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "cache_on_disk/result.hpp"

namespace cache_on_disk::pickle {

/// One instruction. The views lie in the pickle.
struct Step {
  const OpcodeInfo* opcode = nullptr;
  std::size_t offset = 0;     ///< of the opcode, from the beginning of the pickle
  std::string_view argument;  ///< without its length or its newline; of two lines, the first
  std::string_view second;    ///< the second of two lines
};

/// An error about the instruction at an offset: "byte 17: <what>".
Error error_at(std::size_t offset, std::string_view what);

/// The little-endian number in up to eight bytes.
inline std::uint64_t little_endian(std::string_view bytes) noexcept {
  std::uint64_t result = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) result = result << 8 | static_cast<unsigned char>(bytes[i]);
  return result;
}

/// Steps through bytes that may be hostile: every length is compared with what remains before it is used,
/// and nothing is allocated, unless for an error. The protocol that PROTO names must be one that exists; a
/// FRAME must fit into what remains, no instruction may reach beyond its end, and it means nothing otherwise.
class Stepper {
 public:
  explicit Stepper(std::span<const std::byte> bytes) noexcept
      : bytes_(reinterpret_cast<const char*>(bytes.data()), bytes.size()) {}

  /// Takes the next instruction. False if there is none; then the stepper must not be used again.
  bool next(Step& step) noexcept {
    return take_step(step) && (offset_ <= frame_end_ || step.offset >= frame_end_ || fail(step.offset));
  }

  /// Why there is no next instruction.
  Error error() const;

  /// The number of bytes passed so far.
  std::size_t offset() const noexcept { return offset_; }

 private:
  bool take_step(Step& step) noexcept {
    step.offset = offset_;
    if (offset_ == bytes_.size()) return false;
    step.opcode = find_opcode(static_cast<std::byte>(bytes_[offset_++]));
    if (step.opcode == nullptr) return fail(offset_ - 1);
    switch (step.opcode->argument) {
      case Argument::none:
        return true;
      case Argument::one_byte:
        return take(1, step) && is_sound(step);
      case Argument::two_bytes:
        return take(2, step);
      case Argument::four_bytes:
        return take(4, step);
      case Argument::eight_bytes:
        return take(8, step) && is_sound(step);
      case Argument::counted_1:
        return take(1, step) && take(static_cast<unsigned char>(step.argument[0]), step);
      case Argument::counted_4:
        return take(4, step) && take(little_endian(step.argument), step);
      default:
        return next_rare(step);
    }
  }

  // What went wrong is told by the instruction that begins here.
  bool fail(std::size_t start) noexcept {
    offset_ = start;
    return false;
  }
  bool take(std::uint64_t count, Step& step) noexcept {
    if (count > bytes_.size() - offset_) return fail(step.offset);
    step.argument = bytes_.substr(offset_, static_cast<std::size_t>(count));
    offset_ += step.argument.size();
    return true;
  }
  bool take_line(std::string_view& line) noexcept;
  bool next_rare(Step& step) noexcept;
  bool is_sound(const Step& step) noexcept;

  std::string_view bytes_;
  std::size_t offset_ = 0;
  std::size_t frame_end_ = 0;
};

}  // namespace cache_on_disk::pickle
