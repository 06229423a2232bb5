#include "files/errors.hpp"

#include <cerrno>
#include <system_error>

namespace cache_on_disk::system {

std::string error_text(int code) { return std::generic_category().message(code); }

Error last_error(std::string_view what, std::string_view path) {
  const int code = errno;
  return {std::string(what) + " " + std::string(path), code};
}

std::string describe(const Error& error) {
  return error.code == 0 ? error.message : error.message + ": " + error_text(error.code);
}

}  // namespace cache_on_disk::system
