#include "store/durable_mark.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include "files/errors.hpp"
#include "format/footer.hpp"
#include "log/log.hpp"
#include "process/background.hpp"
#include "store/entry_lock.hpp"
#include "text/little_endian.hpp"

namespace cache_on_disk::entry {
namespace {

/// True if the name still leads to the file that was checked.
bool same_file(int file, const MarkRequest& request) {
  system::FileStatus status;
  system::BirthTime birth;
  return system::status_of(file, status) == 0 && status.same_file(request.status) && status.links == 1 &&
         status.size == request.status.size && system::birth_time_of(file, birth) == 0 &&
         birth.seconds == request.birth.seconds && birth.nanoseconds == request.birth.nanoseconds;
}

/// True if nobody has written into it since then, as far as its time tells.
bool is_unchanged(int file, const MarkRequest& request) {
  system::FileStatus status;
  return system::status_of(file, status) == 0 && status.modified_seconds == request.status.modified_seconds &&
         status.modified_nanoseconds == request.status.modified_nanoseconds;
}

/// The payload did not reach the disk: nobody shall find it there after the cache of the kernel is gone. It goes even if
/// the lock cannot be had, since the next fdatasync would succeed (fsync(2)) and mark it. All that can be lost then is a
/// new entry that takes its place between the look and the unlink.
void remove_lost(const MarkRequest& request, int file, const std::string& reason) {
  EntryLock lock(request.directory, request.stem);
  (void)lock.try_acquire();
  system::FileStatus named;
  if (system::status_at(request.directory->descriptor(), request.name.c_str(), named) != 0 ||
      !named.same_file(request.status) || !same_file(file, request))
    return;
  const bool removed = system::unlink_at(request.directory->descriptor(), request.name.c_str()) == 0;
  const std::string outcome = removed ? " and was removed" : " and cannot be removed: " + system::error_text(errno);
  system::report({request.directory->path(), "not-durable",
                  request.name + " could not be written to disk (" + reason + ")" + outcome});
}

void mark(const MarkRequest& request) {
  const system::Descriptor file(
      system::open_at(request.directory->descriptor(), request.name.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK));
  if (!file || !same_file(file.number(), request)) return;
  if (system::sync_data(file.number()) != 0) return remove_lost(request, file.number(), system::error_text(errno));
  // Looked at after the wait for the disk: what somebody writes between here and the last line would pass unseen.
  if (!is_unchanged(file.number(), request)) return;
  std::array<std::byte, 8> bytes{};
  text::put(bytes.data(), durable_mark(request.identity, request.status, request.birth));
  const auto offset = static_cast<off_t>(request.status.size - footer_size);
  if (system::write_at(file.number(), bytes.data(), bytes.size(), offset) <= 0) return;
  (void)system::set_modified(file.number(), request.status.modified_seconds, request.status.modified_nanoseconds);
}

}  // namespace

std::uint64_t durable_mark(const Hash128& identity, const system::FileStatus& status, const system::BirthTime& birth) {
  std::array<std::byte, 48> text{};
  text::put(text.data(), identity.low);
  text::put(text.data() + 8, identity.high);
  text::put(text.data() + 16, status.inode);
  text::put(text.data() + 24, static_cast<std::uint64_t>(birth.seconds));
  text::put(text.data() + 32, birth.nanoseconds);
  text::put(text.data() + 36, static_cast<std::uint64_t>(status.modified_seconds));
  text::put(text.data() + 44, status.modified_nanoseconds);
  return std::max<std::uint64_t>(hash_64(text), 1);
}

void mark_when_durable(MarkRequest request) {
  system::run_in_background([request = std::move(request)] { mark(request); });
}

void wait_for_marks() { system::wait_for_background(); }

}  // namespace cache_on_disk::entry
