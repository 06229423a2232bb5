#include "fault_places.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "fault_subject.hpp"
#include "format/tag_files.hpp"
#include "store/reader.hpp"
#include "support/failing_calls.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {
namespace {

namespace entry = cache_on_disk::entry;
namespace fs = std::filesystem;

enum Verdict { good, wrong, failed, partial, temporary, otherwise, left_out = 77 };

constexpr std::size_t length = 20'000;

int warnings = 0;

int look_at(const std::string& base, const std::string& tag) {
  const auto directory = entry::open_tag_directory({base, "cache" + tag, {}}, entry::IfMissing::report);
  if (!directory) return good;
  for (const auto& file : fs::directory_iterator((*directory)->path())) {
    const std::string name = file.path().filename();
    if (name.starts_with(entry::temporary_prefix)) return temporary;
    if (!name.ends_with(".npy")) continue;
    const auto finding = entry::read_entry(**directory, name, std::nullopt, {});
    if (finding.judgement != entry::Judgement::sound || finding.trailerless) return partial;
  }
  return good;
}

/// Two calls of two objects; `stored`: the second finds what the first computed.
int call_twice(const std::string& base, bool stored, std::size_t size = length, const std::string& tag = "night") {
  const Subject first(base, size, tag);
  const Subject second(base, size, tag);
  if (!first.is_right() || !second.is_right()) return wrong;
  if ((second.computed == 0) != stored) return otherwise;
  return look_at(base, tag);
}

bool own_mounts() {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}
bool mount_memory(const std::string& where, const char* options, unsigned long flags = 0) {
  return ::mount("tmpfs", where.c_str(), "tmpfs", flags, options) == 0;
}

int full_disk(const char* options, std::size_t size) {
  TemporaryDirectory base;
  if (!own_mounts() || !mount_memory(base.path(), options)) return left_out;
  int verdict = good;
  int kept = 0;
  for (int i = 0; i < 20 && verdict == good; ++i) {
    const std::string tag = "T" + std::to_string(i);
    const Subject first(base.path(), size, tag), second(base.path(), size, tag);
    if (!first.is_right() || !second.is_right()) verdict = wrong;
    kept += second.computed == 0;
    if (verdict == good) verdict = look_at(base.path(), tag);
  }
  if (verdict == good && (kept == 0 || kept == 20 || warnings == 0)) verdict = otherwise;
  ::umount(base.path().c_str());
  return verdict;
}

int read_only_directory(bool tag_directory_too) {
  TemporaryDirectory base;
  if (::geteuid() == 0) {  // whom no mode stops
    if (::chown(base.path().c_str(), 54323, 54323) != 0 || ::setresuid(54323, 54323, 54323) != 0) return left_out;
  }
  if (tag_directory_too) ::mkdir((base / "cachenight").c_str(), 0700);
  const std::string closed = tag_directory_too ? base / "cachenight" : base.path();
  ::chmod(closed.c_str(), 0500);
  const int verdict = call_twice(base.path(), false);
  ::chmod(closed.c_str(), 0700);
  return verdict == good && warnings == 0 ? otherwise : verdict;
}

int read_only_mount() {
  TemporaryDirectory base;
  if (!own_mounts() || !mount_memory(base.path(), "size=8m")) return left_out;
  int verdict = call_twice(base.path(), true);
  if (::mount("none", base.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) return left_out;
  if (verdict == good) verdict = call_twice(base.path(), true);  // what is there serves
  if (verdict == good) verdict = call_twice(base.path(), false, length, "other");
  ::umount(base.path().c_str());
  return verdict;
}

int removed_while_in_use() {
  TemporaryDirectory base;
  for (int i = 0; i < 5; ++i) {
    if (const int verdict = call_twice(base.path(), true); verdict != good) return verdict;
    fs::remove_all(i % 2 == 0 ? base / "cachenight" : base.path());
  }
  return good;
}

int replaced_while_in_use() {
  TemporaryDirectory base;
  for (int i = 0; i < 5; ++i) {
    if (const int verdict = call_twice(base.path(), true); verdict != good) return verdict;
    fs::rename(base / "cachenight", base / std::to_string(i));
    if (i % 2 == 0) fs::remove_all(base / std::to_string(i));  // else its entries still serve those who have it open
    fs::create_directory(base / "cachenight");
    fs::permissions(base / "cachenight", fs::perms::owner_all);
  }
  fs::remove_all(base / "cachenight");
  for (int i = 0; i < 5; ++i) fs::remove_all(base / std::to_string(i));
  std::ofstream(base / "cachenight") << "a file by now";
  return call_twice(base.path(), false);
}

int no_directory_at_all() {
  ::unsetenv("CACHE_ON_DISK_DIR");
  for (const char* variable : {"TMPDIR", "TEMP", "TMP"}) ::setenv(variable, "/nonexistent/of/course", 1);
  if (!own_mounts()) return left_out;
  for (const char* path : {"/tmp", "/var/tmp", "/usr/tmp"})
    if (fs::is_directory(path) && !mount_memory(path, "size=1m", MS_RDONLY)) return left_out;
  int computed = 0;
  cache_on_disk::DiskCacher cacher([&] { return ++computed; }, "Nowhere.value");
  cacher.set_tag("night");
  return *cacher.execute() == 1 && warnings == 1 ? good : otherwise;
}

int missing_tmpdir() {
  TemporaryDirectory base;
  ::unsetenv("CACHE_ON_DISK_DIR");
  ::setenv("TMPDIR", (base / "missing").c_str(), 1);  // the next one serves
  ::setenv("TEMP", base.path().c_str(), 1);
  cache_on_disk::DiskCacher cacher([] { return 5; }, "Somewhere.value");
  cacher.set_tag("night");
  return *cacher.execute() == 5 && fs::exists(base / "cachenight") ? good : otherwise;
}

int below_a_file() {
  TemporaryDirectory base;
  std::ofstream(base / "file") << "x";
  const int verdict = call_twice(base / "file/directory", false);
  return verdict == good && warnings != 1 ? otherwise : verdict;
}

int no_descriptors() {
  TemporaryDirectory base;
  const struct rlimit none{3, 3};
  if (::setrlimit(RLIMIT_NOFILE, &none) != 0) return left_out;
  const Subject first(base.path(), length), second(base.path(), length);
  return first.is_right() && second.is_right() ? good : wrong;
}

/// A limit on the size of files, as batch systems set it: who writes beyond is killed by a signal.
int limited_files(rlim_t size) {
  TemporaryDirectory base;
  const struct rlimit limit{size, size};
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return left_out;
  if (const int verdict = call_twice(base.path(), false, 140'000); verdict != good) return verdict;
  return call_twice(base.path(), size > 0, 100, "small");
}

}  // namespace

void Places::try_all() {
  try_one("a disk of 8 MiB", [] { return full_disk("size=8m", 100'000); });
  try_one("a disk of 8 MiB, small entries", [] { return full_disk("size=256k", 5'000); });
  try_one("a disk without inodes", [] { return full_disk("size=8m,nr_inodes=24", 10); });
  try_one("a read-only tmpdir", [] { return read_only_directory(false); });
  try_one("a read-only tag directory", [] { return read_only_directory(true); });
  try_one("a read-only file system", read_only_mount);
  try_one("a directory removed while in use", removed_while_in_use);
  try_one("a directory replaced while in use", replaced_while_in_use);
  try_one("no directory for temporary files", no_directory_at_all);
  try_one("a TMPDIR that is missing", missing_tmpdir);
  try_one("a tmpdir below a file", below_a_file);
  try_one("no descriptors", no_descriptors);
  try_one("a limit on the size of files", [] { return limited_files(1 << 20); });
  try_one("a tight limit on the size of files", [] { return limited_files(4096); });
  try_one("no files longer than nothing", [] { return limited_files(0); });
}

void Places::try_one(const char* name, const std::function<int()>& body) {
  ChildProcess child([&] {
    cache_on_disk::set_trouble_handler([](const cache_on_disk::Trouble& trouble) {
      if (trouble.reason != "two roots") ++warnings;  // which they are here, and on purpose
    });
    return body();
  });
  const int verdict = child.wait();
  if (verdict == Verdict::left_out) {
    ++left_out_;
    return;
  }
  ++tried_;
  if (verdict != good) std::printf("  %s: verdict %d\n", name, verdict);
  wrong_ += verdict == Verdict::wrong;
  partial_ += verdict == Verdict::partial;
  temporary_ += verdict == Verdict::temporary;
  otherwise_ += verdict == Verdict::otherwise;
  failed_ += verdict == Verdict::failed || verdict > Verdict::otherwise;
}

}  // namespace campaign
