// The names of tag directories and entries.
//
//   tmpdir/prefix<tag>/<instance>.<Class>.<method>[(arguments)][~<8 hex>].npy
//
// A stem is such a name without "~<8 hex>" and ".npy". It may be longer than a file name can be: then the file
// bears a shortened form, and the entry's identity keeps the whole one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "format/hash.hpp"

namespace cache_on_disk::entry {

/// The longest file name of the file systems in use (NAME_MAX).
inline constexpr std::size_t longest_name = 255;

/// The directory of a tag, relative to the tmpdir: prefix and tag joined as text, which may hold '/'. Slashes that follow
/// each other count once, those at the ends not at all: prefix "cache" and tag "/data/x/" give "cache/data/x". Throws
/// std::invalid_argument, which names what is wrong, unless each component is sound, the whole is at most 2000 bytes long,
/// and the tag itself is not empty.
std::string tag_path(std::string_view prefix, std::string_view tag);

/// Why a name cannot be a component of such a path, as the rest of a sentence; empty if it can: valid UTF-8, not empty, no
/// leading dot, no '/', NUL or control character, at most 255 bytes.
std::string component_objection(std::string_view name);

/// True for what tag_path() gives.
bool is_tag_path(std::string_view path);

/// The first component of a path without slashes at its ends, taken off its beginning; the last one leaves it empty.
std::string_view take_component(std::string_view& path) noexcept;

/// Text as it stands in a name: '/', '%', ''', control characters and bytes that are not UTF-8 become %XX.
/// So do the characters in `also`, which mean something where the text stands.
std::string encode_text(std::string_view text, std::string_view also = {});
/// Appends the same; the characters in `but` are left alone.
void append_encoded(std::string& encoded, std::string_view text, std::string_view also, std::string_view but);

/// The stem as it fits into a file name: itself, or its beginning, '#' and the 32 digits of its hash.
std::string shortened(std::string_view stem);

/// The file at which an entry is looked for first.
std::string plain_file(std::string_view stem);

/// The file beside it, for an origin that cannot use the plain one.
std::string beside_file(std::string_view stem, std::uint32_t origin_hash);

/// True if a file of this name may hold the entry of that stem: at the plain name or beside it.
bool is_file_of(std::string_view stem, std::string_view name);

/// What an entry is of: the directory's path below the tmpdir and the whole stem, each with its length. A file whose identity is not
/// its name's was renamed or swapped.
Hash128 identity(std::string_view tag_path, std::string_view stem);

}  // namespace cache_on_disk::entry
