#include "files/memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "files/calls.hpp"
#include "files/descriptor.hpp"
#include "process/text_file.hpp"

namespace cache_on_disk::system {
namespace {

constexpr std::size_t alignment = 64;
// From this size on, huge pages make filling fresh memory about four times as fast.
constexpr std::size_t huge_page_size = std::size_t{4} << 20;

std::shared_ptr<std::byte> allocate_aligned(std::size_t size) {
  if (size < huge_page_size) {
    // One ordinary allocation, aligned here: an aligned one takes as many instructions as the rest of reading a small file.
    auto owner = std::make_shared_for_overwrite<std::byte[]>(size + alignment);
    const auto address = reinterpret_cast<std::uintptr_t>(owner.get());
    std::byte* const bytes = owner.get() + (alignment - address % alignment) % alignment;
    return {std::move(owner), bytes};
  }
  constexpr std::size_t huge_page = std::size_t{2} << 20;
  auto* const bytes =
      static_cast<std::byte*>(std::aligned_alloc(huge_page, (size + huge_page - 1) / huge_page * huge_page));
  if (bytes == nullptr) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  ::madvise(bytes, size, MADV_HUGEPAGE);
#endif
  return {bytes, [](std::byte* p) { std::free(p); }};
}

constexpr std::size_t usual_most_mappings = 65'530;  // vm.max_map_count where nobody has changed it

/// Read at first use, by several threads if they come at once: a static variable would be half made in a child that is forked then.
std::size_t most_mappings() {
  static constinit std::atomic<std::size_t> most{0};
  if (const std::size_t known = most.load(std::memory_order_relaxed); known != 0) return known;
  std::size_t told = 0;
  const std::string text = first_line("/proc/sys/vm/max_map_count");
  std::from_chars(text.data(), text.data() + text.size(), told);
  most.store((told != 0 ? told : usual_most_mappings) / 4 * 3, std::memory_order_relaxed);
  return most.load(std::memory_order_relaxed);
}

std::atomic<std::size_t> mappings{0};
std::atomic<std::size_t> most_set{0};

std::size_t most_mappings_allowed() {
  const std::size_t set = most_set.load(std::memory_order_relaxed);
  return set != 0 ? set : most_mappings();
}

void* map_whole(int descriptor, std::size_t size) { return map_readonly(descriptor, size); }
void* map_writable(int descriptor, std::size_t size) { return system::map_privately(descriptor, size); }

/// The deleter of mapped bytes.
struct Unmap {
  std::size_t length;
  MappedFile file;
  void operator()(void* address) const noexcept {
    unmap(address, length);
    mappings.fetch_sub(1, std::memory_order_relaxed);
  }
};

/// Bytes that are mapped, if there may be one more mapping.
Result<Bytes> mapped(void* (*map)(int, std::size_t), int descriptor, std::size_t length, MappedFile&& file) {
  if (mappings.fetch_add(1, std::memory_order_relaxed) >= most_mappings_allowed()) {
    mappings.fetch_sub(1, std::memory_order_relaxed);
    return Error{"cannot map: this process has very many mappings", ENOMEM};
  }
  void* const address = map(descriptor, length);
  if (address == nullptr) {
    mappings.fetch_sub(1, std::memory_order_relaxed);
    return Error{"cannot map", errno};
  }
  std::shared_ptr<const void> owner(address, Unmap{length, std::move(file)});
  return Bytes{{static_cast<const std::byte*>(address), length}, std::move(owner)};
}

}  // namespace

Result<Bytes> map_file(int descriptor, std::uint64_t size, MappedFile&& file) {
  if (size > std::numeric_limits<std::size_t>::max()) return Error{"file too large to map", EFBIG};
  const auto length = static_cast<std::size_t>(size);
  start_reading_ahead(descriptor, size);
  return mapped(&map_whole, descriptor, length, std::move(file));
}

Result<Bytes> map_privately(const MappedFile& file, std::size_t size) {
  const Descriptor again(open_at(AT_FDCWD, file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  FileStatus status;
  if (!again || status_of(again.number(), status) != 0) return Error{"cannot open " + file.path, errno};
  if (status.device != file.device || status.inode != file.inode || status.size < size)
    return Error{file.path + " is another file by now", ESTALE};
  return mapped(&map_writable, again.number(), size, {});
}

const MappedFile* mapped_from(const std::shared_ptr<const void>& owner) noexcept {
  const Unmap* const unmap = std::get_deleter<Unmap>(owner);
  return unmap != nullptr && !unmap->file.path.empty() ? &unmap->file : nullptr;
}

std::size_t set_most_mappings(std::size_t most) noexcept { return most_set.exchange(most); }

Result<Bytes> read_file(int descriptor, std::uint64_t size) try {
  if (size > std::numeric_limits<std::size_t>::max()) return Error{"file too large to read", EFBIG};
  const auto length = static_cast<std::size_t>(size);
  std::shared_ptr<std::byte> buffer = allocate_aligned(length);
  start_reading_ahead(descriptor, size);
  std::size_t filled = 0;
  while (filled < length) {
    const ssize_t count = read_at(descriptor, buffer.get() + filled, length - filled, static_cast<off_t>(filled));
    if (count < 0) return Error{"cannot read", errno};
    if (count == 0) return Error{"file became shorter while it was read", EIO};
    filled += static_cast<std::size_t>(count);
  }
  const std::span<const std::byte> view(buffer.get(), length);
  return Bytes{view, std::move(buffer)};
} catch (const std::bad_alloc&) {
  return Error{"not enough memory to read", ENOMEM};
}

std::uint64_t physical_memory() noexcept {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long size = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size) : UINT64_MAX;
}

}  // namespace cache_on_disk::system
