#include "system/memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <utility>

#include "system/calls.hpp"

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

}  // namespace

Result<Bytes> map_file(int descriptor, std::uint64_t size) {
  if (size > std::numeric_limits<std::size_t>::max()) return Error{"file too large to map", EFBIG};
  const auto length = static_cast<std::size_t>(size);
  start_reading_ahead(descriptor, size);
  void* const address = map_readonly(descriptor, length);
  if (address == nullptr) return Error{"cannot map", errno};
  std::shared_ptr<const void> owner(address, [length](void* p) { unmap(p, length); });
  return Bytes{{static_cast<const std::byte*>(address), length}, std::move(owner)};
}

Result<Bytes> read_file(int descriptor, std::uint64_t size) try {
  if (size > std::numeric_limits<std::size_t>::max()) return Error{"file too large to read", EFBIG};
  const auto length = static_cast<std::size_t>(size);
  std::shared_ptr<std::byte> buffer = allocate_aligned(length);
  start_reading_ahead(descriptor, size);
  std::size_t filled = 0;
  while (filled < length) {
    const ssize_t count =
        read_at(descriptor, buffer.get() + filled, length - filled, static_cast<off_t>(filled));
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
  return pages > 0 && size > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size)
                               : UINT64_MAX;
}

}  // namespace cache_on_disk::system
