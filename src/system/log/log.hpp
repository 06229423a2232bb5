// Writing log lines and telling of trouble.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cache_on_disk/log.hpp"

namespace cache_on_disk::system {

/// True if lines of this level are written: ask before putting a message together.
bool logs(LogLevel level) noexcept;

/// Writes "<tag> <function> <message>" with the time before it.
void log(LogLevel level, std::string_view tag, std::string_view function, std::string_view message) noexcept;

/// Tells of trouble: to the handler (else standard error) and the log, once per place and reason.
void report(const Trouble& trouble) noexcept;

/// How often each trouble came up at a place, by "reason: message".
std::map<std::string, std::uint64_t> troubles_at(const std::string& place);
/// The same of a directory and all files in it.
std::map<std::string, std::uint64_t> troubles_within(const std::string& directory);

}  // namespace cache_on_disk::system
