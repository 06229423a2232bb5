#include "archive.hpp"

#include <fmt/format.h>

#include "format/footer.hpp"
#include "text/little_endian.hpp"

namespace cache_on_disk::tool {

void ArchiveDigest::add(std::string_view name, std::span<const std::byte> footer) {
  std::string sized;
  text::append_sized(sized, name);
  hasher_.update(entry::bytes_of(sized));
  hasher_.update(footer.subspan(8));  // behind the durable mark, which is of one file and not of its content
  ++entries_;
}

std::string ArchiveDigest::closing_text() const {
  return fmt::format(
      "Signature: 8a477f597d28d172789f06886806bc55\n"
      "# This directory holds values cached by cache-on-disk; it can be deleted and will be made again.\n"
      "# cache-on-disk export 1: {} entries, {}\n",
      entries_, entry::hex(hasher_.digest()));
}

}  // namespace cache_on_disk::tool
