#include "files/file_system.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "files/calls.hpp"
#include "process/errand.hpp"
#include "process/text_file.hpp"

namespace cache_on_disk::system {
namespace {

using enum Locks;
using enum LocksOfTheDead;
constexpr auto server_asked = Revalidation::ask_server;
constexpr auto name_asked = Revalidation::ask_for_name;

/// A file system that hosts share. What a row does not say is as with most of them. Nothing that other hosts may change is mapped:
/// what they remove or cut short is an error of the kernel then (SIGBUS), not of a call.
constexpr FileSystem shared(FileSystem kind) noexcept {
  kind.maps = kind.marks = false;
  if (kind.longest_poll_ms == 0) kind.longest_poll_ms = 1000;
  if (kind.tries == 1) kind.tries = 5;
  return kind;
}

// Magic numbers of statfs(2) and of the file systems' own headers.
constexpr std::array table = {
    shared({.name = "NFS 4",
            .magic = 0x6969,
            .type = "nfs4",
            .missing = server_asked,
            .whole_at_close = true,
            .server_times = true}),
    shared({.name = "NFS 3",
            .magic = 0x6969,
            .type = "nfs",
            .dead = kept,
            .missing = server_asked,
            .whole_at_close = true,
            .server_times = true}),
    shared({.name = "NFS", .magic = 0x6969, .missing = server_asked, .whole_at_close = true, .server_times = true}),
    shared({.name = "SMB", .magic = 0xFE534D42, .missing = name_asked, .server_times = true}),
    shared({.name = "SMB 1", .magic = 0xFF534D42, .missing = name_asked, .server_times = true}),
    shared({.name = "CephFS", .magic = 0x00C36400}),
    shared({.name = "Lustre", .magic = 0x0BD00BD0}),
    shared({.name = "GPFS", .magic = 0x47504653}),
    shared({.name = "BeeGFS", .magic = 0x19830326, .locks = one_client}),
    shared({.name = "GFS2", .magic = 0x01161970}),
    shared({.name = "OCFS2", .magic = 0x7461636F, .locks = one_client}),
    shared({.name = "OrangeFS", .magic = 0x20030528, .locks = Locks::none}),
    shared({.name = "AFS", .magic = 0x5346414F, .locks = one_client}),
    shared({.name = "kAFS", .magic = 0x6B414653, .locks = one_client}),
    shared({.name = "9p", .magic = 0x01021997, .locks = one_client}),
    shared({.name = "vboxsf", .magic = 0x786F4256, .locks = one_client}),
    shared({.name = "vmhgfs", .magic = 0xBACBACBC, .locks = one_client}),
    shared({.name = "Coda", .magic = 0x73757245, .locks = one_client}),
    shared({.name = "PanFS", .magic = 0xAAD7AAEA}),
    shared({.name = "StorNext", .magic = 0xBEEFDEAD}),
    shared({.name = "ceph-fuse", .magic = 0x65735546, .type = "fuse.ceph-fuse"}),
    shared({.name = "GlusterFS", .magic = 0x65735546, .type = "fuse.glusterfs", .tries = 50}),
    shared({.name = "sshfs", .magic = 0x65735546, .type = "fuse.sshfs", .locks = one_client}),
    shared({.name = "s3fs", .magic = 0x65735546, .type = "fuse.s3fs", .locks = one_client, .longest_poll_ms = 2000}),
    shared(
        {.name = "rclone", .magic = 0x65735546, .type = "fuse.rclone", .locks = one_client, .longest_poll_ms = 2000}),
    shared(
        {.name = "gcsfuse", .magic = 0x65735546, .type = "fuse.gcsfuse", .locks = one_client, .longest_poll_ms = 2000}),
    shared({.name = "virtiofs", .magic = 0x65735546, .type = "virtiofs", .locks = one_client}),
    FileSystem{.name = "fuseblk", .magic = 0x65735546, .type = "fuseblk"},
    shared({.name = "FUSE", .magic = 0x65735546, .locks = one_client}),
    shared({.name = "overlay over a network", .magic = 0x794C7630, .type = "over a network", .locks = one_client}),
    FileSystem{.name = "local"},
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
  if (is_nfs && (has("lookupcache=pos") || has("lookupcache=none"))) kind.missing = Revalidation::none;
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

/// The paths of the layers that an overlay's options name.
std::vector<std::string> layers_of(std::string_view options) {
  std::vector<std::string> layers;
  while (!options.empty()) {
    const auto end = std::min(options.find(','), options.size());
    std::string_view option = options.substr(0, end);
    options.remove_prefix(std::min(end + 1, options.size()));
    const auto sign = option.find('=');
    const std::string_view key = option.substr(0, sign);
    if (sign == std::string_view::npos || (!key.starts_with("lowerdir") && key != "upperdir")) continue;
    for (std::string_view paths = option.substr(sign + 1); !paths.empty();) {
      const auto colon = std::min(paths.find(':'), paths.size());
      if (colon > 0) layers.emplace_back(paths.substr(0, colon));
      paths.remove_prefix(std::min(colon + 1, paths.size()));
    }
  }
  return layers;
}

constexpr std::chrono::seconds patience_with_layers{1};
constexpr std::uint32_t overlay = 0x794C7630;

FileSystem careful() noexcept { return shared({.name = "unknown", .locks = one_client, .missing = server_asked}); }

}  // namespace

std::span<const FileSystem> known_file_systems() noexcept { return table; }

bool has_shared_layer(std::string_view options) {
  const std::vector<std::string> layers = layers_of(options);
  if (layers.empty()) return false;
  const auto is_shared = std::make_shared<std::atomic<bool>>(false);
  Errand look([layers, is_shared] {
    for (const std::string& layer : layers)
      if (file_system_of(magic_at(layer.c_str()), "", "").is_shared()) *is_shared = true;
  });
  return !look.wait(patience_with_layers) || *is_shared;
}

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
  struct statfs raw{};
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

int ask_again(int directory, const FileSystem& kind, std::span<const std::string> names) noexcept {
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
    case Revalidation::ask_for_name:
      for (const std::string& name : names)
        if (ask_for_name(directory, name.c_str()) != 0) return -1;
      return 0;
  }
  return 0;
}

bool is_passing(int code) noexcept { return code == ESTALE || code == ETXTBSY || code == EBUSY; }

void pause_before_try(int number) noexcept { (void)::poll(nullptr, 0, 1 << std::min(number, 6)); }

}  // namespace cache_on_disk::system
