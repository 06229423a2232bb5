#include "store/base_directory.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "files/directory.hpp"
#include "files/errors.hpp"
#include "process/users.hpp"
#include "store/trust.hpp"

namespace cache_on_disk::entry {

std::string whose_it_is(const std::string& path) {
  for (std::string here = path; !here.empty(); here.resize(here.rfind('/') + 1)) {
    while (here.size() > 1 && here.ends_with('/')) here.pop_back();
    system::FileStatus status;
    if (system::status_at(AT_FDCWD, here.c_str(), status) == 0)
      return fmt::format("; {} is {} and belongs to {}", here, system::kind_text(status.mode),
                         system::user_text(status.uid));
    if (here.find('/') == std::string::npos || here == "/") break;
  }
  return {};
}

namespace {

Result<system::Descriptor> open_link_by_link(const Place& place) {
  bool refused = false;
  auto opened = system::open_directory_by_path(
      place.tmpdir, [&](const std::string& path, const system::FileStatus& link) -> Result<void> {
        const std::string why = objection_to_link(link, place.trust);
        if (why.empty()) return {};
        refused = true;
        return Error{path + " " + why, EACCES};
      });
  if (opened || opened.error().code != EACCES || refused) return opened;
  return Error{opened.error().message + whose_it_is(place.tmpdir), EACCES};
}

}  // namespace

Result<system::Descriptor> open_base_directory(const Place& place, IfMissing if_missing) {
  auto base = open_link_by_link(place);
  if (!base && base.error().code == ENOENT && if_missing == IfMissing::create) {
    if (auto made = system::make_directories(place.tmpdir); !made)
      return Error{made.error().message + whose_it_is(place.tmpdir), made.error().code};
    base = open_link_by_link(place);
  }
  if (!base) return base;
  system::FileStatus status;
  if (system::status_of(base->number(), status) != 0) return system::last_error("cannot stat", place.tmpdir);
  if (const std::string why = objection_to_base(status, place.trust); !why.empty())
    return Error{"the directory " + place.tmpdir + " " + why, EACCES};
  return base;
}

}  // namespace cache_on_disk::entry
