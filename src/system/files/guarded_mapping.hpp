// Reading a file through a mapping that cannot end the program: where a page is gone, because the file was cut short
// meanwhile or its medium fails, the kernel sends SIGBUS. Guarded, that becomes a result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace cache_on_disk::system {

/// Takes SIGBUS over, for good: a fault inside of with_mapped() is its result, any other goes to whoever handled the signal
/// before. For programs; a library leaves signals to its host. Idempotent and thread-safe.
void guard_mappings() noexcept;

/// What with_mapped() did.
enum class Mapped {
  seen,     ///< all bytes were there
  torn,     ///< some were gone: `see` was given zeros in place of them and of what follows
  refused,  ///< not mapped, `see` not called: guard_mappings() was not called, or errno says why
};

/// Maps `size` bytes (> 0) of a file from `offset` (a multiple of the page size) on, read-only, for as long as it takes
/// `see` to look at them on this thread. Calls do not nest. Passes on what `see` throws.
Mapped with_mapped(int descriptor, std::uint64_t offset, std::size_t size,
                   const std::function<void(std::span<const std::byte>)>& see);

}  // namespace cache_on_disk::system
