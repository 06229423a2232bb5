#include "cache_on_disk/detail/pickle/writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <span>

#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "pickle/recent_texts.hpp"
#include "pickle/writer_layout.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::pickle {
namespace {

constexpr unsigned written_protocol = 4;
constexpr std::size_t first_buffer = 256;
constexpr std::ptrdiff_t least_room = 16;

}  // namespace

Writer::Writer(Output& output) : output_(output) {
  grow(first_buffer);
  // In front of the first frame.
  *cursor_++ = static_cast<char>(Opcode::PROTO);
  *cursor_++ = static_cast<char>(written_protocol);
}

Writer::~Writer() = default;

void Writer::none() {
  begin_value();
  put_byte(Opcode::NONE);
}

void Writer::boolean(bool value) {
  begin_value();
  put_byte(value ? Opcode::NEWTRUE : Opcode::NEWFALSE);
}

void Writer::integer(std::int64_t value) {
  if (value >= 0) return integer(static_cast<std::uint64_t>(value));
  begin_value();
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= std::numeric_limits<std::int32_t>::min()) return put(Number(Opcode::BININT, bits, 4));
  const LittleEndian number(bits);
  put_long(std::as_bytes(std::span(number.bytes)));
}

void Writer::integer(std::uint64_t value) {
  begin_value();
  if (value <= 0xff) return put(Number(Opcode::BININT1, value, 1));
  if (value <= 0xffff) return put(Number(Opcode::BININT2, value, 2));
  if (value <= 0x7fffffff) return put(Number(Opcode::BININT, value, 4));
  std::array<char, 9> bytes{};  // a ninth, for the sign
  std::ranges::copy(LittleEndian(value).bytes, bytes.begin());
  put_long(std::as_bytes(std::span(bytes)));
}

void Writer::integer(std::span<const std::byte> twos_complement) {
  if (twos_complement.size() <= sizeof(std::int64_t)) {
    const bool negative = !twos_complement.empty() && std::to_integer<int>(twos_complement.back()) >= 0x80;
    std::uint64_t bits = negative ? ~std::uint64_t{0} : 0;
    for (std::size_t i = twos_complement.size(); i-- > 0;)
      bits = bits << 8 | std::to_integer<std::uint64_t>(twos_complement[i]);
    return integer(static_cast<std::int64_t>(bits));
  }
  begin_value();
  put_long(twos_complement);
}

// In as few bytes as show the sign; none at all for 0.
void Writer::put_long(std::span<const std::byte> number) {
  std::size_t size = number.size();
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(number[i]); };
  while (size > 0) {
    const bool sign_before = size > 1 && at(size - 2) >= 0x80;
    if (at(size - 1) != (sign_before ? 0xffU : 0U)) break;
    --size;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(number.data()), size);
  if (size > 0x7fffffff) return fail("an int of more than 2^31 bytes has no form in a pickle");
  if (size <= 0xff)
    put(Number(Opcode::LONG1, size, 1));
  else
    put(Number(Opcode::LONG4, size, 4));
  put(bytes);
}

void Writer::complex(std::complex<double> value) {
  begin_value();
  global("builtins", "complex");
  floating(value.real());
  floating(value.imag());
  put_byte(Opcode::TUPLE2);
  memoize();
  reduce();
  memoize();
}

void Writer::text(std::string_view utf8) {
  if (utf8.empty()) utf8 = "";  // which lies somewhere
  if (utf8.size() <= RecentTexts::longest && memo_size_ <= std::numeric_limits<std::uint32_t>::max()) {
    if (!texts_) texts_ = std::make_unique<RecentTexts>();
    const auto known = texts_->find_or_add(utf8, static_cast<std::uint32_t>(memo_size_));
    if (known) return again(*known);
  }
  put_counted(Count(utf8.size(), Opcode::SHORT_BINUNICODE, Opcode::BINUNICODE, Opcode::BINUNICODE8), utf8);
  memoize();
}

void Writer::bytes(std::string_view value) {
  put_counted(Count(value.size(), Opcode::SHORT_BINBYTES, Opcode::BINBYTES, Opcode::BINBYTES8), value);
  memoize();
}

void Writer::text_or_bytes(std::string_view value) {
  if (text::is_utf8(value, text::Surrogates::refuse))
    text(value);
  else
    bytes(value);
}

void Writer::global(std::string_view module, std::string_view name) {
  begin_value();
  std::string key(module);
  key += '\n';
  key += name;
  if (const auto known = globals_.find(key); known != globals_.end()) return again(known->second);
  text(module);
  text(name);
  put_byte(Opcode::STACK_GLOBAL);
  globals_.emplace(std::move(key), memoize());
}

void Writer::reduce() { put_byte(Opcode::REDUCE); }

std::uint64_t Writer::memoize() {
  put_byte(Opcode::MEMOIZE);
  return memo_size_++;
}

void Writer::again(std::uint64_t number) {
  begin_value();
  if (number <= 0xff) return put(Number(Opcode::BINGET, number, 1));
  if (number <= 0xffffffff) return put(Number(Opcode::LONG_BINGET, number, 4));
  fail("a pickle cannot refer to more than 2^32 values");
}

std::uint64_t Writer::call(Opcode tuple) {
  put_byte(tuple);
  reduce();
  return memoize();
}

void Writer::instruction(Opcode opcode) { put_byte(opcode); }

void Writer::fail(std::string reason) {
  if (!error_) error_ = Error{std::move(reason)};
}

void Writer::fail_too_deep() { fail("the value is nested more than " + std::to_string(max_depth) + " levels deep"); }

Result<void> Writer::finish() {
  put_byte(Opcode::STOP);
  close_frame();
  if (error_) return *error_;
  return {};
}

void Writer::put_counted(std::string_view head, std::string_view data) {
  begin_value();
  if (data.size() < full_frame) {
    char* to = room(head.size() + data.size());
    std::memcpy(to, head.data(), head.size());
    if (!data.empty()) std::memcpy(to + head.size(), data.data(), data.size());  // nothing may lie nowhere
    cursor_ += head.size() + data.size();
  } else {
    put_outside(head);
    if (!output_.skip(data.size())) (void)put_data(std::as_bytes(std::span(data)));
    offset_ += data.size();
  }
}

// Large data stands outside of frames, and so does what introduces it.
void Writer::put_outside(std::string_view head) {
  close_frame();
  if (static_cast<std::size_t>(limit_ - cursor_) < head.size()) grow(head.size());
  std::memcpy(cursor_, head.data(), head.size());
  cursor_ += head.size();
  flush();
}

bool Writer::put_data(std::span<const std::byte> data) {
  if (!output_.write(data)) fail("writing failed");
  return !failed();
}

void Writer::put_byte(Opcode opcode) {
  *room(1) = static_cast<char>(opcode);
  ++cursor_;
}

void Writer::put(std::string_view bytes) {
  if (bytes.empty()) return;
  std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
  cursor_ += bytes.size();
}

void Writer::grow(std::size_t size) {
  const auto used = static_cast<std::size_t>(cursor_ - buffer_.get());
  const std::size_t capacity = std::max(used + size, 2 * static_cast<std::size_t>(limit_ - buffer_.get()));
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (used > 0) std::memcpy(larger.get(), buffer_.get(), used);
  buffer_ = std::move(larger);
  cursor_ = buffer_.get() + used;
  limit_ = buffer_.get() + capacity;
  limit_values();
}

void Writer::limit_values() {
  if (frame_ == no_frame)
    value_limit_ = nullptr;
  else
    value_limit_ = std::min(buffer_.get() + frame_ + frame_header_size + full_frame, limit_ - least_room);
}

// A full frame ends where the next value begins.
void Writer::begin_value_slowly() {
  if (frame_ != no_frame && frame_size() >= full_frame) close_frame();
  if (frame_ == no_frame) open_frame();
  if (limit_ - cursor_ <= least_room) grow(least_room + 1);
}

// The header is written before its length is known, and removed if it turns out not to be worth it.
void Writer::open_frame() {
  if (static_cast<std::size_t>(limit_ - cursor_) < frame_header_size) grow(frame_header_size);
  frame_ = static_cast<std::size_t>(cursor_ - buffer_.get());
  cursor_ += frame_header_size;
  limit_values();
}

void Writer::close_frame() {
  if (frame_ == no_frame) return;
  char* const header = buffer_.get() + frame_;
  const std::size_t size = frame_size();
  if (size >= least_frame) {
    std::memcpy(header, std::string_view(Number(Opcode::FRAME, size, 8)).data(), frame_header_size);
  } else {
    std::memmove(header, header + frame_header_size, size);
    cursor_ -= frame_header_size;
  }
  frame_ = no_frame;
  limit_values();
  flush();
}

void Writer::flush() {
  const auto size = static_cast<std::size_t>(cursor_ - buffer_.get());
  if (!output_.write(std::as_bytes(std::span(buffer_.get(), size)))) fail("writing failed");
  offset_ += size;
  cursor_ = buffer_.get();
}

}  // namespace cache_on_disk::pickle
