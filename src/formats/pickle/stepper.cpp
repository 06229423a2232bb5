#include "pickle/stepper.hpp"

#include <fmt/format.h>

namespace cache_on_disk::pickle {
namespace {

constexpr std::uint64_t greatest_signed_length = 0x7fffffff;

}  // namespace

Error error_at(std::size_t offset, std::string_view what) { return {fmt::format("byte {}: {}", offset, what)}; }

bool Stepper::take_line(std::string_view& line) noexcept {
  const std::size_t newline = bytes_.find('\n', offset_);
  if (newline == std::string_view::npos) return false;
  line = bytes_.substr(offset_, newline - offset_);
  offset_ = newline + 1;
  return true;
}

bool Stepper::next_rare(Step& step) noexcept {
  switch (step.opcode->argument) {
    case Argument::line:
      return take_line(step.argument) || fail(step.offset);
    case Argument::two_lines:
      return (take_line(step.argument) && take_line(step.second)) || fail(step.offset);
    case Argument::counted_8:
      return take(8, step) && take(little_endian(step.argument), step);
    case Argument::counted_signed:
      // CPython's C unpickler reads such a length unsigned (python/cpython#135321), its Python one signed.
      if (!take(4, step)) return false;
      if (little_endian(step.argument) > greatest_signed_length) return fail(step.offset);
      return take(little_endian(step.argument), step);
    default:
      return true;  // next() has dealt with all others
  }
}

bool Stepper::is_sound(const Step& step) noexcept {
  if (step.opcode->code == Opcode::PROTO && little_endian(step.argument) > highest_protocol) return fail(step.offset);
  // CPython's C unpickler refuses such a frame, its Python one ignores it. Only a cut file has one.
  if (step.opcode->code == Opcode::FRAME && little_endian(step.argument) > bytes_.size() - offset_)
    return fail(step.offset);
  if (step.opcode->code == Opcode::FRAME) {
    // Python's Unpickler reads frame by frame, and refuses one that begins within another.
    if (step.offset < frame_end_) return fail(step.offset);
    frame_end_ = offset_ + static_cast<std::size_t>(little_endian(step.argument));
  }
  return true;
}

Error Stepper::error() const {
  if (offset_ == bytes_.size()) return error_at(offset_, "the pickle ends before its STOP");
  const auto code = static_cast<unsigned char>(bytes_[offset_]);
  const OpcodeInfo* opcode = find_opcode(static_cast<std::byte>(code));
  if (opcode == nullptr) return error_at(offset_, fmt::format("0x{:02x} is not an opcode", code));
  if (opcode->argument == Argument::none || (offset_ < frame_end_ && opcode->code != Opcode::FRAME))
    return error_at(offset_, fmt::format("{} does not fit into its frame", opcode->name));
  if (opcode->code == Opcode::PROTO && offset_ + 1 < bytes_.size())
    return error_at(offset_, fmt::format("unknown protocol {}", static_cast<unsigned char>(bytes_[offset_ + 1])));
  if (opcode->code == Opcode::FRAME && bytes_.size() - offset_ > 8)
    return error_at(offset_, "a frame does not fit into the pickle");
  return error_at(offset_, fmt::format("the argument of {} does not fit into the pickle", opcode->name));
}

}  // namespace cache_on_disk::pickle
