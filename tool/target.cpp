#include "target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <stdexcept>

#include "binding/context.hpp"
#include "binding/default_place.hpp"
#include "files/directory.hpp"
#include "files/errors.hpp"
#include "format/names.hpp"
#include "format/tag_files.hpp"
#include "process/users.hpp"
#include "scan.hpp"
#include "tag_tree.hpp"

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

/// True if a path ends in a tag's own relative path.
bool ends_in(const std::string& path, const std::string& relative) {
  return path.size() > relative.size() && path.ends_with(relative) && path[path.size() - relative.size() - 1] == '/';
}

/// The path below the tmpdir that the entries of a tag directory say they were stored under; empty if none says one that
/// fits.
std::string relative_path_in(const Target& tag) {
  const std::string path = tag.tag_path();
  std::string found;
  if (const auto directory = open_to_look(tag))
    (void)for_each_file((*directory)->descriptor(), [&](const File& file) {
      if (!file.may_be_entry()) return true;
      const entry::Finding finding = look_at(**directory, file.name);
      const std::string& own = finding.metadata.directory;
      if (ends_in(path, own) && entry::is_tag_path(own)) found = own;
      return found.empty();
    });
  return found;
}

/// The path of a tag directory as tmpdir and tag: a tag may be of several components. Below the session's directory of tags
/// all of the rest is the tag; elsewhere the entries tell; else the last component is.
Target split_tag_path(const Session& session, const std::string& path) {
  auto [parent, last] = split(path);
  Target target{std::move(parent), std::move(last), {}};
  for (const std::string& root : tag_roots(session)) {
    const std::string base = normal(root);
    if (path.starts_with(base + "/") && path.compare(base.size() + 1, session.prefix.size(), session.prefix) == 0)
      return {base, path.substr(base.size() + 1), {}};
  }
  if (const std::string own = relative_path_in(target); !own.empty())
    return {path.substr(0, std::max<std::size_t>(path.size() - own.size() - 1, 1)), own, {}};
  return target;
}

Result<Target> find_path(const Session& session, const std::string& argument) {
  const std::string path = normal(argument);
  system::FileStatus status;
  if (system::status_at(AT_FDCWD, path.c_str(), status) != 0) return system::last_error("cannot find", argument);
  auto [parent, last] = split(path);
  if (S_ISLNK(status.mode)) {
    // A link to a directory of tags is as good as that; to a tag or an entry it is not followed, as in the
    // library.
    struct stat followed{};
    if (::stat(path.c_str(), &followed) == 0 && S_ISDIR(followed.st_mode)) {
      const auto opened = system::open_directory(AT_FDCWD, path, true);
      if (opened && !is_tag_directory(path + "/.")) return Target{path, {}, {}};
    }
    return Error{argument + " is a symbolic link, which is not followed"};
  }
  if (!status.is_directory()) {
    Target target = split_tag_path(session, parent);
    target.name = std::move(last);
    return target;
  }
  if (is_tag_directory(path)) return split_tag_path(session, path);
  return Target{path, {}, {}};
}

/// The one file in a tag directory that bears a method's name.
Result<std::string> find_method(const Target& tag, const std::string& method) {
  const auto directory = open_to_look(tag);
  if (!directory) return directory.error();
  std::vector<std::string> found;
  const auto listed = for_each_file((*directory)->descriptor(), [&](const File& file) {
    if (!file.may_be_entry()) return true;
    const bool is_whole = file.name == method || file.name == method + ".npy";
    if (is_whole) found.clear();
    if (is_whole || names_method(file.name.substr(0, file.name.size() - 4), method)) found.push_back(file.name);
    return !is_whole;
  });
  if (!listed) return listed.error();
  std::ranges::sort(found);
  if (found.size() == 1) return found.front();
  if (found.empty())
    return Error{fmt::format("there is no entry '{}' in {}; 'cache-on-disk ls' lists them", method, tag.tag_path())};
  return Error{fmt::format("'{}' may be any of {} entries in {}, such as {} and {}", method, found.size(),
                           tag.tag_path(), found[0], found[1])};
}

/// The directory of a tag as a word names it: without the prefix or, where nothing is deleted, with it.
std::vector<std::string> tag_paths(const Session& session, const std::string& tag, BareWord bare_word) {
  std::vector<std::string> paths;
  for (const std::string_view prefix : {std::string_view(session.prefix), std::string_view()}) {
    if (bare_word == BareWord::name && prefix != session.prefix) continue;
    try {
      paths.push_back(entry::tag_path(prefix, tag));
    } catch (const std::invalid_argument&) {  // nothing that a tag can be
    }
  }
  return paths;
}

/// Where another user holds the name of a tag in the directory that all share: a half-sentence for a message that something was
/// not found, since the library looks for this user's values elsewhere. Empty if nobody does.
std::string about_the_other(const Session& session, const std::string& argument, BareWord bare_word) {
  const auto root = tag_root(session);
  if (!root || !session.directory.empty() || session.trust().kind != Trust::Kind::private_only) return {};
  for (const std::string& word : {argument, argument.substr(0, std::min(argument.rfind('/'), argument.size()))})
    for (const std::string& component : tag_paths(session, word, bare_word))
      if (const auto other = core::taken_by_other(*root, component); other)
        return fmt::format(
            "; {} belongs to {}, so that this user's values of that tag lie in {}: name the other by its path",
            other->path, system::user_text(other->owner), core::own_tmpdir(*root));
  return {};
}

/// TAG or TAG/METHOD, in the session's directory of tags; none if there is no such tag. A tag may have slashes, a method has
/// none.
std::optional<Result<Target>> find_by_name(const Session& session, const std::string& argument, BareWord bare_word) {
  const auto root = tag_root(session);
  if (!root) return Result<Target>(root.error());
  // Where the library would look for a tag of that name.
  const auto tmpdir_of = [&](const std::string& component) {
    return session.directory.empty() ? core::default_tmpdir(component, session.trust()) : *root;
  };
  for (const std::string& component : tag_paths(session, argument, bare_word)) {
    Target target{tmpdir_of(component), component, {}};
    if (is_directory(target.tag_path()) && !is_only_a_way(target)) return Result<Target>(std::move(target));
  }
  const auto slash = argument.rfind('/');
  if (slash == std::string::npos || slash + 1 == argument.size()) return std::nullopt;
  for (const std::string& component : tag_paths(session, argument.substr(0, slash), bare_word)) {
    Target target{tmpdir_of(component), component, {}};
    if (!is_directory(target.tag_path())) continue;
    auto name = find_method(target, argument.substr(slash + 1));
    if (!name)
      return Result<Target>(
          Error{name.error().message + about_the_other(session, argument, bare_word), name.error().code});
    target.name = *std::move(name);
    return Result<Target>(std::move(target));
  }
  return std::nullopt;
}

/// A tag may be an absolute path, of the data it stands for: then a tag that is there is meant, but where the path itself
/// is a tag directory or lies in one.
std::optional<Result<Target>> find_absolute_tag(const Session& session, const std::string& argument,
                                                BareWord bare_word) {
  const std::string path = normal(argument);
  if (is_tag_directory(path) || (!is_directory(path) && is_tag_directory(split(path).first))) return std::nullopt;
  auto found = find_by_name(session, argument, bare_word);
  return found && *found ? std::move(found) : std::nullopt;
}

}  // namespace

Result<std::string> tag_root(const Session& session) {
  if (!session.directory.empty()) {
    const auto path = system::with_home(session.directory);
    if (!path) return Error{"'" + session.directory + "' begins with the home of a user that does not exist"};
    return system::absolute_path(*path);
  }
  std::string found = core::default_tmpdir();
  if (found.empty()) return Error{"no directory to look for tags in: name one with --dir"};
  return found;
}

std::vector<std::string> tag_roots(const Session& session) {
  const auto root = tag_root(session);
  if (!root) return {};
  std::vector<std::string> roots{*root};
  if (!session.directory.empty()) return roots;
  if (std::string own = core::own_tmpdir(*root); !own.empty() && is_directory(own)) roots.push_back(std::move(own));
  return roots;
}

Result<Target> find_target(const Session& session, const std::string& argument, BareWord bare_word) {
  if (argument.empty()) {
    auto root = tag_root(session);
    if (!root) return root.error();
    return Target{*std::move(root), {}, {}};
  }
  const bool is_path = argument.starts_with('/') || argument.starts_with("./") || argument.starts_with("../") ||
                       argument == "." || argument == "..";
  if (!is_path)
    if (auto found = find_by_name(session, argument, bare_word)) return *std::move(found);
  if (argument.starts_with('/'))
    if (auto found = find_absolute_tag(session, argument, bare_word)) return *std::move(found);
  const auto root = tag_root(session);
  if (!is_path && bare_word == BareWord::name)
    return Error{fmt::format("there is no tag '{0}' in {1}: 'cache-on-disk ls' lists the tags, --dir looks elsewhere; "
                             "to delete from "
                             "a path, write ./{0}",
                             argument, root ? *root : "") +
                 about_the_other(session, argument, bare_word)};
  if (auto found = find_path(session, argument); found || found.error().code != ENOENT || is_path) return found;
  return Error{
      fmt::format("there is no tag '{}' in {} and no such path: 'cache-on-disk ls' lists the tags, --dir looks "
                  "elsewhere",
                  argument, root ? *root : "") +
      about_the_other(session, argument, bare_word)};
}

Result<Target> find_tag(const Session& session, const std::string& argument) {
  auto target = find_target(session, argument);
  if (target && !target->is_tag())
    return Error{fmt::format("'{}' is {}", argument, target->is_entry() ? "a file, not a tag" : "not a tag directory")};
  return target;
}

Result<Target> find_entry(const Session& session, const std::string& argument) {
  auto target = find_target(session, argument);
  if (target && !target->is_entry())
    return Error{fmt::format("'{}' is a directory, not an entry: name it TAG/METHOD, or by its path", argument)};
  return target;
}

Result<entry::TagDirectoryPtr> open_to_look(const Target& target) {
  auto opened = entry::open_tag_directory({target.tmpdir, target.component, {}}, entry::IfMissing::report);
  if (!opened && opened.error().code == EACCES)
    opened = entry::open_tag_directory({target.tmpdir, target.component, Trust::plain()}, entry::IfMissing::report);
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
    return text == method ||
           (text.size() > method.size() && text.ends_with(method) && text[text.size() - method.size() - 1] == '.');
  };
  return matches(stem) || matches(std::string(entry::without_arguments(stem)));
}

}  // namespace cache_on_disk::tool
