// verify: every entry checked in full.
#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <mutex>

#include "cleaning.hpp"
#include "commands.hpp"
#include "files/errors.hpp"
#include "json.hpp"
#include "marker.hpp"
#include "progress.hpp"
#include "scan.hpp"
#include "terminal.hpp"
#include "text.hpp"
#include "text/amounts.hpp"
#include "text/printable.hpp"
#include "units.hpp"
#include "upkeep/removal.hpp"
#include "upkeep/seal.hpp"

namespace cache_on_disk::tool {
namespace {

struct VerifyOptions {
  std::vector<std::string> targets;
  bool seal = false;
  bool remove = false;
};

/// Checks files and tells of bad ones as it finds them; called from several threads.
class Verifier {
 public:
  Verifier(Session& session, const VerifyOptions& options) : session_(session), options_(options), json_(stdout) {
    if (session_.json()) json_.begin_object().key("bad").begin_array();
  }

  void check(const entry::TagDirectoryPtr& directory, const File& file);
  void trouble(const Error& error) {
    ++unreadable_;
    say(system::describe(error));
  }
  Exit finish();
  ProgressBar& progress() { return progress_; }

 private:
  void seal(const entry::TagDirectoryPtr& directory, const std::string& name);
  void report_bad(const entry::TagDirectoryPtr& directory, const std::string& name, const entry::Finding& finding);

  Session& session_;
  const VerifyOptions& options_;
  JsonWriter json_;
  ProgressBar progress_{"verify"};
  Markers markers_;
  std::mutex output_;
  std::atomic<std::uint64_t> checked_{0}, bytes_{0}, unchecked_{0}, sealed_{0}, bad_{0}, removed_{0}, unreadable_{0};
};

void Verifier::check(const entry::TagDirectoryPtr& directory, const File& file) {
  if (!file.may_be_entry()) return;
  std::uint64_t read = 0;
  const entry::Finding finding =
      entry::check_entry(*directory, file.name, std::nullopt, reading_options(), [&](std::uint64_t bytes) {
        progress_.advance(bytes);
        read += bytes;
        return true;
      });
  // What is left of the file is done with too: the trailer, and all of one that has no checksum or is damaged.
  progress_.advance(finding.status.size - std::min(read, finding.status.size));
  switch (finding.judgement) {
    case entry::Judgement::missing:
      return;  // it went meanwhile
    case entry::Judgement::damaged:
      return report_bad(directory, file.name, finding);
    case entry::Judgement::not_ours:
    case entry::Judgement::refused:
      return trouble({directory->path() + "/" + file.name + ": " + finding.reason, 0});
    case entry::Judgement::sound:
      break;
  }
  if (!finding.trailerless) {
    ++checked_;
    bytes_ += finding.payload_size;
    return;
  }
  if (options_.seal && entry::has_form_of_entry(file.name)) return seal(directory, file.name);
  ++unchecked_;
}

void Verifier::seal(const entry::TagDirectoryPtr& directory, const std::string& name) {
  const Target target{directory->place().tmpdir, directory->place().component, name};
  const auto own = open_to_store(session_, target, entry::IfMissing::report);
  const auto sealed = own ? entry::seal_entry(*own, name, reading_options()) : Result<void>(own.error());
  if (sealed) {
    ++sealed_;
    return;
  }
  ++unchecked_;
  // What is wrong with the directory names it; what is wrong with the file names that alone.
  const std::string place = own ? directory->path() + "/" : "";
  trouble({"not sealed: " + place + sealed.error().message, sealed.error().code});
}

void Verifier::report_bad(const entry::TagDirectoryPtr& directory, const std::string& name,
                          const entry::Finding& finding) {
  ++bad_;
  std::string outcome;
  if (options_.remove &&
      (!is_deletable_entry(name, finding) || (!ends_in_trailer(*directory, name) && !markers_.has_marker(directory)))) {
    outcome = "left: nothing shows that it was an entry";
  } else if (options_.remove) {
    const entry::Removal removal = entry::remove_entry(directory, name, stem_of(name, finding), finding.status);
    if (removal == entry::Removal::removed) ++removed_;
    outcome = text_of(removal);
  }
  const std::string path = directory->path() + "/" + name;
  const std::lock_guard lock(output_);
  if (session_.json()) {
    json_.begin_object()
        .member("path", path)
        .member("reason", finding.reason)
        .text_member("outcome", outcome)
        .end_object();
    return;
  }
  const ProgressBar::Pause pause;
  fmt::print("{} {}: {}{}\n", styled(Style::bad, "bad"), text::printable(path), text::printable(finding.reason),
             outcome.empty() ? "" : " (" + outcome + ")");
}

Exit Verifier::finish() {
  if (session_.json()) {
    json_.end_array()
        .member("checked", checked_.load())
        .member("bytes", bytes_.load())
        .member("unchecked", unchecked_.load())
        .member("sealed", sealed_.load())
        .member("damaged", bad_.load())
        .member("removed", removed_.load())
        .member("unreadable", unreadable_.load())
        .end_object()
        .finish();
  } else {
    const ProgressBar::Pause pause;
    fmt::print("{} whole ({})", text::counted(checked_, "entry is", "entries are"), text::size_text(bytes_));
    if (sealed_ > 0) fmt::print(", {} got a trailer", sealed_.load());
    if (unchecked_ > 0)
      fmt::print(", {} unchecked", text::counted(unchecked_, "without trailer is", "without trailer are"));
    if (bad_ > 0) fmt::print(", {} bad", text::counted(bad_, "is", "are"));
    if (removed_ > 0) fmt::print(", {} of them removed", removed_.load());
    if (unreadable_ > 0) fmt::print(", {} could not be read", unreadable_.load());
    fmt::print("\n");
  }
  return exit_of(bad_ + unreadable_ == 0);
}

/// The bytes to come, for the progress bar.
void measure(const std::vector<Target>& targets, ProgressBar& progress) {
  if (!messages_are_on_terminal()) return;
  scan(
      targets,
      [&](const Batch& batch) {
        for (const File& file : batch.files) {
          system::FileStatus status;
          if (file.may_be_entry() && system::status_at(batch.directory->descriptor(), file.name.c_str(), status) == 0)
            progress.add_total(status.size);
        }
      },
      [](std::size_t, const Error&) {});
}

Result<Exit> verify(Session& session, const VerifyOptions& options) {
  std::vector<Target> targets;
  for (const std::string& argument : options.targets.empty() ? std::vector<std::string>{""} : options.targets) {
    const auto target = find_target(session, argument, options.remove ? BareWord::name : BareWord::name_or_path);
    if (!target) return target.error();
    const auto tags = tags_of(session, *target);
    if (!tags) return tags.error();
    targets.insert(targets.end(), tags->begin(), tags->end());
  }
  Verifier verifier(session, options);
  measure(targets, verifier.progress());
  scan(
      targets,
      [&](const Batch& batch) {
        for (const File& file : batch.files) verifier.check(batch.directory, file);
      },
      [&](std::size_t, const Error& error) { verifier.trouble(error); }, 1);
  return verifier.finish();
}

}  // namespace

void add_verify(CLI::App& app, Session& session) {
  auto [command, options] = add_command<VerifyOptions>(
      app, session, "verify", "Check entries in full: trailers, identities, checksums", verify);
  command->add_option("target", options->targets, "What to check; default: all tags")->type_name("DIR|TAG|ENTRY");
  command->add_flag("--seal", options->seal, "Give entries without trailer one, so that they are checked from now on");
  command->add_flag("--remove", options->remove, "Delete the bad entries");
}

}  // namespace cache_on_disk::tool
