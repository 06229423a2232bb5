#include "upkeep/clear.hpp"

#include <cerrno>
#include <ctime>
#include <memory>
#include <string_view>

#include "files/directory.hpp"
#include "files/errors.hpp"
#include "format/tag_files.hpp"
#include "process/background.hpp"
#include "store/last_use.hpp"
#include "store/lookup.hpp"
#include "text/printable.hpp"

namespace cache_on_disk::entry {
namespace {

constexpr std::int64_t sweep_after_seconds = std::int64_t{10} * 60;
constexpr std::int64_t sweep_without_locks_after_seconds = std::int64_t{7} * 24 * 60 * 60;

/// What is larger is being written to the disk from its publication on.
constexpr std::uint64_t small_file = std::uint64_t{64} << 10;

/// The kernel frees a file when its last name and its last descriptor are gone, and waits until what it is writing of it is
/// written. A descriptor that outlives the name has that wait done elsewhere. (On a network a file that is open keeps a name,
/// another one.)
system::Descriptor hold(const TagDirectory& directory, const std::string& name, std::uint64_t size) {
  if (size < small_file || directory.on_network()) return {};
  return system::Descriptor(system::open_at(directory.descriptor(), name.c_str(), O_PATH | O_NOFOLLOW));
}

void let_go_in_background(system::Descriptor held) {
  if (!held) return;
  auto shared = std::make_shared<system::Descriptor>(std::move(held));
  system::run_in_background([shared] { shared->reset(); });
}

void remove(const TagDirectory& directory, const std::string& name, std::uint64_t size, ClearReport& report) {
  system::Descriptor held = hold(directory, name, size);
  if (system::unlink_at(directory.descriptor(), name.c_str()) == 0) {
    ++report.deleted;
    report.deleted_names.push_back(name);
    let_go_in_background(std::move(held));
  } else if (errno != ENOENT) {
    report.left_alone.push_back(text::printable(system::describe(system::last_error("cannot delete", name))));
  }
}

/// What stays, and why.
void leave_alone(const std::string& name, const Finding& finding, const EntryKey& key, ClearReport& report) {
  const std::string why = finding.judgement == Judgement::sound ? objection_to(finding, key) : finding.reason;
  report.left_alone.push_back(text::printable(name + ": " + (why.empty() ? "it holds another type" : why)));
}

void clear_name(const TagDirectory& directory, const std::string& name, const EntryKey& key, const Options& options,
                ClearReport& report) {
  const Finding finding = read_entry(directory, name, key.identity, options, Depth::survey);
  if (finding.judgement == Judgement::missing) return;
  if (is_ours_to_replace(finding, key)) return remove(directory, name, finding.status.size, report);
  leave_alone(name, finding, key, report);
}

/// Deletes the entries of one by-arguments method among the names of a directory. A name only chooses the candidates:
/// the stem kept in each entry decides.
void clear_arguments(const TagDirectory& directory, const std::vector<std::string>& names, const EntryKey& method,
                     const Options& options, ClearReport& report) {
  const std::string opening = method.stem + "(";
  // A shortened name keeps at least this much of its stem.
  const std::string_view visible = std::string_view(opening).substr(0, 200);
  for (const std::string& name : names) {
    if (!name.starts_with(visible) || !name.ends_with(".npy")) continue;
    const Finding finding = read_entry(directory, name, std::nullopt, options, Depth::survey);
    const bool bears_method = finding.judgement == Judgement::sound && !finding.trailerless
                                  ? finding.metadata.stem.starts_with(opening)
                                  : name.starts_with(opening);
    if (!bears_method) continue;
    if (finding.trailerless)
      report.left_alone.push_back(text::printable(name) + ": a file without trailer");
    else if (is_ours_to_replace(finding, method))
      remove(directory, name, finding.status.size, report);
    else if (finding.judgement != Judgement::missing)
      leave_alone(name, finding, method, report);
  }
}

/// True if the writer of a temporary file is gone for good.
bool is_abandoned(int file, std::int64_t now, system::FileStatus& status) {
  if (system::status_of(file, status) != 0 || !status.is_regular()) return false;
  const std::int64_t age = now - status.modified_seconds;
  if (age < sweep_after_seconds) return false;
  if (system::lock_byte(file, 0) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;  // its writer lives
  return age > sweep_without_locks_after_seconds;
}

/// The time by the clock that dates the files: a server's, which dates the lock file when a process begins to use the directory.
/// Later than that it is by now, which only makes files seem younger.
std::int64_t time_of_files(const TagDirectory& directory) {
  return directory.file_system().server_times ? last_use(directory) : std::int64_t{std::time(nullptr)};
}

}  // namespace

ClearReport clear(const TagDirectory& directory, const std::deque<ClearRequest>& requests, const Options& options) {
  ClearReport report;
  std::vector<std::string> names;
  bool listed = false;
  for (const ClearRequest& request : requests) {
    if (!request.by_arguments) {
      clear_name(directory, request.key.plain_file(), request.key, options, report);
      clear_name(directory, request.key.beside_file(), request.key, options, report);
      continue;
    }
    if (!listed) {
      auto list = system::list_directory(directory.descriptor());
      if (list)
        names = *std::move(list);
      else
        report.left_alone.push_back(directory.path() + ": " + system::describe(list.error()));
      listed = true;
    }
    clear_arguments(directory, names, request.key, options, report);
  }
  return report;
}

Swept sweep(const TagDirectory& directory, bool dry_run) {
  auto files = system::DirectoryStream::open(directory.descriptor());
  Swept swept;
  if (!files) return swept;
  const std::int64_t now = time_of_files(directory);
  while (true) {
    const auto next = files->next();
    if (!next || !*next) return swept;
    if (role_of((*next)->name) != FileRole::temporary) continue;
    const std::string name((*next)->name);
    const system::Descriptor file(
        system::open_at(directory.descriptor(), name.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK));
    system::FileStatus status;
    if (!file || !is_abandoned(file.number(), now, status)) continue;
    if (!dry_run && system::unlink_at(directory.descriptor(), name.c_str()) != 0) continue;
    ++swept.files;
    swept.bytes += status.size;
  }
}

}  // namespace cache_on_disk::entry
