// Strings in JSON.
#pragma once

#include <string>
#include <string_view>

namespace cache_on_disk::text {

/// A text in quotes as JSON (RFC 8259) has it. A lone surrogate stands as an escape; each byte that is not UTF-8 becomes U+FFFD.
std::string json_text(std::string_view utf8);

}  // namespace cache_on_disk::text
