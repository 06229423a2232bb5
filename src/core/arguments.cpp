#include "cache_on_disk/arguments.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "cache_on_disk/npy/header.hpp"
#include "entry/hash.hpp"
#include "entry/little_endian.hpp"

namespace cache_on_disk {
namespace {

constexpr std::size_t longest_written = 64;
constexpr std::size_t longest_written_text = 32;

/// An integer as minimal two's complement, little-endian.
std::string minimal(std::uint64_t magnitude_bits, bool negative) {
  std::byte bytes[9];
  entry::put(bytes, magnitude_bits);
  const std::byte filler{static_cast<unsigned char>(negative ? 0xFF : 0)};
  bytes[8] = filler;
  std::size_t size = sizeof bytes;
  while (size > 1 && bytes[size - 1] == filler &&
         ((bytes[size - 2] & std::byte{0x80}) != std::byte{0}) == negative)
    --size;
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string bits_of(double value) {
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();  // all NaNs are one argument
  std::byte bytes[8];
  entry::put(bytes, std::bit_cast<std::uint64_t>(value));
  return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

/// As Python's repr writes it: the shortest digits that give the value back.
std::string written(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

bool is_plain(std::string_view text) {
  for (const char c : text)
    if (c < 0x20 || c > 0x7e || c == '\'' || c == '\\' || c == '/' || c == '%') return false;
  return text.size() <= longest_written_text;
}

/// A keyword may be any text; only one that is an identifier cannot be taken for more than a keyword.
bool is_identifier(std::string_view text) {
  for (const char c : text)
    if (!(c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
      return false;
  return !text.empty() && text.size() <= longest_written_text;
}

/// Collects an array's bytes in C order.
class Gather : public Sink {
 public:
  bool write(std::span<const std::byte> bytes) override {
    data.insert(data.end(), bytes.begin(), bytes.end());
    return true;
  }
  std::vector<std::byte> data;
};

/// Hashes an array's bytes as they come.
class HashSink : public Sink {
 public:
  bool write(std::span<const std::byte> bytes) override {
    hasher.update(bytes);
    return true;
  }
  entry::Hasher hasher;
};

/// Fortran order into C order: the first index runs fastest in the one, the last in the other.
std::vector<std::byte> in_c_order(const std::vector<std::byte>& data, const std::vector<std::size_t>& shape,
                                  std::size_t item) {
  std::vector<std::byte> ordered;
  ordered.reserve(data.size());
  std::vector<std::size_t> index(shape.size(), 0);
  for (std::size_t n = 0; n < data.size() / item; ++n) {
    std::size_t offset = 0;
    for (std::size_t axis = shape.size(); axis-- > 0;) offset = offset * shape[axis] + index[axis];
    const auto first = data.begin() + static_cast<std::ptrdiff_t>(offset * item);
    ordered.insert(ordered.end(), first, first + static_cast<std::ptrdiff_t>(item));
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return ordered;
}

}  // namespace

void ArgumentList::separate() {
  if (needs_comma_) written_ += ',';
  needs_comma_ = true;
}

void ArgumentList::add(char type, std::string_view encoded, std::string_view written, bool plain) {
  separate();
  encoded_ += type;
  entry::append_sized(encoded_, encoded);
  plain_ = plain_ && plain;
  if (plain_) written_ += written;
}

void ArgumentList::none() { add('N', {}, "None", true); }
void ArgumentList::boolean(bool value) { add('b', value ? "1" : "0", value ? "True" : "False", true); }
void ArgumentList::integer(std::int64_t value) {
  add('i', minimal(static_cast<std::uint64_t>(value), value < 0), fmt::format_int(value).str(), true);
}
void ArgumentList::unsigned_integer(std::uint64_t value) {
  add('i', minimal(value, false), fmt::format_int(value).str(), true);
}
void ArgumentList::big_integer(std::string_view twos_complement, std::string_view decimal) {
  add('i', twos_complement, decimal, true);
}
void ArgumentList::real(double value) {
  add('f', bits_of(value), std::isfinite(value) ? written(value) : std::string(), std::isfinite(value));
}
void ArgumentList::complex(std::complex<double> value) {
  add('c', bits_of(value.real()) + bits_of(value.imag()), {}, false);
}
void ArgumentList::text(std::string_view value) {
  add('s', value, fmt::format("'{}'", value.substr(0, longest_written)), is_plain(value));
}
void ArgumentList::bytes(std::string_view value) { add('y', value, {}, false); }
void ArgumentList::enumerator(std::string_view class_name, std::string_view member) {
  std::string encoded;
  entry::append_sized(encoded, class_name);
  entry::append_sized(encoded, member);
  add('e', encoded, {}, false);
}

void ArgumentList::array(const Result<Encoding>& encoding) {
  if (!encoding)
    throw std::invalid_argument("cache_on_disk: an array argument cannot name an entry: " +
                                encoding.error().message);
  const auto header = npy::read_header(entry::bytes_of(encoding->head));
  if (!header) throw std::invalid_argument("cache_on_disk: this argument is no array");
  entry::Hash128 hash;
  if (header->fortran_order) {
    Gather gather;
    gather.write(entry::bytes_of(encoding->head).subspan(header->data_offset));
    if (encoding->body) encoding->body(gather);
    const std::vector<std::size_t> shape(header->shape.begin(), header->shape.end());
    hash = entry::hash_128(in_c_order(gather.data, shape, header->dtype.itemsize));
  } else {
    HashSink sink;
    sink.write(entry::bytes_of(encoding->head).subspan(header->data_offset));
    if (encoding->body) encoding->body(sink);
    hash = sink.hasher.digest();
  }
  std::string encoded;
  entry::append_sized(encoded, header->dtype.text());
  for (const std::size_t extent : header->shape) entry::append_sized(encoded, fmt::format_int(extent).str());
  entry::append_sized(encoded, entry::hex(hash));
  add('a', encoded, {}, false);
}

void ArgumentList::begin_tuple() {
  separate();
  encoded_ += '(';
  written_ += '(';
  needs_comma_ = false;
}
void ArgumentList::end_tuple() {
  encoded_ += ')';
  written_ += ')';
  needs_comma_ = true;
}
void ArgumentList::keyword(std::string_view name) {
  encoded_ += 'k';
  entry::append_sized(encoded_, name);
  separate();
  plain_ = plain_ && is_identifier(name);
  if (plain_) written_ += std::string(name) + "=";
  needs_comma_ = false;
}

std::string ArgumentList::name() const {
  if (plain_ && written_.size() <= longest_written) return "(" + written_ + ")";
  return fmt::format("(#{})", entry::hex(entry::hash_128(encoded_)));
}

}  // namespace cache_on_disk
