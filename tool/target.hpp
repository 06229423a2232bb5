// What an argument of the command line means: a directory of tags, a tag, or an entry.
#pragma once

#include <string>
#include <vector>

#include "session.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::tool {

/// A directory of tags, a tag in it (`component`, its path below that, is not empty), or an entry of that (nor is `name`).
struct Target {
  std::string tmpdir;
  std::string component;
  std::string name;

  bool is_tag() const { return !component.empty() && name.empty(); }
  bool is_entry() const { return !name.empty(); }
  std::string tag_path() const { return entry::Place{tmpdir, component, {}}.path(); }
};

/// The directory of tags that a session looks at. An error if there is none.
Result<std::string> tag_root(const Session& session);

/// The directories of tags that a session looks at: the one above and, where nobody has named it, this user's own in it, into
/// which the library goes where others have taken a name.
std::vector<std::string> tag_roots(const Session& session);

/// What a word that does not begin like a path may stand for.
enum class BareWord {
  name_or_path,  ///< a tag or entry, or else a path in the working directory
  name           ///< a tag or entry, and nothing else: what is deleted is not guessed
};

/// What TAG, TAG/METHOD, or the path of a directory or file stands for; nothing: tag_root(). The error says
/// where it was looked for.
Result<Target> find_target(const Session& session, const std::string& argument,
                           BareWord bare_word = BareWord::name_or_path);

/// The same, but it must be a tag, or an entry.
Result<Target> find_tag(const Session& session, const std::string& argument);
Result<Target> find_entry(const Session& session, const std::string& argument);

/// Opens a tag directory to look at it: with the trust the library would have, or, where it would have none,
/// with the least, since nothing that is read here is ever executed. Links are not followed.
Result<entry::TagDirectoryPtr> open_to_look(const Target& target);

/// Opens a tag directory to put entries into it, made if `if_missing` says so.
Result<entry::TagDirectoryPtr> open_to_store(const Session& session, const Target& target, entry::IfMissing if_missing);

/// The tag in the name of its directory: without the prefix, if it has that.
std::string tag_of(const Session& session, const std::string& component);

/// True if a file name is a method's: its whole stem, or the end of it from a dot on, each with or without
/// arguments.
bool names_method(const std::string& stem, const std::string& method);

}  // namespace cache_on_disk::tool
