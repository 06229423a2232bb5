#include "format/origin.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "format/hash.hpp"
#include "text/little_endian.hpp"

namespace cache_on_disk::entry {
namespace {

/// A dtype without its byte order: the order is converted on the way.
std::string_view kind_and_size(std::string_view dtype) {
  if (!dtype.empty() && std::string_view("<>|=").find(dtype.front()) != std::string_view::npos) dtype.remove_prefix(1);
  return dtype;
}

/// The path in a text that tells a program.
std::string_view path_of(std::string_view program) {
  const auto blank = program.find(' ');
  return blank == std::string_view::npos ? "-" : program.substr(blank + 1);
}

}  // namespace

bool Origin::same_program(std::string_view one, std::string_view other) {
  if (one.empty() || other.empty()) return true;
  const std::string_view one_path = path_of(one), other_path = path_of(other);
  if (one_path != "-" && one_path == other_path) return true;
  const std::string_view one_text = one.substr(0, one.find(' ')), other_text = other.substr(0, other.find(' '));
  return one_text != "-" && one_text == other_text;
}

std::uint32_t hash_of(const Origin& origin) {
  std::string text;
  for (const std::string& part :
       {origin.language, origin.module, origin.object_class, origin.function, origin.type.text()})
    text::append_sized(text, part);
  // The path if there is one: an edited script finds again what it has stored beside.
  if (!origin.program.empty())
    text::append_sized(text, path_of(origin.program) != "-" ? path_of(origin.program) : origin.program);
  return static_cast<std::uint32_t>(hash_128(text).high >> 32);
}

std::string difference(const Origin& theirs, const Origin& ours) {
  if (theirs.language == ours.language) {
    if (theirs.module != ours.module)
      return fmt::format("it belongs to module '{}', not '{}'", theirs.module, ours.module);
    if (theirs.object_class != ours.object_class)
      return fmt::format("it belongs to class {}, not {}", readable_class(theirs.object_class),
                         readable_class(ours.object_class));
    if (theirs.function != ours.function)
      return fmt::format("it belongs to {}, not {}", theirs.function, ours.function);
    if (!Origin::same_program(theirs.program, ours.program)) {
      const auto path = path_of(theirs.program);
      return path == "-" ? fmt::format("it belongs to another program called '{}'", theirs.module)
                         : fmt::format("it belongs to {}, another program of that name", path);
    }
  }
  if (theirs.version > ours.version)
    return fmt::format("it has version {}, newer than {}", theirs.version, ours.version);
  return {};
}

StoredType parse_stored_type(std::string_view text) {
  if (text == "*") return {};
  if (text == "pickle") return {Format::pickle, "", -1};
  const auto last = text.rfind(' ');
  if (!text.starts_with("npy ") || last < 4) return {Format::npy, "unknown", -2};
  const std::string_view rank = text.substr(last + 1);
  StoredType type{Format::npy, std::string(text.substr(4, last - 4)), -1};
  if (rank != "*" && std::from_chars(rank.data(), rank.data() + rank.size(), type.rank).ec != std::errc())
    type.rank = -2;
  return type;
}

bool converts(const StoredType& stored, const StoredType& wanted) {
  if (wanted.format == Format::any || stored == wanted) return true;
  // A single number is stored as a pickle, or as an array without dimensions.
  if (wanted.format == Format::pickle)
    return stored.format == Format::pickle || (stored.format == Format::npy && stored.rank == 0);
  return stored.format == Format::npy && (wanted.rank == -1 || stored.rank == wanted.rank) &&
         (wanted.dtype == "*" || kind_and_size(stored.dtype) == kind_and_size(wanted.dtype));
}

std::string readable_class(const std::string& typeid_name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(typeid_name.c_str(), nullptr, nullptr, &status),
                                                    std::free);
  return status == 0 && name ? std::string(name.get()) : typeid_name;
}

}  // namespace cache_on_disk::entry
