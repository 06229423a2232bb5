// Going through the files of tag directories on all cores, in memory that does not depend on their number.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "files/directory.hpp"
#include "format/tag_files.hpp"
#include "store/survey.hpp"
#include "target.hpp"

namespace cache_on_disk::tool {

/// A name in a tag directory.
struct File {
  std::string name;
  entry::FileRole role;
  system::FileKind kind;

  /// True for what may be an entry: links and FIFOs are not, whatever their names.
  bool may_be_entry() const { return role == entry::FileRole::entry && kind == system::FileKind::regular; }
  bool is_left_over() const { return role == entry::FileRole::temporary && kind == system::FileKind::regular; }
  /// Not of the cache at all.
  bool is_foreign() const { return role == entry::FileRole::foreign || kind != system::FileKind::regular; }
};

/// Calls `use` for the names in a directory, in no order, until it returns false. The error: it cannot be read.
Result<void> for_each_file(int directory, const std::function<bool(const File&)>& use);

/// Some files of one tag directory.
struct Batch {
  std::size_t tag = 0;  ///< index of the target
  entry::TagDirectoryPtr directory;
  std::vector<File> files;
};

/// Calls `work` for all files of the tags (or the one entry of an entry target), in batches, concurrently
/// from as many threads as there are cores. `trouble` is told of directories that cannot be read, one call at
/// a time. Files that take long are better handed out one by one. An exception that one of them throws ends it,
/// and is thrown again when all threads have come to their end.
void scan(std::span<const Target> targets, const std::function<void(const Batch&)>& work,
          const std::function<void(std::size_t tag, const Error&)>& trouble, std::size_t batch_size = 64);

/// The tags that a target comprises: itself, or all in a directory of tags.
Result<std::vector<Target>> tags_of(const Session& session, const Target& target);

/// A sound or damaged entry, without its payload; what is wrong with it in `reason`.
entry::Finding look_at(const entry::TagDirectory& directory, const std::string& name);

/// True for a file that is, or was, an entry beyond doubt: sound with its trailer; or, without one or
/// damaged, at least by the form of its name.
bool is_deletable_entry(const std::string& name, const entry::Finding& finding);

/// The options that reading in this program goes by: those of the environment but for its mode.
const Options& reading_options();

/// The name that the lock of an entry goes by: its stem, or as much of it as is known.
std::string stem_of(const std::string& name, const entry::Finding& finding);

/// The method of an entry, "Class.method", from its metadata or its name.
std::string method_of(const std::string& name, const entry::Finding& finding);

}  // namespace cache_on_disk::tool
