// The instructions of the pickle format, protocols 0 to 5, and where a pickle ends.
//
//   Result<std::size_t> end = pickle::length(file);      // a pickle at the beginning of these bytes
//   if (end && *end == file.size()) ...                  // it fills them exactly
//
// Source: the module docstrings and tables of CPython's Lib/pickletools.py (3.8 to 3.13), where the opcodes
// and the forms of their arguments have these names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "cache_on_disk/result.hpp"

namespace cache_on_disk::pickle {

/// The highest protocol there is; a PROTO instruction with a greater one is refused.
inline constexpr unsigned highest_protocol = 5;

// clang-format off

/// All 68 opcodes, under the names that Python gives them.
enum class Opcode : std::uint8_t {
  // numbers and truth values
  INT = 'I', BININT = 'J', BININT1 = 'K', BININT2 = 'M', LONG = 'L', LONG1 = 0x8a, LONG4 = 0x8b,
  NONE = 'N', NEWTRUE = 0x88, NEWFALSE = 0x89, FLOAT = 'F', BINFLOAT = 'G',
  // text and bytes; STRING and its kin are the 8-bit str of Python 2
  STRING = 'S', BINSTRING = 'T', SHORT_BINSTRING = 'U',
  BINBYTES = 'B', SHORT_BINBYTES = 'C', BINBYTES8 = 0x8e, BYTEARRAY8 = 0x96,
  NEXT_BUFFER = 0x97, READONLY_BUFFER = 0x98,
  UNICODE = 'V', SHORT_BINUNICODE = 0x8c, BINUNICODE = 'X', BINUNICODE8 = 0x8d,
  // containers
  EMPTY_LIST = ']', APPEND = 'a', APPENDS = 'e', LIST = 'l',
  EMPTY_TUPLE = ')', TUPLE = 't', TUPLE1 = 0x85, TUPLE2 = 0x86, TUPLE3 = 0x87,
  EMPTY_DICT = '}', DICT = 'd', SETITEM = 's', SETITEMS = 'u',
  EMPTY_SET = 0x8f, ADDITEMS = 0x90, FROZENSET = 0x91,
  // the stack and the memo
  POP = '0', DUP = '2', MARK = '(', POP_MARK = '1',
  GET = 'g', BINGET = 'h', LONG_BINGET = 'j', PUT = 'p', BINPUT = 'q', LONG_BINPUT = 'r', MEMOIZE = 0x94,
  // objects
  EXT1 = 0x82, EXT2 = 0x83, EXT4 = 0x84, GLOBAL = 'c', STACK_GLOBAL = 0x93, REDUCE = 'R', BUILD = 'b',
  INST = 'i', OBJ = 'o', NEWOBJ = 0x81, NEWOBJ_EX = 0x92, PERSID = 'P', BINPERSID = 'Q',
  // the machine
  PROTO = 0x80, STOP = '.', FRAME = 0x95,
};

// clang-format on

/// What follows an opcode. Numbers are little-endian, except that of a BINFLOAT.
enum class Argument : std::uint8_t {
  none,
  one_byte,        ///< one byte
  two_bytes,       ///< two bytes
  four_bytes,      ///< four bytes
  eight_bytes,     ///< eight bytes
  line,            ///< text up to a newline
  two_lines,       ///< two of them
  counted_1,       ///< an unsigned 8-bit length and as many bytes
  counted_4,       ///< an unsigned 32-bit length and as many bytes
  counted_signed,  ///< a signed 32-bit length, which must not be negative, and as many bytes
  counted_8,       ///< an unsigned 64-bit length and as many bytes
};

struct OpcodeInfo {
  Opcode code;
  std::string_view name;
  Argument argument;
  std::uint8_t protocol;  ///< the first protocol that has it; readers accept it under every other too
};

/// All opcodes, in the order of the enumeration.
std::span<const OpcodeInfo> opcodes() noexcept;

/// What is known of an opcode, or nullptr if there is no such one.
const OpcodeInfo* find_opcode(std::byte code) noexcept;

/// The number of bytes up to and including the STOP of the pickle at the beginning of `bytes`. Steps over
/// the instructions without executing any: it accepts more than a reader does. Time is linear in the number
/// of instructions; nothing is allocated, unless for the error.
Result<std::size_t> length(std::span<const std::byte> bytes);

}  // namespace cache_on_disk::pickle
