#include "tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <string_view>
#include <vector>

namespace cache_on_disk::tool {
namespace {

// Offsets and lengths of the fields of a ustar header.
struct Field {
  std::size_t offset;
  std::size_t size;
};
constexpr Field name_field{0, 100}, mode_field{100, 8}, uid_field{108, 8}, gid_field{116, 8}, size_field{124, 12},
    time_field{136, 12}, checksum_field{148, 8}, type_field{156, 1}, magic_field{257, 8}, prefix_field{345, 155};

// A size that the octal field holds: 11 digits.
constexpr std::uint64_t largest_octal = (std::uint64_t{1} << 33) - 1;
// Names longer than any file system takes are not names of entries.
constexpr std::uint64_t largest_extension = std::uint64_t{1} << 20;

void put(std::string& header, Field field, std::string_view text) {
  header.replace(field.offset, std::min(text.size(), field.size), text.substr(0, field.size));
}

void put_octal(std::string& header, Field field, std::uint64_t number) {
  put(header, field, fmt::format("{:0{}o}", number, field.size - 1));
}

/// The sum of the header's bytes, the checksum itself counted as blanks.
unsigned checksum_of(std::string_view header) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool in_checksum = i >= checksum_field.offset && i < checksum_field.offset + checksum_field.size;
    sum += in_checksum ? ' ' : static_cast<unsigned char>(header[i]);
  }
  return sum;
}

std::string ustar_header(std::string_view path, char type, std::uint64_t size, std::int64_t modified) {
  std::string header(tar_block, '\0');
  put(header, name_field, path);
  put_octal(header, mode_field, 0600);
  put_octal(header, uid_field, 0);
  put_octal(header, gid_field, 0);
  put_octal(header, size_field, std::min(size, largest_octal));
  put_octal(header, time_field, static_cast<std::uint64_t>(std::max<std::int64_t>(modified, 0)));
  put(header, type_field, {&type, 1});
  put(header, magic_field,
      std::string_view("ustar\0"
                       "00",
                       8));
  put(header, checksum_field, fmt::format("{:06o}", checksum_of(header)) + std::string("\0 ", 2));
  return header;
}

/// "length key=value\n", where length counts itself.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) length = std::to_string(length).size() + rest;
  return fmt::format("{} {}={}\n", length, key, value);
}

std::string_view text_in(std::string_view header, Field field) {
  const std::string_view text = header.substr(field.offset, field.size);
  return text.substr(0, text.find('\0'));
}

/// An octal number, or with the top bit set a binary one, as GNU tar writes sizes from 8 GiB on.
std::optional<std::uint64_t> number_in(std::string_view header, Field field) {
  std::string_view text = header.substr(field.offset, field.size);
  if ((static_cast<unsigned char>(text.front()) & 0x80) != 0) {
    std::uint64_t number = static_cast<unsigned char>(text.front()) & 0x7F;
    for (const char c : text.substr(1)) {
      if (number >> 55 != 0) return std::nullopt;
      number = number << 8 | static_cast<unsigned char>(c);
    }
    return number;
  }
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  text = text.substr(0, text.find_first_of(std::string_view(" \0", 2)));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 8);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// What extended headers say of the member that follows them.
struct Extension {
  std::optional<std::string> path;
  std::optional<std::uint64_t> size;
};

bool read_pax(std::string_view records, Extension& extension) {
  while (!records.empty()) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(records.data(), records.data() + records.size(), length);
    const auto digits = static_cast<std::size_t>(end - records.data());
    if (error != std::errc() || length > records.size() || length < digits + 3 || records[digits] != ' ' ||
        records[length - 1] != '\n')
      return false;
    const std::string_view record = records.substr(digits + 1, length - digits - 2);
    const auto equals = record.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view value = record.substr(equals + 1);
    if (record.substr(0, equals) == "path") extension.path = std::string(value);
    if (record.substr(0, equals) == "size") {
      std::uint64_t size = 0;
      const auto parsed = std::from_chars(value.data(), value.data() + value.size(), size);
      if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size()) return false;
      extension.size = size;
    }
    records.remove_prefix(length);
  }
  return true;
}

std::string kind_of(char type) {
  switch (type) {
    case '1':
      return "a hard link";
    case '2':
      return "a symbolic link";
    case '3':
    case '4':
      return "a device";
    case '5':
      return "a directory";
    case '6':
      return "a FIFO";
    default:
      return fmt::format("of the unknown type {:#x}", static_cast<unsigned char>(type));
  }
}

std::uint64_t padded(std::uint64_t size) { return (size + tar_block - 1) / tar_block * tar_block; }

}  // namespace

std::string tar_header(const std::string& path, std::uint64_t size, std::int64_t modified) {
  const bool plain =
      path.size() <= name_field.size && std::ranges::all_of(path, [](char c) { return c >= 0x20 && c < 0x7F; });
  std::string records;
  if (!plain) records += pax_record("path", path);
  if (size > largest_octal) records += pax_record("size", std::to_string(size));
  std::string header;
  if (!records.empty())
    header = ustar_header("PaxHeader/entry", 'x', records.size(), modified) + records + tar_padding(records.size());
  return header + ustar_header(plain ? path : "entry", '0', size, modified);
}

std::string tar_padding(std::uint64_t size) { return std::string(static_cast<std::size_t>(padded(size) - size), '\0'); }

std::string tar_end() { return std::string(2 * tar_block, '\0'); }

Error TarReader::damaged(const std::string& why) const {
  return {fmt::format("the archive is damaged at byte {}: {}", position_, why), 0};
}

Result<std::string> TarReader::read_text(std::uint64_t offset, std::uint64_t size) const {
  std::string text(static_cast<std::size_t>(size), '\0');
  if (auto done = read_(std::as_writable_bytes(std::span(text)), offset); !done) return done.error();
  return text;
}

Result<std::optional<TarReader::Member>> TarReader::next() {
  Extension extension;
  while (true) {
    if (position_ > size_ || size_ - position_ < tar_block) return damaged("it ends without its end mark");
    const auto header = read_text(position_, tar_block);
    if (!header) return header.error();
    if (header->find_first_not_of('\0') == std::string::npos) return std::optional<Member>();
    const auto checksum = number_in(*header, checksum_field);
    if (!checksum || *checksum != checksum_of(*header)) return damaged("a header has a wrong checksum");
    auto size = number_in(*header, size_field);
    if (!size) return damaged("a header has no size");
    const char type = (*header)[type_field.offset];
    const bool extends = type == 'x' || type == 'g' || type == 'L' || type == 'K';
    if (!extends && extension.size) size = extension.size;
    const std::uint64_t content = position_ + tar_block;
    if (*size > size_ - content) return damaged("it is cut short");
    position_ = content + padded(*size);
    if (extends) {
      if (*size > largest_extension) return damaged("an extended header is too long");
      const auto text = read_text(content, *size);
      if (!text) return text.error();
      if (type == 'x' && !read_pax(*text, extension)) return damaged("an extended header is not a list of records");
      if (type == 'L') extension.path = text->substr(0, text->find('\0'));
      continue;
    }
    Member member;
    const std::string_view prefix = header->substr(magic_field.offset, 6) == std::string_view("ustar\0", 6)
                                        ? text_in(*header, prefix_field)
                                        : std::string_view();
    member.path = prefix.empty() ? std::string(text_in(*header, name_field))
                                 : fmt::format("{}/{}", prefix, text_in(*header, name_field));
    if (extension.path) member.path = *extension.path;
    member.is_file = type == '0' || type == '\0' || type == '7';
    if (!member.is_file) member.kind = kind_of(type);
    member.offset = content;
    member.size = *size;
    return std::optional(std::move(member));
  }
}

}  // namespace cache_on_disk::tool
