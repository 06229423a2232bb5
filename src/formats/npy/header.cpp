#include "cache_on_disk/detail/npy/header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include "npy/descr.hpp"
#include "npy/literal.hpp"
#include "npy/type_string.hpp"
#include "text/padding.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk {

std::string to_text(std::span<const std::size_t> shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "{}{}", i == 0 ? "" : ", ", shape[i]);
  }
  return text + (shape.size() == 1 ? ",)" : ")");
}

namespace npy {
namespace {

// payload = magic version length text data
// magic   = 93 'N' 'U' 'M' 'P' 'Y'
// version = 01 00 | 02 00 | 03 00
// length  = little-endian, bytes of the text: 2 in version 1, else 4
// text    = dict { 'descr': descr, 'fortran_order': bool, 'shape': tuple }; latin-1 in versions 1 and 2, else
// UTF-8
constexpr std::string_view magic{"\x93NUMPY"};
constexpr std::size_t alignment = 64;
constexpr std::size_t growth_digits = 21;
// A file that lost its end in a crash, as a copy of an entry may, ends at a multiple of this.
constexpr std::size_t page = 4096;

std::size_t prefix_size(unsigned version) { return version == 1 ? 10 : 12; }

// Takes exactly the text that np.save writes for a plain dtype, which nearly every entry has: the general
// parser builds a tree for it. Whatever is not that text is left to the general parser, to accept or to
// refuse.
std::optional<Header> read_canonical(std::string_view text) {
  const auto take = [&text](std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
  };
  if (!take("{'descr': '")) return std::nullopt;
  const std::size_t end = text.substr(0, 32).find('\'');
  if (end == std::string_view::npos || text.substr(0, end).find('\\') != std::string_view::npos) return std::nullopt;
  auto dtype = parse_type_string(text.substr(0, end));
  if (!dtype || dtype->kind == Kind::subarray) return std::nullopt;
  text.remove_prefix(end);

  Header header;
  header.dtype = *std::move(dtype);
  if (!take("', 'fortran_order': ")) return std::nullopt;
  if (take("True")) {
    header.fortran_order = true;
  } else if (!take("False")) {
    return std::nullopt;
  }
  if (!take(", 'shape': (")) return std::nullopt;
  while (!take(")")) {
    std::uint64_t extent = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && digits < 18 && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
      extent = extent * 10 + static_cast<std::uint64_t>(text[digits] - '0');
    }
    if (digits == 0 || (digits > 1 && text[0] == '0') || header.shape.size() == max_rank_read) return std::nullopt;
    text.remove_prefix(digits);
    header.shape.push_back(extent);
    const bool comma = take(",");
    if (comma && take(" ")) continue;
    // The comma comes behind the only extent, and not behind the last of several.
    if (comma != (header.shape.size() == 1) || !text.starts_with(')')) return std::nullopt;
  }
  if (!take(", }") || text.empty() || text.back() != '\n') return std::nullopt;
  text.remove_suffix(1);
  if (!text::is_all(text, ' ')) return std::nullopt;
  return header;
}

Result<Header> read_dict(const Literal& dict) {
  if (dict.kind != Literal::Kind::dict) return Error{"the header is not a dictionary"};
  const Literal* descr = nullptr;
  const Literal* order = nullptr;
  const Literal* shape = nullptr;
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const Literal& key = dict.items[i];
    if (key.kind != Literal::Kind::text) return Error{"the header has a key that is not text"};
    const Literal*& place = key.text == "descr" ? descr : key.text == "fortran_order" ? order : shape;
    if (&place == &shape && key.text != "shape") return Error{"the header has a key it should not have"};
    place = &dict.items[i + 1];  // of repeated keys Python keeps the last
  }
  if (!descr || !order || !shape) return Error{"the header lacks one of descr, fortran_order and shape"};
  if (order->kind != Literal::Kind::boolean) return Error{"fortran_order is neither True nor False"};
  if (shape->kind != Literal::Kind::tuple) return Error{"the shape is not a tuple"};

  Header header;
  auto extents = shape_from_literal(*shape, max_rank_read, "the shape");
  if (!extents) return extents.error();
  auto dtype = dtype_from_descr(*descr);
  if (!dtype) return dtype.error();
  header.dtype = *std::move(dtype);
  header.fortran_order = order->integer != 0;
  header.shape = *std::move(extents);
  return header;
}

Result<Header> read_text(std::string_view text, unsigned version) {
  if (auto header = read_canonical(text)) return *std::move(header);
  std::string converted;
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii && version < 3) {
    converted = text::from_latin1(text);
    text = converted;
  } else if (!ascii && !text::is_utf8(text)) {
    return Error{"the header is not UTF-8"};
  }
  // Only Python 2 wrote the suffix, and it never wrote version 3.
  auto literal = parse_literal(text, version < 3 ? LongSuffix::drop : LongSuffix::refuse);
  if (!literal) return literal.error();
  return read_dict(*literal);
}

std::size_t byte_at(std::span<const std::byte> bytes, std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); }

}  // namespace

bool has_magic(std::span<const std::byte> bytes) noexcept {
  return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin(), [](char c, std::byte b) {
           return static_cast<unsigned char>(c) == std::to_integer<unsigned char>(b);
         });
}

std::optional<std::uint64_t> data_size(std::size_t itemsize, std::span<const std::size_t> shape) noexcept {
  std::uint64_t size = std::max<std::uint64_t>(itemsize, 1);
  bool none = itemsize == 0;
  for (const std::size_t extent : shape) {
    none = none || extent == 0;
    const auto product = checked_multiply(size, std::max<std::size_t>(extent, 1));
    if (!product) return std::nullopt;
    size = *product;
  }
  return none ? 0 : size;
}

Result<std::uint64_t> Header::data_size() const {
  const auto size = npy::data_size(dtype.itemsize, shape);
  if (!size) return Error{fmt::format("an array of shape {} is too big", to_text(shape))};
  return *size;
}

Result<Header> read_header(std::span<const std::byte> bytes) {
  if (!has_magic(bytes)) return Error{"the file does not begin as .npy files do"};
  if (bytes.size() < magic.size() + 2) return Error{"the file ends within the .npy header"};
  const std::size_t version = byte_at(bytes, 6);
  if (version < 1 || version > 3 || byte_at(bytes, 7) != 0) {
    return Error{fmt::format("version {}.{} of .npy is unknown", version, byte_at(bytes, 7))};
  }
  const std::size_t start = prefix_size(static_cast<unsigned>(version));
  if (bytes.size() < start) return Error{"the file ends within the .npy header"};
  std::size_t length = byte_at(bytes, 8) | byte_at(bytes, 9) << 8;
  if (version > 1) length |= byte_at(bytes, 10) << 16 | byte_at(bytes, 11) << 24;
  if (length > max_header_size) return Error{fmt::format("the .npy header of {} bytes is longer than 1 MiB", length)};
  if (length > bytes.size() - start) return Error{"the file ends within the .npy header"};

  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + start, length);
  auto header = read_text(text, static_cast<unsigned>(version));
  if (header) header->data_offset = start + length;
  return header;
}

Result<std::string> write_header(const Dtype& dtype, bool fortran_order, std::span<const std::size_t> shape) {
  if (shape.size() > max_rank_written) {
    return Error{fmt::format("an array of {} dimensions has more than the 32 that every NumPy reads", shape.size())};
  }
  if (dtype.kind == Kind::subarray) return Error{"a sub-array cannot be the dtype of an array"};
  auto descr = dtype.descr();
  if (!descr) return descr;
  std::string text = fmt::format("{{'descr': {}, 'fortran_order': {}, 'shape': {}, }}", *descr,
                                 fortran_order ? "True" : "False", to_text(shape));
  if (!shape.empty()) {
    // Room for the extent along which a file may grow, so that its header can be rewritten in place.
    const std::size_t digits = fmt::formatted_size("{}", fortran_order ? shape.back() : shape.front());
    text.append(growth_digits - std::min(digits, growth_digits), ' ');
  }

  unsigned version = 1;
  if (auto latin1 = text::to_latin1(text)) {
    text = *std::move(latin1);
  } else if (text::is_utf8(text)) {
    version = 3;
  } else {
    return Error{"the name of a field is not UTF-8"};
  }
  const auto padding = [&text](unsigned v) { return alignment - (prefix_size(v) + text.size() + 1) % alignment; };
  if (version == 1 && text.size() + padding(1) + 1 > 0xFFFF) version = 2;
  text.append(padding(version), ' ');
  // Data that ended on a page could have lost what follows it, and pages before its end, and pass for a whole file
  // without trailer.
  const auto data = Header{dtype, fortran_order, Shape(shape), 0}.data_size();
  if (data && (prefix_size(version) + text.size() + 1 + *data) % page == 0 && text.size() + alignment < 0xFFFF)
    text.append(alignment, ' ');
  text += '\n';
  if (text.size() > max_header_size) return Error{"the .npy header would be longer than 1 MiB"};

  std::string header(magic);
  header += static_cast<char>(version);
  header += '\0';
  for (std::size_t shift = 0; shift < (version == 1 ? 16 : 32); shift += 8) {
    header += static_cast<char>(static_cast<unsigned char>(text.size() >> shift & 0xFF));
  }
  return header + text;
}

Result<Extent> measure(std::span<const std::byte> bytes) {
  auto header = read_header(bytes);
  if (!header) return header.error();
  if (header->dtype.has_object()) return Extent{true, header->data_offset};
  auto data = header->data_size();
  if (!data) return data.error();
  if (*data > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) - header->data_offset) {
    return Error{"the array is larger than a file can be"};
  }
  return Extent{false, header->data_offset + *data};
}

}  // namespace npy
}  // namespace cache_on_disk
