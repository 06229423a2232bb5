#include "system/file_system.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <optional>
#include <string>

#include "system/calls.hpp"
#include "system/directory.hpp"
#include "system/text_file.hpp"

namespace cache_on_disk::system {
namespace {

using enum Locks;
using enum LocksOfTheDead;
constexpr bool yes = true, no = false;
constexpr auto never = Revalidation::none;
constexpr auto ask = Revalidation::ask_server;
constexpr auto list = Revalidation::list;

// Magic numbers of statfs(2) and of the file systems' own headers. Of several rows with one number the first counts whose type
// is the mount's, or that names none. Nothing that other hosts may change is mapped: what they remove or
// cut short is an error of the kernel then (SIGBUS), not of a call.
constexpr std::array table = {
    // name              magic       type               maps marks locks      dead   missing poll tries whole_at_close server_times
    FileSystem{"NFS 4", 0x6969, "nfs4", no, no, everywhere, freed, ask, 1000, 5, yes, yes},
    FileSystem{"NFS 3", 0x6969, "nfs", no, no, everywhere, kept, ask, 1000, 5, yes, yes},
    FileSystem{"NFS", 0x6969, "", no, no, everywhere, freed, ask, 1000, 5, yes, yes},
    FileSystem{"SMB", 0xFE534D42, "", no, no, everywhere, freed, list, 1000, 5, no, yes},
    FileSystem{"SMB 1", 0xFF534D42, "", no, no, everywhere, freed, list, 1000, 5, no, yes},
    FileSystem{"CephFS", 0x00C36400, "", no, no, everywhere, freed, never, 1000, 5, no, no},
    FileSystem{"Lustre", 0x0BD00BD0, "", no, no, everywhere, freed, never, 1000, 5, no, no},
    FileSystem{"GPFS", 0x47504653, "", no, no, everywhere, freed, never, 1000, 5, no, no},
    FileSystem{"BeeGFS", 0x19830326, "", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"GFS2", 0x01161970, "", no, no, everywhere, freed, never, 1000, 5, no, no},
    FileSystem{"OCFS2", 0x7461636F, "", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"OrangeFS", 0x20030528, "", no, no, Locks::none, freed, never, 1000, 5, no, no},
    FileSystem{"AFS", 0x5346414F, "", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"kAFS", 0x6B414653, "", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"9p", 0x01021997, "", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"vboxsf", 0x786F4256, "", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"vmhgfs", 0xBACBACBC, "", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"Coda", 0x73757245, "", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"PanFS", 0xAAD7AAEA, "", no, no, everywhere, freed, never, 1000, 5, no, no},
    FileSystem{"StorNext", 0xBEEFDEAD, "", no, no, everywhere, freed, never, 1000, 5, no, no},
    FileSystem{"ceph-fuse", 0x65735546, "fuse.ceph-fuse", no, no, everywhere, freed, never, 1000, 5, no, no},
    FileSystem{"GlusterFS", 0x65735546, "fuse.glusterfs", no, no, everywhere, freed, never, 1000, 50, no, no},
    FileSystem{"sshfs", 0x65735546, "fuse.sshfs", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"s3fs", 0x65735546, "fuse.s3fs", no, no, one_client, freed, never, 2000, 5, no, no},
    FileSystem{"rclone", 0x65735546, "fuse.rclone", no, no, one_client, freed, never, 2000, 5, no, no},
    FileSystem{"gcsfuse", 0x65735546, "fuse.gcsfuse", no, no, one_client, freed, never, 2000, 5, no, no},
    FileSystem{"virtiofs", 0x65735546, "virtiofs", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"fuseblk", 0x65735546, "fuseblk", yes, yes, everywhere, freed, never, 0, 1, no, no},
    FileSystem{"FUSE", 0x65735546, "", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"overlay over a network", 0x794C7630, "over a network", no, no, one_client, freed, never, 1000, 5, no, no},
    FileSystem{"local", 0, "", yes, yes, everywhere, freed, never, 0, 1, no, no},
};

/// Whether one of the options of a mount is this one ("nolock", "vers=3").
bool has_option(std::string_view options, std::string_view wanted) noexcept {
  while (!options.empty()) {
    const auto end = std::min(options.find(','), options.size());
    if (options.substr(0, end) == wanted) return true;
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  return false;
}

/// What the options of the mount change.
void follow_options(FileSystem& kind, std::string_view options) noexcept {
  const auto has = [&](std::string_view option) { return has_option(options, option); };
  const bool is_nfs = kind.magic == 0x6969;
  if (is_nfs && (has("nolock") || has("local_lock=all") || has("local_lock=posix"))) kind.locks = one_client;
  if (is_nfs && kind.locks == one_client) kind.dead = freed;
  if (is_nfs && (has("lookupcache=pos") || has("lookupcache=none"))) kind.missing = never;
  if (kind.name.starts_with("SMB") && has("nobrl")) kind.locks = one_client;
  if (kind.name == "Lustre" && has("localflock")) kind.locks = one_client;
  if (kind.name == "Lustre" && has("noflock")) kind.locks = Locks::none;
  if (kind.name == "GFS2" && has("localflocks")) kind.locks = one_client;
  if (kind.name == "OrangeFS" && has("local_lock")) kind.locks = one_client;
}

/// The type and the options of a mount.
struct Mount {
  std::string type;
  std::string options;
};

/// A field of a line that fields are cut from one by one.
std::string_view next_field(std::string_view& line) noexcept {
  const auto end = std::min(line.find(' '), line.size());
  const std::string_view field = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return field;
}

std::string_view next_line(std::string_view& text) noexcept {
  const auto end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::optional<std::string> mount_number(int descriptor) {
  const std::string facts = read_text("/proc/self/fdinfo/" + std::to_string(descriptor));
  std::string_view rest = facts;
  while (!rest.empty()) {
    std::string_view line = next_line(rest);
    constexpr std::string_view key = "mnt_id:";
    if (!line.starts_with(key)) continue;
    line.remove_prefix(std::min(line.find_first_not_of(" \t", key.size()), line.size()));
    return std::string(line);
  }
  return std::nullopt;
}

/// The line of the mount table, proc(5): number, parent, device, root, mount point, options, ... "-" type source options.
std::optional<Mount> mount_of(int descriptor) {
  const auto number = mount_number(descriptor);
  const std::string mounts = number ? read_text("/proc/self/mountinfo") : std::string();
  std::string_view rest = mounts;
  while (!rest.empty()) {
    std::string_view line = next_line(rest);
    if (next_field(line) != *number) continue;
    for (int i = 0; i < 4; ++i) next_field(line);
    const std::string own_options(next_field(line));
    while (!line.empty() && next_field(line) != "-") {
    }
    Mount mount;
    mount.type = next_field(line);
    next_field(line);
    mount.options = own_options + "," + std::string(line);
    return mount;
  }
  return std::nullopt;
}

/// The magic number of what lies at a path; 0 if it cannot be told.
std::uint32_t magic_at(const std::string& path) noexcept {
  struct statfs raw {};
  return ::statfs(path.c_str(), &raw) == 0 ? static_cast<std::uint32_t>(raw.f_type) : 0;
}

/// True if one of the layers of an overlay, as far as their paths can be seen from here, lies on what other hosts may change.
bool has_shared_layer(std::string_view options) {
  while (!options.empty()) {
    const auto end = std::min(options.find(','), options.size());
    std::string_view option = options.substr(0, end);
    options.remove_prefix(std::min(end + 1, options.size()));
    const auto sign = option.find('=');
    const std::string_view key = option.substr(0, sign);
    if (sign == std::string_view::npos || (!key.starts_with("lowerdir") && key != "upperdir")) continue;
    for (std::string_view paths = option.substr(sign + 1); !paths.empty();) {
      const auto colon = std::min(paths.find(':'), paths.size());
      if (colon > 0 && file_system_of(magic_at(std::string(paths.substr(0, colon))), "", "").is_shared()) return true;
      paths.remove_prefix(std::min(colon + 1, paths.size()));
    }
  }
  return false;
}

constexpr std::uint32_t overlay = 0x794C7630;

FileSystem careful() noexcept {
  return FileSystem{"unknown", 0, "", no, no, one_client, freed, ask, 1000, 5, no, no};
}

}  // namespace

FileSystem file_system_of(std::uint32_t magic, std::string_view type, std::string_view options) noexcept {
  const FileSystem* found = &table.back();
  for (const FileSystem& kind : table) {
    if (kind.magic != magic || magic == 0) continue;
    if (kind.type == type || kind.type.empty()) {
      found = &kind;
      break;
    }
  }
  FileSystem kind = *found;
  follow_options(kind, options);
  return kind;
}

FileSystem file_system_of(int descriptor) noexcept try {
  if (const FileSystem* const pretended = pretended_file_system()) return *pretended;
  struct statfs raw {};
  if (::fstatfs(descriptor, &raw) != 0) return careful();
  const auto magic = static_cast<std::uint32_t>(raw.f_type);
  const FileSystem kind = file_system_of(magic, "", "");
  if (magic != overlay && !kind.is_shared()) return kind;
  const auto mount = mount_of(descriptor);
  if (!mount) return kind;
  if (magic == overlay) return has_shared_layer(mount->options) ? file_system_of(magic, "over a network", "") : kind;
  return file_system_of(magic, mount->type, mount->options);
} catch (const std::exception&) {
  return careful();
}

int ask_again(int directory, const FileSystem& kind) noexcept try {
  switch (kind.missing) {
    case Revalidation::none:
      return 0;
    case Revalidation::ask_server: {
      FileStatus status;
      if (ask_server(directory, status) != 0) return -1;
      if (status.links != 0) return 0;
      errno = ESTALE;
      return -1;
    }
    case Revalidation::list: {
      const auto names = list_directory(directory);
      if (names) return 0;
      errno = names.error().code;
      return -1;
    }
  }
  return 0;
} catch (const std::exception&) {
  errno = ENOMEM;
  return -1;
}

bool is_passing(int code) noexcept { return code == ESTALE || code == ETXTBSY || code == EBUSY; }

void pause_before_try(int number) noexcept { (void)::poll(nullptr, 0, 1 << std::min(number, 6)); }

}  // namespace cache_on_disk::system
