#include "entry/tag_directory.hpp"

#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <vector>

#include "entry/tag_files.hpp"
#include "entry/trust.hpp"
#include "system/directory.hpp"
#include "system/errors.hpp"
#include "system/fork.hpp"
#include "system/users.hpp"

namespace cache_on_disk::entry {
namespace {

// Descriptors are scarce (often 1024 a process), tags may be thousands.
constexpr std::size_t most_open_directories = 32;

struct OpenDirectories {
  system::GlobalMutex mutex{system::MutexRank::directories};
  std::vector<TagDirectoryPtr> last_used_first;
};

OpenDirectories& open_directories() {
  static OpenDirectories& leaked = *new OpenDirectories;
  return leaked;
}

TagDirectoryPtr find_open(const Place& place) {
  OpenDirectories& open = open_directories();
  const std::lock_guard lock(open.mutex);
  auto& list = open.last_used_first;
  const auto found = std::ranges::find_if(list, [&](const auto& other) { return other->place() == place; });
  if (found == list.end()) return nullptr;
  std::rotate(list.begin(), found, found + 1);
  return list.front();
}

void remember(TagDirectoryPtr directory) {
  OpenDirectories& open = open_directories();
  TagDirectoryPtr dropped;  // closed outside the mutex
  const std::lock_guard lock(open.mutex);
  auto& list = open.last_used_first;
  if (list.size() >= most_open_directories) {
    dropped = std::move(list.back());
    list.pop_back();
  }
  list.insert(list.begin(), std::move(directory));
}

/// Gives a directory that we have just made to its group.
Result<void> share_with_group(int descriptor, const Trust& trust, const std::string& path) {
  if (trust.kind != Trust::Kind::group) return {};
  const auto group = system::find_group(trust.group_name);
  if (!group) return Error{"there is no group '" + trust.group_name + "' for " + path, EINVAL};
  if (system::change_group(descriptor, *group) != 0 ||
      system::change_mode(descriptor, modes_under(trust).directory) != 0)
    return system::last_error("cannot share with group '" + trust.group_name + "' the directory", path);
  return {};
}

Result<system::Descriptor> open_base(const std::string& tmpdir, IfMissing if_missing) {
  auto base = system::open_directory(AT_FDCWD, tmpdir, true);
  if (base || base.error().code != ENOENT || if_missing == IfMissing::report) return base;
  if (auto made = system::make_directories(tmpdir); !made) return made.error();
  return system::open_directory(AT_FDCWD, tmpdir, true);
}

struct OpenComponent {
  system::Descriptor descriptor;
  bool just_made = false;
};

/// Opens the directory below its base, without following a link.
Result<OpenComponent> open_component(int base, const Place& place, IfMissing if_missing) {
  auto directory = system::open_directory(base, place.component, false);
  if (directory) return OpenComponent{*std::move(directory)};
  const int code = directory.error().code;
  if (code == ENOTDIR || code == ELOOP)
    return Error{place.path() + " is no directory, or a symbolic link, which is not followed", EACCES};
  if (code != ENOENT || if_missing == IfMissing::report) return Error{"cannot open " + place.path(), code};
  const bool made =
      system::make_directory_at(base, place.component.c_str(), modes_under(place.trust).directory) == 0;
  if (!made && errno != EEXIST) return system::last_error("cannot create", place.path());
  directory = system::open_directory(base, place.component, false);
  if (!directory) return Error{"cannot open " + place.path(), directory.error().code};
  if (made)
    if (auto shared = share_with_group(directory->number(), place.trust, place.path()); !shared)
      return shared.error();
  return OpenComponent{*std::move(directory), made};
}

}  // namespace

TagDirectory::TagDirectory(Place place, system::Descriptor descriptor, const system::FileStatus& status,
                           Facts facts)
    : place_(std::move(place)),
      path_(place_.path()),
      descriptor_(std::move(descriptor)),
      status_(status),
      facts_(facts) {}

bool TagDirectory::still_in_place() const {
  system::FileStatus now;
  return system::status_at(AT_FDCWD, path_.c_str(), now) == 0 && now.same_file(status_);
}

Result<TagDirectoryPtr> open_tag_directory(const Place& place, IfMissing if_missing) {
  if (TagDirectoryPtr open = find_open(place)) return open;
  auto base = open_base(place.tmpdir, if_missing);
  if (!base) return base.error();
  auto component = open_component(base->number(), place, if_missing);
  if (!component) return component.error();
  system::Descriptor& directory = component->descriptor;
  system::FileStatus status;
  if (system::status_of(directory.number(), status) != 0)
    return system::last_error("cannot stat", place.path());
  if (const std::string why = objection(status, place.trust); !why.empty())
    return Error{"the tag directory " + place.path() + " " + why, EACCES};
  TagDirectory::Facts facts;
  facts.on_network = system::on_network(directory.number());
  facts.others_may_write = !objection(status, Trust::only_me()).empty();
  facts.just_made = component->just_made;
  // Cleaners of /tmp leave a directory alone while somebody holds it (systemd-tmpfiles(8)).
  if (!facts.on_network) (void)::flock(directory.number(), LOCK_SH | LOCK_NB);
  auto opened = std::make_shared<const TagDirectory>(place, std::move(directory), status, facts);
  remember(opened);
  return TagDirectoryPtr(std::move(opened));
}

void forget_tag_directory(const Place& place) {
  OpenDirectories& open = open_directories();
  const std::lock_guard lock(open.mutex);
  std::erase_if(open.last_used_first, [&](const auto& other) { return other->place() == place; });
}

void write_cachedir_tag(const TagDirectory& directory) {
  const system::Descriptor file(system::open_at(directory.descriptor(), cachedir_tag_name,
                                                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
  if (!file) return;  // there already, or not to be had: an entry can do without
  // The signature of bford.info/cachedir, which tar, rsync filters and backup programs look for.
  constexpr std::string_view text =
      "Signature: 8a477f597d28d172789f06886806bc55\n"
      "# This directory holds values cached by cache-on-disk; it can be deleted and will be made again.\n";
  (void)system::write_at(file.number(), text.data(), text.size(), 0);
}

}  // namespace cache_on_disk::entry
