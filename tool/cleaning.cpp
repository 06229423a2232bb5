#include "cleaning.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "files/errors.hpp"
#include "marker.hpp"
#include "store/lock_file.hpp"
#include "terminal.hpp"
#include "text/amounts.hpp"
#include "units.hpp"
#include "upkeep/clear.hpp"
#include "upkeep/removal.hpp"

namespace cache_on_disk::tool {
namespace {

class Cleaner {
 public:
  Cleaner(const Target& target, bool dry_run, Cleaned& cleaned)
      : target_(target), dry_run_(dry_run), cleaned_(cleaned) {}

  void run() {
    // Before anything is deleted: the marker may be an entry, and deleting makes a lock file.
    if (const auto directory = open_to_look(target_)) has_marker_ = has_marker(**directory);
    // A directory that changes while it is listed may hide some of its names: looked at again, until a round
    // finds nothing to delete.
    for (first_round_ = true; first_round_ || (removed_ > 0 && !dry_run_ && !target_.is_entry());
         first_round_ = false) {
      removed_ = 0;
      scan(
          {&target_, 1},
          [&](const Batch& batch) {
            for (const File& file : batch.files) look_at_file(batch.directory, file);
          },
          [&](std::size_t, const Error& error) { keep(system::describe(error)); });
    }
    if (!target_.is_entry()) finish_directory();
    if (!has_marker_ && !dry_run_) drop_lock_file();
  }

 private:
  void keep(const std::string& message) {
    if (!first_round_) return;
    ++cleaned_.kept;
    say(message);
  }

  void look_at_file(const entry::TagDirectoryPtr& directory, const File& file) {
    const std::string path = directory->path() + "/" + file.name;
    if (file.is_left_over()) return;
    if (file.is_foreign()) return keep("left: not part of the cache: " + path);
    if (!file.may_be_entry()) return;
    const entry::Finding finding = look_at(*directory, file.name);
    if (finding.judgement == entry::Judgement::missing) return;
    const bool readable =
        finding.judgement == entry::Judgement::sound || finding.judgement == entry::Judgement::damaged;
    if (!readable) return keep(fmt::format("left: {}: {}", path, finding.reason));
    // Who names a file wants that very file gone; but a link is not an entry, and is reported as damaged.
    const bool named = target_.is_entry() && finding.status.is_regular();
    if (!named && (!is_deletable_entry(file.name, finding) || !is_likely_ours(*directory, file.name, finding)))
      return keep("left: nothing shows that it is an entry (name it to delete it): " + path);
    if (!dry_run_) {
      const entry::Removal removal =
          entry::remove_entry(directory, file.name, stem_of(file.name, finding), finding.status);
      if (removal == entry::Removal::missing) return;
      if (removal != entry::Removal::removed) return keep(fmt::format("{}: {}", text_of(removal), path));
    }
    ++removed_;
    ++cleaned_.entries;
    cleaned_.bytes += finding.status.size;
  }

  /// Where nothing is ours, something that is not a value at all was never one.
  bool is_likely_ours(const entry::TagDirectory& directory, const std::string& name,
                      const entry::Finding& finding) const {
    return has_marker_ || finding.judgement == entry::Judgement::sound || ends_in_trailer(directory, name);
  }

  /// Deleting made a lock file, which would mark what is left in the directory as ours. Under all of its locks,
  /// as with remove_tag_directory(): a process that comes later finds none and makes another.
  void drop_lock_file() const {
    const auto directory = open_to_look(target_);
    system::FileStatus status;
    if (!directory || system::status_at((*directory)->descriptor(), entry::lock_file_name, status) != 0) return;
    const auto lock = entry::open_lock_file(**directory);
    if (lock && system::lock_all_bytes(lock->number()) == 0)
      (void)system::unlink_at((*directory)->descriptor(), entry::lock_file_name);
  }

  void finish_directory() {
    const auto directory = open_to_look(target_);
    if (!directory) return;
    const entry::Swept swept = entry::sweep(**directory, dry_run_);
    cleaned_.left_overs += swept.files;
    cleaned_.bytes += swept.bytes;
    if (dry_run_) return;
    // Deleting made a lock file: what was there before tells whether a cache made the directory.
    if (!has_marker_) return;
    first_round_ = true;
    switch (entry::remove_tag_directory(**directory)) {
      case entry::Removal::removed:
        ++cleaned_.directories;
        return;
      case entry::Removal::busy:
        return keep("left: something is being computed in it: " + target_.tag_path());
      case entry::Removal::failed:
        return keep(system::describe(system::last_error("cannot delete the directory", target_.tag_path())));
      case entry::Removal::missing:
      case entry::Removal::changed:
        return;  // what is left in it has been told of
    }
  }

  const Target& target_;
  const bool dry_run_;
  Cleaned& cleaned_;
  bool has_marker_ = false;
  std::atomic<std::uint64_t> removed_{0};
  bool first_round_ = true;
};

}  // namespace

std::string text_of(entry::Removal removal) {
  switch (removal) {
    case entry::Removal::removed:
      return "removed";
    case entry::Removal::missing:
      return "gone already";
    case entry::Removal::busy:
      return "left: it is being computed";
    case entry::Removal::changed:
      return "left: it has changed meanwhile";
    case entry::Removal::failed:
      break;
  }
  return system::describe(system::last_error("cannot", "delete"));
}

void clean(const Target& target, bool dry_run, Cleaned& cleaned) { Cleaner(target, dry_run, cleaned).run(); }

std::string summary_of(const Cleaned& cleaned, bool dry_run) {
  std::string text = fmt::format("{} {} ({})", dry_run ? "would delete" : "deleted",
                                 text::counted(cleaned.entries, "entry", "entries"), text::size_text(cleaned.bytes));
  if (cleaned.left_overs > 0)
    text += ", " + text::counted(cleaned.left_overs, "file of a dead writer", "files of dead writers");
  if (cleaned.directories > 0)
    text += ", " + text::counted(cleaned.directories, "emptied directory", "emptied directories");
  if (cleaned.kept > 0) text += fmt::format("; {} {}", dry_run ? "would leave" : "left", cleaned.kept.load());
  return text;
}

void add_members(JsonWriter& json, const Cleaned& cleaned, bool dry_run) {
  json.member("dry_run", dry_run)
      .member("entries", cleaned.entries.load())
      .member("bytes", cleaned.bytes.load())
      .member("left_overs", cleaned.left_overs.load())
      .member("directories", cleaned.directories.load())
      .member("kept", cleaned.kept.load());
}

}  // namespace cache_on_disk::tool
