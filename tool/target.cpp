#include "target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <stdexcept>

#include "core/context.hpp"
#include "entry/names.hpp"
#include "entry/tag_files.hpp"
#include "system/directory.hpp"
#include "system/errors.hpp"

namespace cache_on_disk::tool {
namespace {

/// A path as an absolute one, without `.`, `..` and slashes at its end: a tag directory is known by its name.
std::string normal(const std::string& path) {
  std::string text = std::filesystem::path(system::absolute_path(path)).lexically_normal().string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

/// A normal path as its directory and its last component.
std::pair<std::string, std::string> split(const std::string& path) {
  const auto slash = path.rfind('/');
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

bool is_directory(const std::string& path) {
  system::FileStatus status;
  return system::status_at(AT_FDCWD, path.c_str(), status) == 0 && status.is_directory();
}

/// True if a directory holds what only tag directories hold.
bool is_tag_directory(const std::string& path) {
  const auto directory = system::open_directory(AT_FDCWD, path, false);
  if (!directory) return false;
  auto files = system::DirectoryStream::open(directory->number());
  if (!files) return false;
  while (true) {
    const auto file = files->next();
    if (!file || !*file) return false;
    if ((*file)->kind == system::FileKind::regular &&
        entry::role_of((*file)->name) != entry::FileRole::foreign)
      return true;
  }
}

Result<Target> find_path(const std::string& argument) {
  const std::string path = normal(argument);
  system::FileStatus status;
  if (system::status_at(AT_FDCWD, path.c_str(), status) != 0)
    return system::last_error("cannot find", argument);
  auto [parent, last] = split(path);
  if (S_ISLNK(status.mode)) {
    // A link to a directory of tags is as good as that; to a tag or an entry it is not followed, as in the
    // library.
    struct stat followed {};
    if (::stat(path.c_str(), &followed) == 0 && S_ISDIR(followed.st_mode)) {
      const auto opened = system::open_directory(AT_FDCWD, path, true);
      if (opened && !is_tag_directory(path + "/.")) return Target{path, {}, {}};
    }
    return Error{argument + " is a symbolic link, which is not followed"};
  }
  if (!status.is_directory()) {
    auto [tmpdir, component] = split(parent);
    return Target{std::move(tmpdir), std::move(component), std::move(last)};
  }
  if (is_tag_directory(path)) return Target{std::move(parent), std::move(last), {}};
  return Target{path, {}, {}};
}

/// The one file in a tag directory that bears a method's name.
Result<std::string> find_method(const Target& tag, const std::string& method) {
  const auto directory = open_to_look(tag);
  if (!directory) return directory.error();
  auto files = system::DirectoryStream::open((*directory)->descriptor());
  if (!files) return files.error();
  std::vector<std::string> found;
  while (true) {
    const auto file = files->next();
    if (!file) return file.error();
    if (!*file) break;
    const std::string name((*file)->name);
    if (entry::role_of(name) != entry::FileRole::entry || (*file)->kind != system::FileKind::regular)
      continue;
    if (name == method || name == method + ".npy") return name;
    if (names_method(name.substr(0, name.size() - 4), method)) found.push_back(name);
  }
  std::ranges::sort(found);
  if (found.size() == 1) return found.front();
  if (found.empty())
    return Error{
        fmt::format("there is no entry '{}' in {}; 'cache-on-disk ls' lists them", method, tag.tag_path())};
  return Error{fmt::format("'{}' may be any of {} entries in {}, such as {} and {}", method, found.size(),
                           tag.tag_path(), found[0], found[1])};
}

/// TAG or TAG/METHOD, in the session's directory of tags; none if there is no such tag.
std::optional<Result<Target>> find_by_name(const Session& session, const std::string& argument,
                                           BareWord bare_word) {
  const auto root = tag_root(session);
  if (!root) return Result<Target>(root.error());
  const auto slash = argument.find('/');
  const std::string tag = argument.substr(0, slash);
  if (tag.empty() || tag == "." || tag == "..") return std::nullopt;
  for (const std::string& component : {session.prefix + tag, tag}) {
    // A directory without the prefix is none that the library would use: it can only be meant as a path.
    if (bare_word == BareWord::name && !component.starts_with(session.prefix)) continue;
    Target target{*root, component, {}};
    if (!is_directory(target.tag_path())) continue;
    if (slash == std::string::npos || slash + 1 == argument.size()) return Result<Target>(target);
    const std::string method = argument.substr(slash + 1);
    if (method.find('/') != std::string::npos) continue;
    auto name = find_method(target, method);
    if (!name) return Result<Target>(name.error());
    target.name = *std::move(name);
    return Result<Target>(target);
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> tag_root(const Session& session) {
  if (!session.directory.empty()) return system::absolute_path(session.directory);
  std::string found = core::default_tmpdir();
  if (found.empty()) return Error{"no directory to look for tags in: name one with --dir"};
  return found;
}

Result<Target> find_target(const Session& session, const std::string& argument, BareWord bare_word) {
  if (argument.empty()) {
    auto root = tag_root(session);
    if (!root) return root.error();
    return Target{*std::move(root), {}, {}};
  }
  const bool is_path = argument.starts_with('/') || argument.starts_with("./") ||
                       argument.starts_with("../") || argument == "." || argument == "..";
  if (!is_path)
    if (auto found = find_by_name(session, argument, bare_word)) return *std::move(found);
  const auto root = tag_root(session);
  if (!is_path && bare_word == BareWord::name)
    return Error{
        fmt::format("there is no tag '{0}' in {1}: 'cache-on-disk ls' lists the tags, --dir looks elsewhere; "
                    "a path that is "
                    "to be deleted from is written ./{0}",
                    argument, root ? *root : "")};
  if (auto found = find_path(argument); found || found.error().code != ENOENT || is_path) return found;
  return Error{fmt::format(
      "there is no tag '{}' in {} and no such path: 'cache-on-disk ls' lists the tags, --dir looks "
      "elsewhere",
      argument, root ? *root : "")};
}

Result<Target> find_tag(const Session& session, const std::string& argument) {
  auto target = find_target(session, argument);
  if (target && !target->is_tag())
    return Error{
        fmt::format("'{}' is {}, not a tag", argument, target->is_entry() ? "a file" : "no tag directory")};
  return target;
}

Result<Target> find_entry(const Session& session, const std::string& argument) {
  auto target = find_target(session, argument);
  if (target && !target->is_entry())
    return Error{
        fmt::format("'{}' is a directory, not an entry: name it TAG/METHOD, or by its path", argument)};
  return target;
}

Result<std::vector<std::string>> list_tags(const Session& session, const std::string& tmpdir) {
  const auto directory = system::open_directory(AT_FDCWD, tmpdir, true);
  if (!directory) return directory.error();
  auto names = system::DirectoryStream::open(directory->number());
  if (!names) return names.error();
  std::vector<std::string> tags;
  while (true) {
    const auto found = names->next();
    if (!found) return Error{system::describe(found.error()) + " in " + tmpdir, found.error().code};
    if (!*found) break;
    const std::string_view name = (*found)->name;
    if ((*found)->kind != system::FileKind::directory || !name.starts_with(session.prefix)) continue;
    try {
      entry::check_tag({}, name);
    } catch (const std::invalid_argument&) {  // nothing that a tag can be
      continue;
    }
    tags.emplace_back(name);
  }
  std::ranges::sort(tags);
  return tags;
}

Result<entry::TagDirectoryPtr> open_to_look(const Target& target) {
  auto opened = entry::open_tag_directory({target.tmpdir, target.component, {}}, entry::IfMissing::report);
  if (!opened && opened.error().code == EACCES)
    opened = entry::open_tag_directory({target.tmpdir, target.component, Trust::plain()},
                                       entry::IfMissing::report);
  return opened;
}

Result<entry::TagDirectoryPtr> open_to_store(const Session& session, const Target& target,
                                             entry::IfMissing if_missing) {
  return entry::open_tag_directory({target.tmpdir, target.component, session.trust()}, if_missing);
}

std::string tag_of(const Session& session, const std::string& component) {
  const bool has_prefix = component.starts_with(session.prefix) && component.size() > session.prefix.size();
  return has_prefix ? component.substr(session.prefix.size()) : component;
}

bool names_method(const std::string& stem, const std::string& method) {
  const auto matches = [&](const std::string& text) {
    return text == method || (text.size() > method.size() && text.ends_with(method) &&
                              text[text.size() - method.size() - 1] == '.');
  };
  return matches(stem) || matches(std::string(entry::without_arguments(stem)));
}

}  // namespace cache_on_disk::tool
