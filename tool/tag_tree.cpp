#include "tag_tree.hpp"

#include <algorithm>

#include "files/directory.hpp"
#include "files/errors.hpp"
#include "format/names.hpp"
#include "format/tag_files.hpp"
#include "marker.hpp"
#include "scan.hpp"

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
  std::vector<std::string> below;
  bool has_files = false;
  const auto listed = for_each_file(directory->number(), [&](const File& file) {
    if (file.kind == system::FileKind::directory && entry::component_objection(file.name).empty())
      below.push_back(file.name);
    else
      has_files = true;
    return true;
  });
  if (!listed || has_files || below.empty()) tags.push_back(path);
  for (const std::string& inner : below) add_tags_below(directory->number(), path + "/" + inner, depth + 1, tags);
}

}  // namespace

bool is_tag_directory(const std::string& path) {
  const auto directory = system::open_directory(AT_FDCWD, path, false);
  bool found = false;
  if (directory)
    (void)for_each_file(directory->number(), [&](const File& file) {
      found = !file.is_foreign();
      return !found;
    });
  return found;
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
  std::vector<std::string> tags;
  const auto listed = for_each_file(directory->number(), [&](const File& file) {
    const bool may_be_tag = file.kind == system::FileKind::directory && file.name.starts_with(session.prefix) &&
                            entry::component_objection(file.name).empty();
    if (may_be_tag) add_tags_below(directory->number(), file.name, 0, tags);
    return true;
  });
  if (!listed) return Error{system::describe(listed.error()) + " in " + tmpdir, listed.error().code};
  std::ranges::sort(tags);
  return tags;
}

}  // namespace cache_on_disk::tool
