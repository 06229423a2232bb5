#include "store/trust.hpp"

#include <fmt/format.h>

#include "process/users.hpp"

namespace cache_on_disk::entry {
namespace {

bool owner_is_ours(const system::FileStatus& status) {
  return status.uid == 0 || status.uid == system::effective_user();
}

std::string private_objection(const system::FileStatus& status) {
  if (!owner_is_ours(status))
    return fmt::format(
        "belongs to {}, not to {}: choose another directory by set_tmpdir or CACHE_ON_DISK_DIR, or "
        "share it by set_trust",
        system::user_text(status.uid), system::user_text(system::effective_user()));
  if ((status.mode & S_IWOTH) != 0) return "can be written by everybody: take that away with 'chmod go-w'";
  if ((status.mode & S_IWGRP) != 0 && !system::is_private_group(status.gid))
    return "can be written by its group: take that away with 'chmod g-w', or share it by set_trust";
  return {};
}

std::string group_objection(const system::FileStatus& status, const std::string& name) {
  const auto group = system::find_group(name);
  if (!group) return fmt::format("is to be shared with group '{}', which does not exist here", name);
  if (status.gid != *group && !owner_is_ours(status))
    return fmt::format("belongs to {}, outside group '{}'", system::user_text(status.uid), name);
  if (status.is_directory() && status.gid != *group)
    return fmt::format("is not of group '{}': let its owner run 'chgrp {}'", name, name);
  if ((status.mode & S_IWOTH) != 0) return "can be written by everybody: let its owner run 'chmod o-w'";
  return {};
}

constexpr std::string_view other_way = "choose another tmpdir, or share it by set_trust";

/// True if somebody who may write the directory may rename what others put there.
bool lets_others_rename(const system::FileStatus& status, gid_t own_group, bool& everybody) {
  if ((status.mode & S_ISVTX) != 0) return false;
  everybody = (status.mode & S_IWOTH) != 0;
  return everybody ||
         ((status.mode & S_IWGRP) != 0 && status.gid != own_group && !system::is_private_group(status.gid));
}

}  // namespace

std::string objection_to_base(const system::FileStatus& status, const Trust& trust) {
  if (trust.kind == Trust::Kind::plain) return {};
  constexpr auto nobodys = static_cast<gid_t>(-1);
  const gid_t group =
      trust.kind == Trust::Kind::group ? system::find_group(trust.group_name).value_or(nobodys) : nobodys;
  if (!owner_is_ours(status) && status.gid != group)
    return fmt::format("belongs to {}, who can exchange the directories in it: {}", system::user_text(status.uid),
                       other_way);
  bool everybody = false;
  if (!lets_others_rename(status, group, everybody)) return {};
  return fmt::format(
      "can be written by {} and has no sticky bit, so that the directories in it can be exchanged: let its owner, {}, "
      "run "
      "'chmod +t' on it, {}",
      everybody ? "everybody" : "its group", system::user_text(status.uid), other_way);
}

std::string objection_to_link(const system::FileStatus& status, const Trust& trust) {
  if (owner_is_ours(status)) return {};
  if (trust.kind == Trust::Kind::group && system::find_group(trust.group_name) == status.gid) return {};
  return fmt::format("is a symbolic link that belongs to {}, and is not followed: name the directory itself",
                     system::user_text(status.uid));
}

Modes modes_under(const Trust& trust) {
  switch (trust.kind) {
    case Trust::Kind::group:
      return {02770, 0640};
    case Trust::Kind::plain:
      return {0755, 0644};
    case Trust::Kind::private_only:
      break;
  }
  return {0700, 0600};
}

std::string objection(const system::FileStatus& status, const Trust& trust) {
  switch (trust.kind) {
    case Trust::Kind::group:
      return group_objection(status, trust.group_name);
    case Trust::Kind::plain:
      return {};
    case Trust::Kind::private_only:
      break;
  }
  return private_objection(status);
}

bool is_own(const system::FileStatus& status, const Trust& trust) {
  switch (trust.kind) {
    case Trust::Kind::group:
      // A file that its group may write, as under umask 002, may change while it is used: it is read, not mapped.
      return status.uid == system::effective_user() &&
             ((status.mode & S_IWGRP) == 0 || system::is_private_group(status.gid));
    case Trust::Kind::plain:
      return false;
    case Trust::Kind::private_only:
      break;
  }
  return true;
}

}  // namespace cache_on_disk::entry
