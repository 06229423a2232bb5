#include "system/users.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <map>
#include <string_view>
#include <vector>

#include "system/fork.hpp"

namespace cache_on_disk::system {
namespace {

/// The name of a user, or empty.
std::string user_name(uid_t user) {
  std::vector<char> buffer(4096);
  struct passwd entry {};
  struct passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
  return entry.pw_name;
}

bool nobody_else_is_in(gid_t group) {
  if (group != ::getegid()) return false;
  const std::string self = user_name(effective_user());
  std::vector<char> buffer(1 << 16);
  struct group entry {};
  struct group* found = nullptr;
  if (::getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return false;
  for (char** member = entry.gr_mem; *member != nullptr; ++member)
    if (self != *member) return false;
  // Users whose primary group this is do not stand among its members: look through all accounts.
  bool alone = true;
  struct passwd account {};
  struct passwd* next = nullptr;
  ::setpwent();
  int code = 0;
  while (alone && (code = ::getpwent_r(&account, buffer.data(), buffer.size(), &next)) == 0)
    alone = account.pw_gid != group || account.pw_uid == effective_user();
  ::endpwent();
  return alone && code == ENOENT;  // anything but the end of the list leaves the question open
}

}  // namespace

uid_t effective_user() noexcept { return ::geteuid(); }

bool is_private_group(gid_t group) {
  static GlobalMutex& mutex = *new GlobalMutex(MutexRank::groups);
  static auto& answers = *new std::map<gid_t, bool>;
  const std::lock_guard lock(mutex);
  const auto [answer, is_new] = answers.try_emplace(group, false);
  if (is_new) answer->second = nobody_else_is_in(group);
  return answer->second;
}

std::optional<gid_t> find_group(const std::string& name) {
  gid_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc() && end == name.data() + name.size()) return number;
  std::vector<char> buffer(1 << 16);
  struct group entry {};
  struct group* found = nullptr;
  if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return entry.gr_gid;
}

std::string user_text(uid_t user) {
  const std::string name = user_name(user);
  const std::string number = "uid " + std::to_string(user);
  return name.empty() ? number : name + " (" + number + ")";
}

}  // namespace cache_on_disk::system
