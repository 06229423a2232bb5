#include "cache_on_disk/detail/pickle/opcodes.hpp"

#include <array>

#include "pickle/stepper.hpp"

namespace cache_on_disk::pickle {
namespace {

using enum Argument;

#define OPCODE(name, argument, protocol) \
  OpcodeInfo { Opcode::name, #name, argument, protocol }
// clang-format off
constexpr std::array table{
    OPCODE(INT, line, 0), OPCODE(BININT, four_bytes, 1), OPCODE(BININT1, one_byte, 1),
    OPCODE(BININT2, two_bytes, 1), OPCODE(LONG, line, 0), OPCODE(LONG1, counted_1, 2),
    OPCODE(LONG4, counted_signed, 2), OPCODE(NONE, none, 0), OPCODE(NEWTRUE, none, 2),
    OPCODE(NEWFALSE, none, 2), OPCODE(FLOAT, line, 0), OPCODE(BINFLOAT, eight_bytes, 1),

    OPCODE(STRING, line, 0), OPCODE(BINSTRING, counted_signed, 1), OPCODE(SHORT_BINSTRING, counted_1, 1),
    OPCODE(BINBYTES, counted_4, 3), OPCODE(SHORT_BINBYTES, counted_1, 3), OPCODE(BINBYTES8, counted_8, 4),
    OPCODE(BYTEARRAY8, counted_8, 5), OPCODE(NEXT_BUFFER, none, 5), OPCODE(READONLY_BUFFER, none, 5),
    OPCODE(UNICODE, line, 0), OPCODE(SHORT_BINUNICODE, counted_1, 4), OPCODE(BINUNICODE, counted_4, 1),
    OPCODE(BINUNICODE8, counted_8, 4),

    OPCODE(EMPTY_LIST, none, 1), OPCODE(APPEND, none, 0), OPCODE(APPENDS, none, 1), OPCODE(LIST, none, 0),
    OPCODE(EMPTY_TUPLE, none, 1), OPCODE(TUPLE, none, 0), OPCODE(TUPLE1, none, 2), OPCODE(TUPLE2, none, 2),
    OPCODE(TUPLE3, none, 2), OPCODE(EMPTY_DICT, none, 1), OPCODE(DICT, none, 0), OPCODE(SETITEM, none, 0),
    OPCODE(SETITEMS, none, 1), OPCODE(EMPTY_SET, none, 4), OPCODE(ADDITEMS, none, 4),
    OPCODE(FROZENSET, none, 4),

    OPCODE(POP, none, 0), OPCODE(DUP, none, 0), OPCODE(MARK, none, 0), OPCODE(POP_MARK, none, 1),
    OPCODE(GET, line, 0), OPCODE(BINGET, one_byte, 1), OPCODE(LONG_BINGET, four_bytes, 1),
    OPCODE(PUT, line, 0), OPCODE(BINPUT, one_byte, 1), OPCODE(LONG_BINPUT, four_bytes, 1),
    OPCODE(MEMOIZE, none, 4),

    OPCODE(EXT1, one_byte, 2), OPCODE(EXT2, two_bytes, 2), OPCODE(EXT4, four_bytes, 2),
    OPCODE(GLOBAL, two_lines, 0), OPCODE(STACK_GLOBAL, none, 4), OPCODE(REDUCE, none, 0),
    OPCODE(BUILD, none, 0), OPCODE(INST, two_lines, 0), OPCODE(OBJ, none, 1), OPCODE(NEWOBJ, none, 2),
    OPCODE(NEWOBJ_EX, none, 4), OPCODE(PERSID, line, 0), OPCODE(BINPERSID, none, 1),

    OPCODE(PROTO, one_byte, 2), OPCODE(STOP, none, 0), OPCODE(FRAME, eight_bytes, 4),
};
// clang-format on
#undef OPCODE

// What each byte value means; null where it means nothing.
constexpr auto positions = [] {
  std::array<const OpcodeInfo*, 256> result{};
  for (const OpcodeInfo& info : table) result[static_cast<std::size_t>(info.code)] = &info;
  return result;
}();

}  // namespace

std::span<const OpcodeInfo> opcodes() noexcept { return table; }

const OpcodeInfo* find_opcode(std::byte code) noexcept { return positions[std::to_integer<std::size_t>(code)]; }

Result<std::size_t> length(std::span<const std::byte> bytes) {
  Stepper stepper(bytes);
  for (Step step; stepper.next(step);)
    if (step.opcode->code == Opcode::STOP) return stepper.offset();
  return stepper.error();
}

}  // namespace cache_on_disk::pickle
