// The power goes while a cache is in use: file systems on loop devices are shut down as xfstests do, and recovered.
//
// Before that, entries of all sizes are stored by the library; some are read and so marked as durable, some are copied,
// marks and all; pages are flushed in unlucky orders. Afterwards nobody may get a wrong value or an error, and no
// damaged payload may bear a true mark.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "campaign.hpp"
#include "files/calls.hpp"
#include "format/names.hpp"
#include "loop_file_system.hpp"
#include "shared_counters.hpp"
#include "specimen.hpp"
#include "store/durable_mark.hpp"
#include "store/reader.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {
namespace {

namespace entry = cache_on_disk::entry;
namespace fs = std::filesystem;

constexpr int tags = 6;

struct Counts {
  Counter entries;       ///< written before the power went
  Counter marked;        ///< of these, seen to bear a true mark before
  Counter copies;        ///< copies of marked entries
  Counter whole;         ///< found afterwards, and sound
  Counter marked_after;  ///< of these, with a true mark
  Counter torn;          ///< without a sound end
  Counter hollow;        ///< with a sound end over a damaged payload
  Counter taken;         ///< torn, and yet taken for a whole file without trailer
  Counter damaged_under_mark, wrong, failed;
};

std::string tag_of(int number) { return "night" + std::to_string(number); }

/// The library asks for write-back of what it stored; here the disk is sometimes too slow for that.
class SlowDisk : public cache_on_disk::system::Interceptor {
 public:
  explicit SlowDisk(std::uint64_t seed) : random_(seed) {}
  int before(cache_on_disk::system::Call call) override {
    if (call != cache_on_disk::system::Call::writeback) return 0;
    const std::lock_guard lock(mutex_);
    return below(random_, 4) != 0 ? EIO : 0;
  }

 private:
  std::mutex mutex_;
  Random random_;
};

enum class Pages { none, last, first, some, all_but_one, first_and_last_but_one };

/// Has some pages of a file reach the disk before the others.
void flush(const fs::path& file, Pages pages, Random& random) {
  constexpr off_t page = 4096;
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  const off_t count = (static_cast<off_t>(fs::file_size(file)) + page - 1) / page;
  const auto push = [&](off_t first, off_t number) {
    if (first >= 0 && number > 0)
      ::sync_file_range(descriptor, first * page, number * page,
                        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
  };
  switch (pages) {
    case Pages::none:
      break;
    case Pages::last:
      push(count - 1, 1);
      break;
    case Pages::first:
      push(0, 1);
      break;
    case Pages::first_and_last_but_one:  // mostly the payload's last: so the file may end with its payload, or seem to
      push(0, 1);
      push(count - 2, 1);
      break;
    case Pages::some:
      push(static_cast<off_t>(below(random, static_cast<std::uint64_t>(count))), 8);
      push(count - 1, 1);
      break;
    case Pages::all_but_one: {
      const auto left_out = static_cast<off_t>(below(random, static_cast<std::uint64_t>(count)));
      push(left_out + 1, count - left_out - 1);
      push(0, left_out);
      break;
    }
  }
  ::close(descriptor);
}

Pages some_pages(Random& random) { return static_cast<Pages>(below(random, 6)); }

/// The entries of a directory of tag directories.
std::vector<fs::path> entries_below(const std::string& directory) {
  std::vector<fs::path> all;
  std::error_code error;
  for (auto file = fs::recursive_directory_iterator(directory, error); !error && file != fs::end(file);
       file.increment(error))
    if (file->path().extension() == ".npy") all.push_back(file->path());
  return all;
}

entry::Finding judge(const std::string& directory, const fs::path& file, cache_on_disk::Verify verify) {
  const auto opened =
      entry::open_tag_directory({directory, file.parent_path().filename(), {}}, entry::IfMissing::report);
  if (!opened) return {};
  cache_on_disk::Options options;
  options.verify = verify;
  return entry::read_entry(**opened, file.filename(), std::nullopt, options);
}

/// As `cp -p` copies: all bytes, the mark among them, and the time of the last change, in a new file.
void copy_over(const fs::path& from, const fs::path& to) {
  const fs::path between = to.parent_path() / ".copy";
  {
    std::ifstream in(from, std::ios::binary);
    std::ofstream out(between, std::ios::binary);
    out << in.rdbuf();
  }
  fs::permissions(between, fs::perms::owner_read | fs::perms::owner_write);
  fs::last_write_time(between, fs::last_write_time(from));
  fs::rename(between, to);
}

/// Stores, reads, copies and flushes, with the power still on.
void use_cache(const std::string& original, const std::string& copies, Random& random, Counts& counts) {
  SlowDisk disk(random());
  cache_on_disk::system::intercept(&disk);
  std::array<std::uint64_t, tags> kinds{};
  for (int tag = 0; tag < tags; ++tag) {
    const auto specimen = tagged_specimen(original, tag_of(tag));
    for (std::size_t method = 0; method < Specimen::methods(); ++method) specimen->is_right(method);
    kinds[static_cast<std::size_t>(tag)] = below(random, 3);
  }
  // One in three is left alone; the entries of the others are read, and so marked; one in three is copied then.
  for (int tag = 0; tag < tags; ++tag) {
    const std::uint64_t kind = kinds[static_cast<std::size_t>(tag)];
    if (kind == 0) continue;
    const auto specimen = tagged_specimen(original, tag_of(tag));
    for (std::size_t method = 0; method < Specimen::methods(); ++method) specimen->is_right(method);
    entry::wait_for_marks();
    if (kind == 1) continue;
    const fs::path directory = fs::path(original) / ("cache" + tag_of(tag));
    const fs::path there = fs::path(copies) / directory.filename();
    fs::create_directories(there);
    fs::permissions(there, fs::perms::owner_all);
    for (const fs::path& file : entries_below(directory)) {
      const bool marked = judge(original, file, cache_on_disk::Verify::automatic).durable;
      copy_over(file, there / file.filename());
      if (below(random, 2) == 0) copy_over(file, file);  // a new file under the old name
      counts.copies += marked;
    }
  }
  cache_on_disk::system::intercept(nullptr);
  for (const std::string& directory : {original, copies})
    for (const fs::path& file : entries_below(directory)) {
      ++counts.entries;
      counts.marked += judge(directory, file, cache_on_disk::Verify::automatic).durable;
      flush(file, some_pages(random), random);
    }
}

/// What each file is, by a look at all of its bytes.
void look_at_files(const std::string& directory, Counts& counts) {
  for (const fs::path& file : entries_below(directory)) {
    const entry::Finding trusting = judge(directory, file, cache_on_disk::Verify::automatic);
    const entry::Finding thorough = judge(directory, file, cache_on_disk::Verify::always);
    const bool sound = thorough.judgement == entry::Judgement::sound && !thorough.trailerless;
    counts.whole += sound;
    counts.marked_after += sound && trusting.durable;
    if (sound) continue;
    counts.damaged_under_mark += trusting.durable;
    if (thorough.trailerless) {  // a torn entry that passes for a file without trailer
      std::fprintf(stderr, "power-loss: taken for a whole file: %s, %ju bytes\n", file.c_str(),
                   std::uintmax_t{fs::file_size(file)});
      ++counts.taken;
    }
    if (thorough.reason == "the payload is damaged")
      ++counts.hollow;
    else
      ++counts.torn;
  }
}

/// What a program gets that knows nothing of it all.
void call_everything(const std::string& directory, Counts& counts) {
  for (int tag = 0; tag < tags; ++tag) try {
      const auto specimen = tagged_specimen(directory, tag_of(tag));
      for (std::size_t method = 0; method < Specimen::methods(); ++method)
        if (!specimen->is_right(method)) {
          std::fprintf(stderr, "power-loss: wrong: method %zu of %s\n", method, specimen->tag().c_str());
          ++counts.wrong;
        }
    } catch (const std::exception&) {
      ++counts.failed;
    }
}

struct Kind {
  const char* name;
  const char* file_system;
  const char* options;
};
constexpr Kind kinds[] = {{"of ext4", "ext4", ""},
                          {"of XFS", "xfs", ""},
                          {"of ext4 that writes back late", "ext4", "data=writeback,noauto_da_alloc"}};

/// One file system's life, in a process with mounts of its own.
int lose_power_once(const std::string& scratch, const Kind& kind, std::uint64_t seed, Counts& counts) {
  Random random(seed);
  make_mounts_private();
  LoopFileSystem disk(kind.file_system, scratch, kind.options);
  const std::string original = disk.path() + "/original", copies = disk.path() + "/copies";
  fs::create_directory(original);
  fs::create_directory(copies);
  ::sync();
  ChildProcess user([&] {
    use_cache(original, copies, random, counts);
    return 0;
  });
  if (user.wait() != 0) return 3;
  if (below(random, 2) == 0) {  // somebody else's fsync has the journal written
    const int other = ::open((disk.path() + "/other").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ::fsync(other);
    ::close(other);
  }
  disk.cut_power(below(random, 4) == 0 ? LoopFileSystem::Journal::lost : LoopFileSystem::Journal::flushed);
  disk.recover();
  ChildProcess heir([&] {
    for (const std::string& directory : {original, copies}) {
      look_at_files(directory, counts);
      call_everything(directory, counts);
    }
    return 0;
  });
  return heir.wait() == 0 ? 0 : 4;
}

}  // namespace

void lose_power(const Plan& plan, Report& report) {
  if (const std::string lack = loop_file_systems_lack(); !lack.empty()) throw Skipped("needs " + lack);
  Shared<Counts> counts;
  Random random(plan.seed);
  std::uint64_t losses = 0, broken_off = 0;
  const Timer timer(plan);
  for (; losses < std::size(kinds) || timer.running(); ++losses) {
    expect_progress();
    TemporaryDirectory scratch;
    const Kind& kind = kinds[losses % std::size(kinds)];
    ChildProcess machine([&, seed = random()] { return lose_power_once(scratch.path(), kind, seed, *counts); });
    broken_off += machine.wait() != 0;
  }
  report.figure("power losses", losses);
  for (std::size_t i = 0; i < std::size(kinds); ++i)
    report.must_be_some(kinds[i].name, (losses + std::size(kinds) - 1 - i) / std::size(kinds));
  report.must_be_none("trials that failed", broken_off);
  report.must_be_some("entries", counts->entries);
  report.must_be_some("with marks", counts->marked);
  report.must_be_some("copied with marks", counts->copies);
  report.figure("whole afterwards", counts->whole);
  report.figure("with marks afterwards", counts->marked_after);
  report.figure("torn", counts->torn);
  report.must_be_some("sound end over damaged payload", counts->hollow);
  report.must_be_none("damaged under a mark", counts->damaged_under_mark);
  report.must_be_none("torn and taken for whole", counts->taken);
  report.must_be_none("wrong values", counts->wrong);
  report.must_be_none("failed calls", counts->failed);
}

}  // namespace campaign
