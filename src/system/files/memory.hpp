// Bytes of a file in memory: mapped without a copy, or read into aligned memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "cache_on_disk/result.hpp"

namespace cache_on_disk::system {

/// Read-only bytes and what keeps them alive. Copies share.
struct Bytes {
  std::span<const std::byte> view;
  std::shared_ptr<const void> owner;
};

/// Where a mapped file is, and how to know it again: so that it can be mapped once more, for somebody who writes.
struct MappedFile {
  std::string path;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

/// Maps the first `size` bytes of a file (size > 0), shared and read-only. The mapping outlives the descriptor,
/// a rename over the file and its removal; it raises SIGBUS if the file is cut short by its owner (mmap(2)). A process may
/// have so many mappings only, those of its own memory among them: ENOMEM once ours are three quarters of that.
Result<Bytes> map_file(int descriptor, std::uint64_t size, MappedFile&& file = {});

/// Maps the first `size` bytes of a file once more, for writing that nobody else sees: the pages that are written are
/// copied, when they are. ESTALE if another file is there by now. The rest as map_file().
Result<Bytes> map_privately(const MappedFile& file, std::size_t size);

/// What map_file() was told of the file that Bytes::owner keeps mapped; nullptr for any other owner.
const MappedFile* mapped_from(const std::shared_ptr<const void>& owner) noexcept;

/// Reads the first `size` bytes of a file into fresh memory aligned to 64 bytes. A file that ends earlier is an
/// error.
Result<Bytes> read_file(int descriptor, std::uint64_t size);

/// How many mappings there may be; 0: as the machine says. Returns what was set before. For tests.
std::size_t set_most_mappings(std::size_t most) noexcept;

/// The bytes of memory this machine has.
std::uint64_t physical_memory() noexcept;

}  // namespace cache_on_disk::system
