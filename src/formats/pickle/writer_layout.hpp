// How instructions and frames lie in a pickle, for the files of the writer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"

namespace cache_on_disk::pickle {

// The rules of CPython's pickler for frames (Modules/_pickle.c): what is shorter than four bytes gets none, a
// full frame ends where the next value begins, and large data stands outside of frames.
inline constexpr std::size_t frame_header_size = 9;
inline constexpr std::size_t least_frame = 4;
inline constexpr std::size_t full_frame = 65536;

/// A number as its bytes, the lowest first.
struct LittleEndian {
  constexpr explicit LittleEndian(std::uint64_t value) {
    for (char& byte : bytes) byte = static_cast<char>(value & 0xff), value >>= 8;
  }
  std::array<char, 8> bytes{};
};

/// An opcode and a number of one to eight bytes.
class Number {
 public:
  constexpr Number(Opcode opcode, std::uint64_t value, std::size_t width) : size_(1 + width) {
    bytes_[0] = static_cast<char>(opcode);
    for (std::size_t i = 1; i < bytes_.size(); ++i) bytes_[i] = static_cast<char>(value & 0xff), value >>= 8;
  }
  constexpr operator std::string_view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 9> bytes_{};
  std::size_t size_;
};

/// The opcode and the length of a str or bytes object: in one byte, four or eight.
class Count : public Number {
 public:
  constexpr Count(std::uint64_t size, Opcode in_1, Opcode in_4, Opcode in_8)
      : Number(size <= 0xff         ? Number(in_1, size, 1)
               : size <= 0xffffffff ? Number(in_4, size, 4)
                                    : Number(in_8, size, 8)) {}
};

inline std::size_t Writer::frame_size() const noexcept {
  return static_cast<std::size_t>(cursor_ - buffer_.get()) - frame_ - frame_header_size;
}

// Where so many bytes of the open frame can be written.
inline char* Writer::room(std::size_t size) {
  if (frame_ == no_frame) [[unlikely]]
    open_frame();
  if (static_cast<std::size_t>(limit_ - cursor_) < size) [[unlikely]]
    grow(size);
  return cursor_;
}

}  // namespace cache_on_disk::pickle
