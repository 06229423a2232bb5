// The names of tags and entries that begin in a way, found without looking into files: for completions, which
// must be there at once.
#pragma once

#include <string>
#include <vector>

#include "session.hpp"

namespace cache_on_disk::tool {

/// Tags. What cannot be listed holds none.
std::vector<std::string> tags_beginning(const Session& session, const std::string& start);

/// Entries as TAG/METHOD: those of the tag that `start` names before its slash, or of the only tag that
/// begins so.
std::vector<std::string> entries_beginning(const Session& session, const std::string& start);

/// The methods stored under a tag, by their whole names or, if `start` is not empty, by the end of them.
std::vector<std::string> methods_beginning(const Session& session, const std::string& tag, const std::string& start);

}  // namespace cache_on_disk::tool
