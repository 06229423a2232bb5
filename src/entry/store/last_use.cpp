#include "store/last_use.hpp"

#include <cerrno>

#include "files/descriptor.hpp"
#include "format/tag_files.hpp"
#include "store/lock_file.hpp"

namespace cache_on_disk::entry {

void note_use(const TagDirectory& directory) noexcept try {
  if (!directory.is_first_use()) return;
  if (system::touch_at(directory.descriptor(), lock_file_name) == 0 || errno != ENOENT) return;
  (void)open_lock_file(directory);  // a new file has the time of now
} catch (const std::bad_alloc&) {   // nobody misses a time that is a little old
}

std::int64_t last_use(const TagDirectory& directory) noexcept {
  system::FileStatus status;
  if (system::status_at(directory.descriptor(), lock_file_name, status) == 0 && status.is_regular())
    return status.modified_seconds;
  return system::status_of(directory.descriptor(), status) == 0 ? status.modified_seconds : 0;
}

}  // namespace cache_on_disk::entry
