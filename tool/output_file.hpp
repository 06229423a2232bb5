// A file that is there whole, or not at all.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cache_on_disk/result.hpp"
#include "files/descriptor.hpp"

namespace cache_on_disk::tool {

/// Written without a name, or under a temporary one, in the directory of its own, which it gets by commit();
/// gone if that is never called.
/// "-" is standard output.
class OutputFile {
 public:
  /// An existing file is replaced only with `force`.
  static Result<OutputFile> create(const std::string& path, bool force);
  OutputFile(OutputFile&& other) noexcept = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  Result<void> write(std::span<const std::byte> bytes);
  Result<void> write(std::string_view text) { return write(std::as_bytes(std::span(text))); }
  /// Brings it to disk and gives it its name.
  Result<void> commit();

 private:
  OutputFile(std::string path, bool force) : path_(std::move(path)), force_(force) {}

  std::string path_;
  bool force_;
  bool link_to(const std::string& path) const;

  std::string temporary_;  ///< its name until commit(), should it need one
  bool named_ = false;     ///< it has that name
  system::Descriptor file_;
};

}  // namespace cache_on_disk::tool
