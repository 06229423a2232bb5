#include "cache_on_disk/detail/arguments/argument_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "binding/binding.hpp"
#include "cache_on_disk/detail/arguments/argument_encoder.hpp"
#include "cache_on_disk/detail/core/cell.hpp"
#include "cache_on_disk/detail/npy/header.hpp"
#include "cache_on_disk/options.hpp"
#include "format/hash.hpp"
#include "report/uncached.hpp"
#include "text/little_endian.hpp"

namespace cache_on_disk {
namespace {

constexpr std::size_t longest_written = 64;
constexpr std::size_t longest_written_text = 32;

/// An integer as minimal two's complement, little-endian.
std::string minimal(std::uint64_t magnitude_bits, bool negative) {
  std::byte bytes[9];
  text::put(bytes, magnitude_bits);
  const std::byte filler{static_cast<unsigned char>(negative ? 0xFF : 0)};
  bytes[8] = filler;
  std::size_t size = sizeof bytes;
  while (size > 1 && bytes[size - 1] == filler && ((bytes[size - 2] & std::byte{0x80}) != std::byte{0}) == negative)
    --size;
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string bits_of(double value) {
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();  // all NaNs are one argument
  std::byte bytes[8];
  text::put(bytes, std::bit_cast<std::uint64_t>(value));
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
    if (!(c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) return false;
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
  if (item == 0) return ordered;
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

/// Marks the bytes of an element, from `offset` on, that belong to its value: not what lies between the fields of a structure,
/// nor what fills up a long double, where anything may have been left in memory.
void mark_meaningful(const npy::Dtype& dtype, std::size_t offset, std::vector<bool>& bytes) {
  constexpr std::size_t x87_bytes = 10;
  constexpr bool long_doubles_are_padded = std::numeric_limits<long double>::digits == 64;
  const auto mark = [&](std::size_t from, std::size_t count) {
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), count, true);
  };
  if (dtype.kind == npy::Kind::structure) {
    for (const npy::Field& field : dtype.fields) mark_meaningful(field.dtype, offset + field.offset, bytes);
  } else if (dtype.kind == npy::Kind::subarray) {
    const std::size_t item = dtype.base->itemsize;
    for (std::size_t place = 0; item > 0 && place + item <= dtype.itemsize; place += item)
      mark_meaningful(*dtype.base, offset + place, bytes);
  } else {
    const bool complex = dtype.kind == npy::Kind::complex;
    const std::size_t number = complex ? dtype.itemsize / 2 : dtype.itemsize;
    const bool padded =
        long_doubles_are_padded && (complex || dtype.kind == npy::Kind::floating) && number == sizeof(long double);
    const std::size_t count = padded ? x87_bytes : number;
    const std::size_t skipped = padded && dtype.order == npy::ByteOrder::big ? number - count : 0;
    mark(offset + skipped, count);
    if (complex) mark(offset + number + skipped, count);
  }
}
std::vector<bool> meaningful_bytes(const npy::Dtype& dtype) {
  std::vector<bool> bytes(dtype.itemsize, false);
  mark_meaningful(dtype, 0, bytes);
  return bytes;
}
void clear_padding(std::vector<std::byte>& data, const std::vector<bool>& meaningful) {
  const std::size_t item = meaningful.size();
  for (std::size_t i = 0; i < item; ++i)
    for (std::size_t place = i; !meaningful[i] && place < data.size(); place += item) data[place] = std::byte{0};
}

std::string sized_pair(std::string_view one, std::string_view other) {
  std::string encoded;
  text::append_sized(encoded, one);
  text::append_sized(encoded, other);
  return encoded;
}

}  // namespace

void ArgumentList::separate() {
  if (needs_comma_) written_ += ',';
  needs_comma_ = true;
}

void ArgumentList::add(char type, std::string_view encoded, std::string_view written, bool plain) {
  separate();
  encoded_ += type;
  text::append_sized(encoded_, encoded);
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
void ArgumentList::array(const Result<Encoding>& encoding) {
  if (!encoding) return refuse(encoding.error().message);
  const auto header = npy::read_header(entry::bytes_of(encoding->head));
  if (!header) {  // a codec's own form
    Gather gather;
    gather.write(entry::bytes_of(encoding->head));
    if (encoding->body) encoding->body(gather);
    return bytes({reinterpret_cast<const char*>(gather.data.data()), gather.data.size()});
  }
  const auto head = entry::bytes_of(encoding->head).subspan(header->data_offset);
  const std::vector<bool> meaningful = meaningful_bytes(header->dtype);
  const bool padded = std::ranges::find(meaningful, false) != meaningful.end();
  entry::Hash128 hash;
  if (header->fortran_order || padded) {
    Gather gather;
    gather.write(head);
    if (encoding->body) encoding->body(gather);
    if (padded) clear_padding(gather.data, meaningful);
    const std::vector<std::size_t> shape(header->shape.begin(), header->shape.end());
    hash = entry::hash_128(header->fortran_order ? in_c_order(gather.data, shape, header->dtype.itemsize)
                                                 : std::move(gather.data));
  } else {
    HashSink sink;
    sink.write(head);
    if (encoding->body) encoding->body(sink);
    hash = sink.hasher.digest();
  }
  std::string encoded;
  text::append_sized(encoded, header->dtype.text());
  for (const std::size_t extent : header->shape) text::append_sized(encoded, fmt::format_int(extent).str());
  text::append_sized(encoded, entry::hex(hash));
  add('a', encoded, {}, false);
}

bool ArgumentList::enter() {
  if (++depth_ <= deepest) return true;
  --depth_;
  refuse(fmt::format("it is nested more than {} levels deep", deepest));
  return false;
}
bool ArgumentList::begin(char bracket) {
  if (!enter()) return false;
  separate();
  encoded_ += bracket;
  plain_ = plain_ && bracket == '(';
  if (plain_) written_ += bracket;
  needs_comma_ = false;
  return true;
}
void ArgumentList::end(char bracket) {
  leave();
  encoded_ += bracket;
  if (plain_) written_ += bracket;
  needs_comma_ = true;
}
bool ArgumentList::begin_object(std::string_view module, std::string_view class_name) {
  if (!enter()) return false;
  add('o', sized_pair(module, class_name), {}, false);
  return true;
}
void ArgumentList::global(std::string_view module, std::string_view name) {
  add('g', sized_pair(module, name), {}, false);
}

ArgumentList ArgumentList::part() const {
  ArgumentList part;
  part.depth_ = depth_ + 1;
  part.plain_ = false;
  return part;
}
void ArgumentList::unordered(char open, std::vector<ArgumentList> parts, char close) {
  std::ranges::sort(parts, {}, &ArgumentList::encoded_);
  plain_ = false;
  encoded_ += open;
  for (ArgumentList& part : parts) {
    encoded_ += part.encoded_;
    if (!part.refusal_.empty()) refuse(std::move(part.refusal_));
  }
  encoded_ += close;
}

void ArgumentList::keyword(std::string_view name) {
  encoded_ += 'k';
  text::append_sized(encoded_, name);
  separate();
  plain_ = plain_ && is_identifier(name);
  if (plain_) written_ += std::string(name) + "=";
  needs_comma_ = false;
}

void ArgumentList::refuse(std::string why) {
  if (refusal_.empty()) refusal_ = std::move(why);
}

std::string ArgumentList::name() const {
  if (!refusal_.empty()) throw std::invalid_argument("cache_on_disk: an argument cannot name a value: " + refusal_);
  if (plain_ && written_.size() <= longest_written) return "(" + written_ + ")";
  return fmt::format("(#{})", entry::hex(entry::hash_128(encoded_)));
}

std::string detail::text_of_path(const std::string& native) {
  std::string text;
  text.reserve(native.size());
  for (const char c : native)
    if (c != '/' || text.empty() || text.back() != '/') text += c;
  return text;
}

void core::tell_unnamed(const Binding& binding, std::string_view why) {
  if (options().mode == Mode::off) return;
  const std::string method = binding.function_name();
  tell_uncached(
      {method,
       fmt::format("argument: {}", why),
       fmt::format("{} is computed without the cache, as an argument of the call cannot name a value: {}", method, why),
       {},
       binding.context().place().path()});
}

}  // namespace cache_on_disk
