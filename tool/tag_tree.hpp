// Which directories below a directory of tags are tags: a tag may be a path, so others may lie below it.
#pragma once

#include <string>
#include <vector>

#include "session.hpp"
#include "target.hpp"

namespace cache_on_disk::tool {

/// What may be tag directories below a directory of tags, by their paths from there, sorted: those that begin with the
/// prefix, and those below these, for a tag may be a path.
Result<std::vector<std::string>> list_tags(const Session& session, const std::string& tmpdir);

/// True for a directory in which, at any depth, directories lie that bear a mark of ours: it is on the way to other tags. `path`: of the
/// directory that `name` is in.
bool leads_to_tags(const std::string& path, const std::string& name);

/// True if a directory holds what only tag directories hold.
bool is_tag_directory(const std::string& path);

/// True for a directory that is there only for the tags below it.
bool is_only_a_way(const Target& tag);

}  // namespace cache_on_disk::tool
