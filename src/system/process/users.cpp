#include "process/users.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <map>
#include <string_view>
#include <vector>

#include "process/fork.hpp"

namespace cache_on_disk::system {
namespace {

/// The C library's modules for accounts have locks that a forked child may inherit in the hands of a thread it does not have: all asking
/// is done under this mutex.
struct Accounts {
  GlobalMutex mutex{MutexRank::groups};
  std::map<gid_t, bool> private_groups;
};

/// The name of a user, or empty. Under the mutex.
std::string user_name(uid_t user) {
  std::vector<char> buffer(4096);
  struct passwd entry{};
  struct passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
  return entry.pw_name;
}

bool nobody_else_is_in(gid_t group) {
  if (group != ::getegid()) return false;
  const std::string self = user_name(effective_user());
  std::vector<char> buffer(1 << 16);
  struct group entry{};
  struct group* found = nullptr;
  if (::getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return false;
  for (char** member = entry.gr_mem; *member != nullptr; ++member)
    if (self != *member) return false;
  // Users whose primary group this is do not stand among its members: look through all accounts.
  bool alone = true;
  struct passwd account{};
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
  const std::lock_guard lock(lasting<Accounts>().mutex);
  auto& answers = lasting<Accounts>().private_groups;
  const auto [answer, is_new] = answers.try_emplace(group, false);
  if (is_new) answer->second = nobody_else_is_in(group);
  return answer->second;
}

std::optional<gid_t> find_group(const std::string& name) {
  gid_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc() && end == name.data() + name.size()) return number;
  std::vector<char> buffer(1 << 16);
  struct group entry{};
  struct group* found = nullptr;
  const std::lock_guard lock(lasting<Accounts>().mutex);
  if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return entry.gr_gid;
}

std::string user_text(uid_t user) {
  const std::string name = [user] {
    const std::lock_guard lock(lasting<Accounts>().mutex);
    return user_name(user);
  }();
  const std::string number = "uid " + std::to_string(user);
  return name.empty() ? number : name + " (" + number + ")";
}

std::optional<std::string> with_home(const std::string& path) {
  if (!path.starts_with('~')) return path;
  const auto end = std::min(path.find('/'), path.size());
  const std::string name = path.substr(1, end - 1);
  std::string home;
  if (const char* const own = std::getenv("HOME"); name.empty() && own != nullptr) home = own;
  if (home.empty()) {
    std::vector<char> buffer(1 << 14);
    passwd entry{};
    passwd* found = nullptr;
    const int failed = name.empty() ? ::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found)
                                    : ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (failed != 0 || found == nullptr) return std::nullopt;
    home = found->pw_dir;
  }
  std::string rest = path.substr(end);
  rest.erase(0, std::min(rest.find_first_not_of('/'), rest.size()));
  if (rest.empty()) return home;
  return home + (home.ends_with('/') ? "" : "/") + rest;
}

}  // namespace cache_on_disk::system
