#include "tag_tree.hpp"

#include <algorithm>

#include "files/directory.hpp"
#include "files/errors.hpp"
#include "format/names.hpp"
#include "format/tag_files.hpp"
#include "marker.hpp"

namespace cache_on_disk::tool {
namespace {

/// Adds the tag directories below one (`path`, of which the last component is opened in `parent`, or all of it if that is
/// AT_FDCWD), that itself included: those that hold anything but directories, or nothing at all.
void add_tags_below(int parent, const std::string& path, int depth, std::vector<std::string>& tags) {
  constexpr int deepest = 64;
  const auto name = parent == AT_FDCWD ? path : path.substr(path.rfind('/') + 1);
  const auto directory = system::open_directory(parent, name, false);
  system::FileStatus status;
  // A directory with two links has no others in it (on file systems that count so; others have one link).
  const bool has_none = directory && system::status_of(directory->number(), status) == 0 && status.links == 2;
  if (!directory || has_none || depth == deepest)
    return tags.push_back(path);  // what cannot be opened is told of later
  auto names = system::DirectoryStream::open(directory->number());
  std::vector<std::string> below;
  bool has_files = !names;
  while (names) {
    const auto found = names->next();
    if (!found || !*found) break;
    const std::string_view inner = (*found)->name;
    const bool leads_on = (*found)->kind == system::FileKind::directory && entry::component_objection(inner).empty();
    if (leads_on)
      below.emplace_back(inner);
    else
      has_files = true;
  }
  if (has_files || below.empty()) tags.push_back(path);
  for (const std::string& inner : below) add_tags_below(directory->number(), path + "/" + inner, depth + 1, tags);
}

}  // namespace

bool is_tag_directory(const std::string& path) {
  const auto directory = system::open_directory(AT_FDCWD, path, false);
  if (!directory) return false;
  auto files = system::DirectoryStream::open(directory->number());
  if (!files) return false;
  while (true) {
    const auto file = files->next();
    if (!file || !*file) return false;
    if ((*file)->kind == system::FileKind::regular && entry::role_of((*file)->name) != entry::FileRole::foreign)
      return true;
  }
}

bool is_only_a_way(const Target& tag) {
  std::vector<std::string> tags;
  add_tags_below(AT_FDCWD, tag.tag_path(), 0, tags);
  return tags.front() != tag.tag_path();
}

bool leads_to_tags(const std::string& path, const std::string& name) {
  const auto parent = system::open_directory(AT_FDCWD, path, false);
  std::vector<std::string> below;
  if (parent && entry::component_objection(name).empty()) add_tags_below(parent->number(), name, 0, below);
  return std::ranges::any_of(below, [&](const std::string& tag) {
    const auto directory = open_to_look({path, tag, {}});
    return directory && has_marker(**directory);
  });
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
    if (!entry::component_objection(name).empty()) continue;  // nothing that a tag can be
    add_tags_below(directory->number(), std::string(name), 0, tags);
  }
  std::ranges::sort(tags);
  return tags;
}

}  // namespace cache_on_disk::tool
