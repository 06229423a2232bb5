// A process that is killed at its first system call, at its second, at its third, ... while it stores, loads
// and clears; and after each death another one that must find nothing wrong and nothing in its way.
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "campaign.hpp"
#include "files/calls.hpp"
#include "format/tag_files.hpp"
#include "shared_counters.hpp"
#include "specimen.hpp"
#include "store/reader.hpp"
#include "store/writer.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {
namespace {

/// Ends the process with its call number `last`, counted from 0.
class Death : public cache_on_disk::system::Interceptor {
 public:
  explicit Death(std::int64_t last) : left_(last) {}
  int before(cache_on_disk::system::Call) override {
    if (left_-- == 0) ::kill(::getpid(), SIGKILL);
    return 0;
  }

 private:
  std::atomic<std::int64_t> left_;
};

/// Files under entries' names that are not whole entries. Temporary files go: thousands of the dead would fill
/// the disk.
std::uint64_t damaged_entries(const std::string& directory) {
  namespace entry = cache_on_disk::entry;
  const auto opened = entry::open_tag_directory({directory, "cachenight", {}}, entry::IfMissing::report);
  if (!opened) return 0;
  std::uint64_t damaged = 0;
  for (const auto& file : std::filesystem::directory_iterator((*opened)->path())) {
    const std::string name = file.path().filename();
    if (name.starts_with(entry::temporary_prefix)) std::filesystem::remove(file.path());
    if (!name.ends_with(".npy")) continue;
    const entry::Finding finding = entry::read_entry(**opened, name, std::nullopt, {});
    damaged += finding.judgement != entry::Judgement::sound || finding.trailerless;
  }
  return damaged;
}

/// A life of an entry: stored, loaded, computed again, cleared, stored.
void live(const std::string& directory, std::size_t method) {
  const auto specimen = tagged_specimen(directory, "night");
  specimen->is_right(method);
  tagged_specimen(directory, "night")->is_right(method);
  cache_on_disk::refresh(*specimen);
  specimen->is_right(method);
  cache_on_disk::clear_cache(*specimen);
  specimen->is_right(method);
}

}  // namespace

void kill_at_each_call(const Plan&, Report& report) {
  std::uint64_t deaths = 0, damaged = 0, wrong = 0, failed = 0;
  // Entries that are read, that are mapped, and that are marked.
  for (const std::size_t method :
       {Specimen::text_method(), std::size_t{0}, std::size_t{5}, std::size_t{6}, std::size_t{7}}) {
    TemporaryDirectory directory;
    for (std::int64_t last = 0;; ++last) {
      expect_progress();
      ChildProcess victim([&] {
        Death death(last);
        cache_on_disk::system::intercept(&death);
        live(directory.path(), method);
        cache_on_disk::system::intercept(nullptr);
        return 0;
      });
      const int end = victim.wait();
      if (end == 0) break;  // it lived: every call has had its turn
      if (end != 128 + SIGKILL) {
        ++failed;
        break;
      }
      ++deaths;
      damaged += damaged_entries(directory.path());
      ChildProcess heir([&] { return tagged_specimen(directory.path(), "night")->is_right(method) ? 0 : 1; });
      const int code = heir.wait();
      wrong += code == 1;
      failed += code > 1;
    }
  }
  report.must_be_some("kills", deaths);
  report.must_be_none("partly visible entries", damaged);
  report.must_be_none("wrong values", wrong);
  report.must_be_none("failed calls", failed);
}

}  // namespace campaign
