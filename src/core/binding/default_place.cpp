#include "binding/default_place.hpp"

#include <fmt/format.h>

#include "binding/context.hpp"
#include "files/calls.hpp"
#include "format/names.hpp"
#include "log/log.hpp"
#include "process/users.hpp"
#include "store/tag_directory.hpp"
#include "store/trust.hpp"

namespace cache_on_disk::core {
namespace {

std::string joined(const std::string& path, std::string_view name) {
  return path + (path.ends_with('/') ? "" : "/") + std::string(name);
}

bool is_there(const std::string& path) {
  system::FileStatus status;
  return system::status_at(AT_FDCWD, path.c_str(), status) == 0;
}

}  // namespace

std::optional<Taken> taken_by_other(const std::string& tmpdir, std::string_view component) {
  std::string path = tmpdir;
  while (!component.empty()) {
    path = joined(path, entry::take_component(component));
    system::FileStatus status;
    if (system::status_at(AT_FDCWD, path.c_str(), status) != 0) return std::nullopt;
    if (status.uid != 0 && status.uid != system::effective_user()) return Taken{path, status.uid};
  }
  return std::nullopt;
}

std::string own_tmpdir(const std::string& tmpdir) {
  std::string path = joined(tmpdir, fmt::format(".cache-on-disk-{}", system::effective_user()));
  system::FileStatus status;
  if (system::status_at(AT_FDCWD, path.c_str(), status) != 0) return path;
  const bool is_ours = status.is_directory() && status.uid == system::effective_user() &&
                       entry::objection(status, Trust::only_me()).empty();
  return is_ours ? path : std::string();
}

std::string default_tmpdir(const std::string& component, const Trust& trust) {
  std::string tmpdir = default_tmpdir();
  if (tmpdir.empty() || trust.kind != Trust::Kind::private_only) return tmpdir;
  const auto other = taken_by_other(tmpdir, component);
  if (!other && is_there(joined(tmpdir, component))) return tmpdir;
  std::string own = own_tmpdir(tmpdir);
  if (own.empty()) return tmpdir;  // the call will say what is wrong with the other
  if (!other) return is_there(joined(own, component)) ? own : tmpdir;
  if (system::logs(LogLevel::info))
    system::log(
        LogLevel::info, component, "root",
        fmt::format(
            "{} belongs to {}: values are kept below {} (set_tmpdir or CACHE_ON_DISK_DIR name another directory, "
            "set_trust shares)",
            other->path, system::user_text(other->owner), own));
  return own;
}

}  // namespace cache_on_disk::core
