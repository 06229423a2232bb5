#include "cache_on_disk/pickle/writer.hpp"

#include <bit>
#include <limits>

#include "cache_on_disk/pickle/opcodes.hpp"
#include "pickle/utf8.hpp"

namespace cache_on_disk::pickle {
namespace {

constexpr unsigned written_protocol = 4;

// The rules of CPython's pickler for frames (Modules/_pickle.c): what is shorter than four bytes gets none, a
// full frame ends where the next value begins, and large data stands outside of frames.
constexpr std::size_t frame_header_size = 9;
constexpr std::size_t least_frame = 4;
constexpr std::size_t full_frame = 65536;

constexpr std::uint8_t code(Opcode opcode) { return static_cast<std::uint8_t>(opcode); }

void append_number(std::string& bytes, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

std::string number(std::uint8_t opcode, std::uint64_t value, std::size_t width) {
  std::string result(1, static_cast<char>(opcode));
  append_number(result, value, width);
  return result;
}

// The opcode and the length of a str or bytes object: in one byte, four or eight.
std::string count(std::size_t size, Opcode in_1, Opcode in_4, Opcode in_8) {
  if (size <= 0xff) return number(code(in_1), size, 1);
  if (size <= 0xffffffff) return number(code(in_4), size, 4);
  return number(code(in_8), size, 8);
}

}  // namespace

Writer::Writer() { output_ = number(code(Opcode::PROTO), written_protocol, 1); }

void Writer::boolean(bool value) {
  begin_value();
  put_opcode(code(value ? Opcode::NEWTRUE : Opcode::NEWFALSE));
}

void Writer::integer(std::int64_t value) {
  if (value >= 0) return integer(static_cast<std::uint64_t>(value));
  begin_value();
  if (value >= std::numeric_limits<std::int32_t>::min())
    put(number(code(Opcode::BININT), static_cast<std::uint64_t>(value), 4));
  else
    put_long(static_cast<std::uint64_t>(value), true);
}

void Writer::integer(std::uint64_t value) {
  begin_value();
  if (value <= 0xff)
    put(number(code(Opcode::BININT1), value, 1));
  else if (value <= 0xffff)
    put(number(code(Opcode::BININT2), value, 2));
  else if (value <= 0x7fffffff)
    put(number(code(Opcode::BININT), value, 4));
  else
    put_long(value, false);
}

// Two's complement in as few bytes as show the sign.
void Writer::put_long(std::uint64_t low, bool negative) {
  const unsigned bits = 65 - static_cast<unsigned>(std::countl_zero(negative ? ~low : low));
  const std::size_t width = (bits + 7) / 8;
  std::string bytes = number(code(Opcode::LONG1), width, 1);
  append_number(bytes, low, width <= 8 ? width : 8);
  if (width > 8) bytes.push_back('\0');
  put(bytes);
}

void Writer::floating(double value) {
  begin_value();
  const auto bits = std::bit_cast<std::uint64_t>(value);
  std::string bytes(1, static_cast<char>(code(Opcode::BINFLOAT)));
  for (unsigned shift = 64; shift > 0; shift -= 8)
    bytes.push_back(static_cast<char>(bits >> (shift - 8) & 0xff));
  put(bytes);
}

void Writer::complex(std::complex<double> value) {
  begin_value();
  put_global("builtins", "complex");
  floating(value.real());
  floating(value.imag());
  for (const Opcode opcode : {Opcode::TUPLE2, Opcode::MEMOIZE, Opcode::REDUCE, Opcode::MEMOIZE})
    put_opcode(code(opcode));
}

void Writer::text(std::string_view utf8) {
  put_counted(count(utf8.size(), Opcode::SHORT_BINUNICODE, Opcode::BINUNICODE, Opcode::BINUNICODE8), utf8);
}

void Writer::bytes(std::string_view value) {
  put_counted(count(value.size(), Opcode::SHORT_BINBYTES, Opcode::BINBYTES, Opcode::BINBYTES8), value);
}

void Writer::text_or_bytes(std::string_view value) {
  if (is_utf8(value, Surrogates::refuse))
    text(value);
  else
    bytes(value);
}

std::string Writer::finish() && {
  put_opcode(code(Opcode::STOP));
  close_frame();
  return std::move(output_);
}

void Writer::put_global(std::string_view module, std::string_view name) {
  text(module);
  text(name);
  put_opcode(code(Opcode::STACK_GLOBAL));
  put_opcode(code(Opcode::MEMOIZE));
}

void Writer::put_counted(std::string_view head, std::string_view data) {
  begin_value();
  if (data.size() < full_frame) {
    put(head);
    put(data);
  } else {
    close_frame();
    output_.reserve(output_.size() + head.size() + data.size() + 16);
    output_ += head;
    output_ += data;
  }
  put_opcode(code(Opcode::MEMOIZE));
}

void Writer::put_opcode(std::uint8_t opcode) {
  const char byte = static_cast<char>(opcode);
  put({&byte, 1});
}

void Writer::put(std::string_view bytes) {
  if (!frame_) open_frame();
  output_ += bytes;
}

// The header is written before its length is known, and removed if it turns out not to be worth it.
void Writer::open_frame() {
  frame_ = output_.size();
  output_.append(frame_header_size, '\0');
}

void Writer::close_frame() {
  if (!frame_) return;
  const std::size_t size = output_.size() - *frame_ - frame_header_size;
  if (size >= least_frame)
    output_.replace(*frame_, frame_header_size, number(code(Opcode::FRAME), size, 8));
  else
    output_.erase(*frame_, frame_header_size);
  frame_.reset();
}

void Writer::begin_value() {
  if (frame_ && output_.size() - *frame_ - frame_header_size >= full_frame) close_frame();
}

}  // namespace cache_on_disk::pickle
