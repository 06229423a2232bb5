// Any bytes as the end of an entry: footer and metadata.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "format/footer.hpp"
#include "format/metadata.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cache_on_disk;
  const auto bytes = std::as_bytes(std::span(data, size));
  entry::Footer footer;
  const auto last = bytes.last(std::min(size, entry::footer_size));
  if (entry::parse_footer(last, footer) == entry::FooterState::sound) {
    const std::size_t before = size - entry::footer_size;
    const std::size_t length = std::min<std::size_t>(footer.metadata_size, before);
    (void)entry::checksum_matches(last, bytes.subspan(before - length, length));
  }
  // What is understood of metadata, of any content, survives being written and read again.
  const auto parsed = entry::parse_metadata({reinterpret_cast<const char*>(data), size});
  const auto again = entry::parse_metadata(entry::format_metadata(parsed, entry::footer_size));
  if (again.stem != parsed.stem || again.directory != parsed.directory || again.writer != parsed.writer) std::abort();
  return 0;
}
