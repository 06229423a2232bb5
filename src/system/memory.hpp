// Bytes of a file in memory: mapped without a copy, or read into aligned memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "cache_on_disk/result.hpp"

namespace cache_on_disk::system {

/// Read-only bytes and what keeps them alive. Copies share.
struct Bytes {
  std::span<const std::byte> view;
  std::shared_ptr<const void> owner;
};

/// Maps the first `size` bytes of a file (size > 0), shared and read-only. The mapping outlives the descriptor,
/// a rename over the file and its removal; it raises SIGBUS if the file is cut short by its owner (mmap(2)).
Result<Bytes> map_file(int descriptor, std::uint64_t size);

/// Reads the first `size` bytes of a file into fresh memory aligned to 64 bytes. A file that ends earlier is an
/// error.
Result<Bytes> read_file(int descriptor, std::uint64_t size);

/// The bytes of memory this machine has.
std::uint64_t physical_memory() noexcept;

}  // namespace cache_on_disk::system
