// tar archives, as far as exporting and importing entries needs them: regular files, in the pax format of
// POSIX.1-2001 (pax(1)), which every tar reads. Written and read here, in memory that does not depend on the
// archive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "upkeep/seal.hpp"

namespace cache_on_disk::tool {

inline constexpr std::size_t tar_block = 512;

/// The header of a regular file. Behind it come `size` bytes, then padding() zeros. `modified`: seconds since
/// 1970.
std::string tar_header(const std::string& path, std::uint64_t size, std::int64_t modified);
/// Zeros up to the next multiple of a block.
std::string tar_padding(std::uint64_t size);
/// What an archive ends with.
std::string tar_end();

/// Reads an archive of any origin: pax, ustar, GNU. Its names and sizes are taken for nothing but text and
/// numbers.
class TarReader {
 public:
  /// `read` gives the archive's bytes, `size` of them.
  TarReader(entry::ReadAt read, std::uint64_t size) : read_(std::move(read)), size_(size) {}

  struct Member {
    std::string path;
    bool is_file = false;      ///< a regular file: everything else has no content to take
    std::string kind;          ///< "a directory", "a symbolic link", ... for messages
    std::uint64_t offset = 0;  ///< of its content in the archive
    std::uint64_t size = 0;
  };
  /// The next member, or none at the end. An error where the archive is damaged or ends too early.
  Result<std::optional<Member>> next();

 private:
  Result<std::string> read_text(std::uint64_t offset, std::uint64_t size) const;
  Error damaged(const std::string& why) const;

  entry::ReadAt read_;
  std::uint64_t size_;
  std::uint64_t position_ = 0;
};

}  // namespace cache_on_disk::tool
