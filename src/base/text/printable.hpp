// Text from files, made fit for messages and terminals: names and metadata on disk may hold anything.
#pragma once

#include <string>
#include <string_view>

namespace cache_on_disk::text {

/// The text with control characters and bytes that are not UTF-8 as \xHH: no name can move the cursor, change
/// colours or begin a line of its own.
std::string printable(std::string_view text);

}  // namespace cache_on_disk::text
