// Errors of system calls as text.
#pragma once

#include <string>
#include <string_view>

#include "cache_on_disk/result.hpp"

namespace cache_on_disk::system {

/// The text of an errno value, as strerror gives it; thread-safe.
std::string error_text(int code);

/// An Error "what path: text" with the current errno.
Error last_error(std::string_view what, std::string_view path);

/// "message" or "message: text of the code".
std::string describe(const Error& error);

}  // namespace cache_on_disk::system
