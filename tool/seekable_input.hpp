// A file, or a stream that is first brought to disk, to be read at any place.
#pragma once

#include <cstdint>
#include <string>

#include "files/descriptor.hpp"
#include "upkeep/seal.hpp"

namespace cache_on_disk::tool {

class SeekableInput {
 public:
  /// Opens a file; "-" is standard input. What cannot be read at any place, such as a pipe, is copied into a
  /// file without name in `directory`.
  static Result<SeekableInput> open(const std::string& path, const std::string& directory);

  const entry::ReadAt& read() const { return read_; }
  std::uint64_t size() const { return size_; }

 private:
  SeekableInput(system::Descriptor file, std::uint64_t size);

  system::Descriptor file_;
  std::uint64_t size_;
  entry::ReadAt read_;
};

}  // namespace cache_on_disk::tool
