#include "store/tag_directory.hpp"

#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <limits>
#include <mutex>
#include <vector>

#include "files/directory.hpp"
#include "files/errors.hpp"
#include "format/names.hpp"
#include "format/tag_files.hpp"
#include "process/fork.hpp"
#include "process/users.hpp"
#include "store/base_directory.hpp"
#include "store/trust.hpp"

namespace cache_on_disk::entry {
namespace {

// The signature of bford.info/cachedir, which tar, rsync filters and backup programs look for. Other programs leave such
// files too: the line after it tells whose it is.
constexpr std::string_view cachedir_tag_text =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This directory holds values cached by cache-on-disk; it can be deleted and will be made again.\n";
constexpr std::string_view whose_tag = "cached by cache-on-disk";

// Descriptors are scarce (often 1024 a process), tags may be thousands.
constexpr std::size_t most_open_directories = 32;

constexpr std::int64_t seconds_between_sweeps = 60;

struct OpenDirectories {
  system::GlobalMutex mutex{system::MutexRank::directories};
  std::vector<TagDirectoryPtr> last_used_first;
};

OpenDirectories& open_directories() { return system::lasting<OpenDirectories>(); }

TagDirectoryPtr find_open(const Place& place) {
  OpenDirectories& open = open_directories();
  const std::lock_guard lock(open.mutex);
  auto& list = open.last_used_first;
  const auto found = std::ranges::find_if(list, [&](const auto& other) { return other->place() == place; });
  if (found == list.end()) return nullptr;
  std::rotate(list.begin(), found, found + 1);
  return list.front();
}

void remember(TagDirectoryPtr directory) {
  OpenDirectories& open = open_directories();
  TagDirectoryPtr dropped;  // closed outside the mutex
  const std::lock_guard lock(open.mutex);
  auto& list = open.last_used_first;
  if (list.size() >= most_open_directories) {
    dropped = std::move(list.back());
    list.pop_back();
  }
  list.insert(list.begin(), std::move(directory));
}

/// Gives a directory that we have just made to its group.
Result<void> share_with_group(int descriptor, const Trust& trust, const std::string& path) {
  if (trust.kind != Trust::Kind::group) return {};
  const auto group = system::find_group(trust.group_name);
  if (!group) return Error{"there is no group '" + trust.group_name + "' for " + path, EINVAL};
  if (system::change_group(descriptor, *group) != 0 ||
      system::change_mode(descriptor, modes_under(trust).directory) != 0)
    return system::last_error("cannot share with group '" + trust.group_name + "' the directory", path);
  return {};
}

/// One directory on the way to a tag's, or that itself.
struct OpenComponent {
  system::Descriptor descriptor;
  system::FileStatus status;
  bool just_made = false;
};

/// Why a directory that is there cannot be opened: what lies at its name, whose it is, and what to do.
Error in_the_way(int parent, const std::string& name, const std::string& path, int code) {
  system::FileStatus status;
  if (system::status_at(parent, name.c_str(), status) != 0) return {"cannot open " + path, code};
  const std::string owner = system::user_text(status.uid);
  if (!status.is_directory())
    return {fmt::format("{} is {}{}, and belongs to {}: remove it, or choose another tmpdir or tag", path,
                        system::kind_text(status.mode),
                        S_ISLNK(status.mode) ? ", which is not followed" : ", not a directory", owner),
            EACCES};
  if (code != EACCES && code != EPERM) return {"cannot open " + path, code};
  return {fmt::format("{} belongs to {}, who keeps others out: choose another tmpdir or tag, or let the owner share "
                      "it by set_trust",
                      path, owner),
          EACCES};
}

/// Opens a directory below another, without following a link, and judges it. `path` is its path, for messages.
Result<OpenComponent> open_component(int parent, const std::string& name, const std::string& path, const Trust& trust,
                                     IfMissing if_missing) {
  OpenComponent opened;
  auto directory = system::open_directory(parent, name, false);
  if (!directory && directory.error().code == ENOENT && if_missing == IfMissing::report) {
    // A network's client may remember that it is missing although somebody has made it; making it would tell.
    const system::FileSystem kind = system::file_system_of(parent);
    if (kind.missing != system::Revalidation::none && system::ask_again(parent, kind, {&name, 1}) == 0)
      directory = system::open_directory(parent, name, false);
  }
  const int code = directory ? 0 : directory.error().code;
  if (code != 0 && code != ENOENT) return in_the_way(parent, name, path, code);
  if (code == ENOENT && if_missing == IfMissing::create) {
    opened.just_made = system::make_directory_at(parent, name.c_str(), modes_under(trust).directory) == 0;
    if (!opened.just_made && errno != EEXIST) {
      Error error = system::last_error("cannot create", path);
      error.message += whose_it_is(path);
      return error;
    }
    directory = system::open_directory(parent, name, false);
  }
  if (!directory) return Error{"cannot open " + path, directory.error().code};
  opened.descriptor = *std::move(directory);
  if (opened.just_made)
    if (auto shared = share_with_group(opened.descriptor.number(), trust, path); !shared) return shared.error();
  if (system::status_of(opened.descriptor.number(), opened.status) != 0) return system::last_error("cannot stat", path);
  if (const std::string why = objection(opened.status, trust); !why.empty())
    return Error{"the tag directory " + path + " " + why, EACCES};
  return opened;
}

/// A tag's directory, and whether others may write it or one that it lies in.
struct OpenWay {
  OpenComponent last;
  bool others_may_write = false;
};

Result<OpenWay> open_way(const Place& place, IfMissing if_missing) {
  auto base = open_base_directory(place, if_missing);
  if (!base) return base.error();
  OpenWay way{{*std::move(base), {}, false}, false};
  std::string path = place.tmpdir;
  for (std::string_view rest = place.component; !rest.empty();) {
    const std::string name(take_component(rest));
    path += (path.ends_with('/') ? "" : "/") + name;
    auto next = open_component(way.last.descriptor.number(), name, path, place.trust, if_missing);
    if (!next) return next.error();
    way.last = *std::move(next);
    way.others_may_write = way.others_may_write || !objection(way.last.status, Trust::only_me()).empty();
  }
  return way;
}

}  // namespace

namespace {

std::int64_t steady_nanoseconds() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

constexpr std::int64_t news_last_for = 1'000'000'000;

/// A floor as a number of its own: the default's is one that no file system is large enough for.
std::uint64_t number_of(const std::optional<std::uint64_t>& floor) noexcept {
  constexpr std::uint64_t of_the_default = UINT64_MAX;
  return floor ? std::min(*floor, of_the_default - 1) : of_the_default;
}

}  // namespace

bool TagDirectory::has_just_answered() const noexcept {
  return steady_nanoseconds() - answered_at_.load() < news_last_for;
}

void TagDirectory::note_answer() const noexcept { answered_at_ = steady_nanoseconds(); }

bool KnownRoom::take(std::uint64_t size, const std::optional<std::uint64_t>& floor) noexcept {
  if (steady_nanoseconds() >= until_.load() || floor_.load() != number_of(floor)) return false;
  std::uint64_t left = left_.load();
  while (left >= size)
    if (left_.compare_exchange_weak(left, left - size)) return true;
  return false;
}

void KnownRoom::note(std::uint64_t bytes, const std::optional<std::uint64_t>& floor) noexcept {
  until_ = 0;
  floor_ = number_of(floor);
  left_ = bytes / 2;  // others store, too
  until_ = steady_nanoseconds() + news_last_for;
}

TagDirectory::TagDirectory(Place place, system::Descriptor descriptor, const system::FileStatus& status, Facts facts)
    : place_(std::move(place)),
      path_(place_.path()),
      descriptor_(std::move(descriptor)),
      status_(status),
      facts_(facts),
      sweep_due_(std::numeric_limits<std::int64_t>::min()) {}

bool TagDirectory::ask_again(std::span<const std::string> names) const noexcept {
  return system::ask_again(descriptor(), file_system(), names) == 0 || (errno != ESTALE && errno != ENOENT);
}

/// Temporary files are left alone for ten minutes: looking for them more often than once in a while finds nothing new.
bool TagDirectory::is_due_for_sweep() const noexcept {
  using namespace std::chrono;
  const std::int64_t now = duration_cast<seconds>(steady_clock::now().time_since_epoch()).count();
  std::int64_t due = sweep_due_.load(std::memory_order_relaxed);
  return now >= due && sweep_due_.compare_exchange_strong(due, now + seconds_between_sweeps);
}

bool TagDirectory::still_in_place() const {
  system::FileStatus now;
  // A server may give the inode number of a directory that is gone to the one made in its place, and the client answers from
  // memory: only the server knows whether the one that is open is still there.
  if (file_system().missing != system::Revalidation::none && system::ask_server(descriptor(), now) != 0 &&
      (errno == ESTALE || errno == ENOENT))
    return false;
  return system::status_at(AT_FDCWD, path_.c_str(), now) == 0 && now.same_file(status_);
}

Result<TagDirectoryPtr> open_tag_directory(const Place& place, IfMissing if_missing, IfOpen if_open) {
  if (TagDirectoryPtr open = find_open(place)) {
    if (if_open == IfOpen::take || open->still_in_place()) return open;
    forget_tag_directory(place);
  }
  auto opened_way = open_way(place, if_missing);
  // Somebody who clears another tag may take a directory away as soon as it is made: it is empty.
  for (int again = 0; again < 3 && !opened_way && opened_way.error().code == ENOENT; ++again) {
    if (if_missing == IfMissing::report) break;
    opened_way = open_way(place, if_missing);
  }
  if (!opened_way) return opened_way.error();
  OpenComponent& last = opened_way->last;
  TagDirectory::Facts facts;
  facts.others_may_write = opened_way->others_may_write;
  system::Descriptor& directory = last.descriptor;
  facts.file_system = system::file_system_of(directory.number());
  facts.just_made = last.just_made;
  // Cleaners of /tmp leave a directory alone while somebody holds it (systemd-tmpfiles(8)).
  if (!facts.file_system.is_shared()) (void)::flock(directory.number(), LOCK_SH | LOCK_NB);
  auto opened = std::make_shared<const TagDirectory>(place, std::move(directory), last.status, facts);
  remember(opened);
  return TagDirectoryPtr(std::move(opened));
}

TagDirectoryPtr known_tag_directory(const Place& place) { return find_open(place); }

void forget_tag_directory(const Place& place) {
  OpenDirectories& open = open_directories();
  const std::lock_guard lock(open.mutex);
  std::erase_if(open.last_used_first, [&](const auto& other) { return other->place() == place; });
}

void write_cachedir_tag(const TagDirectory& directory) {
  const Trust& trust = directory.place().trust;
  const mode_t mode = modes_under(trust).file;
  const system::Descriptor file(
      system::open_at(directory.descriptor(), cachedir_tag_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
  if (!file) return;  // there already, or not to be had: an entry can do without
  // Those who share the directory may read it, whatever the umask; its group is the directory's.
  if (trust.kind != Trust::Kind::private_only) (void)system::change_mode(file.number(), mode);
  (void)system::write_at(file.number(), cachedir_tag_text.data(), cachedir_tag_text.size(), 0);
}

bool has_our_cachedir_tag(const TagDirectory& directory) {
  const system::Descriptor file(
      system::open_at(directory.descriptor(), cachedir_tag_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  system::FileStatus status;
  if (!file || system::status_of(file.number(), status) != 0 || !status.is_regular()) return false;
  std::array<char, 256> text{};
  const ssize_t size = system::read_at(file.number(), text.data(), text.size(), 0);
  return size > 0 &&
         std::string_view(text.data(), static_cast<std::size_t>(size)).find(whose_tag) != std::string_view::npos;
}

}  // namespace cache_on_disk::entry
