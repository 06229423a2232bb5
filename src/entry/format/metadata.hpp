// The readable part of an entry, between payload and footer: lines "key: value" of UTF-8 text.
//
//   metadata = "\ncache-on-disk entry\n" { key ": " value "\n" } { "\n" }
//   key      = lower-case letters
//   value    = text in which '%', control characters and bytes that are not UTF-8 are %XX
//
// Line feeds at the end fill it up so that metadata and footer together are a multiple of 64 bytes long. Unknown
// keys are ignored; of a key that comes twice the first counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "format/origin.hpp"

namespace cache_on_disk::entry {

struct Metadata {
  Origin origin;
  std::string directory;     ///< the tag directory's name
  std::string stem;          ///< the whole name, unshortened
  std::int64_t created = 0;  ///< when it was stored, nanoseconds since 1970 (UTC); 0: unknown
  double seconds = 0;        ///< how long the computation took
  std::string writer;        ///< "program on host, pid 1234"
  std::string arguments{};   ///< of the call that computed it, as "(...)", where they are not part of the name
  bool foreign = false;      ///< set by whoever brought the entry from elsewhere: gives plain data only
};

/// The text of the metadata, filled up so that it and a footer of `footer_size` bytes are a multiple of 64 bytes.
std::string format_metadata(const Metadata& metadata, std::size_t footer_size);

/// How much of it is read.
enum class MetadataPart {
  all,
  of_use  ///< what whoever uses the value must know: not directory, stem, created and writer
};

/// Reads metadata of any content: what is missing or wrong stays at its default.
Metadata parse_metadata(std::string_view text, MetadataPart part = MetadataPart::all);
/// The same into `metadata`, which is at its defaults.
void parse_metadata(std::string_view text, MetadataPart part, Metadata& metadata);

}  // namespace cache_on_disk::entry
