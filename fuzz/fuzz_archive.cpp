// Any bytes as an archive to import, and any as the name of a member. The checksums of headers are put right first: no
// mutation would get past them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <span>
#include <string>

#include "tar.hpp"

namespace {

using namespace cache_on_disk;

void put_checksums_right(std::string& archive) {
  constexpr std::size_t field = 148, length = 8, magic = 257;
  for (std::size_t at = 0; at + tool::tar_block <= archive.size(); at += tool::tar_block) {
    if (archive.compare(at + magic, 5, "ustar") != 0) continue;
    std::fill_n(archive.begin() + static_cast<std::ptrdiff_t>(at + field), length, ' ');
    unsigned sum = 0;
    for (std::size_t i = 0; i < tool::tar_block; ++i) sum += static_cast<unsigned char>(archive[at + i]);
    std::snprintf(archive.data() + at + field, length, "%06o", sum);
  }
}

entry::ReadAt reading(const std::string& archive) {
  return [&archive](std::span<std::byte> bytes, std::uint64_t offset) -> Result<void> {
    if (offset > archive.size() || bytes.size() > archive.size() - offset) std::abort();  // beyond what there is
    std::memcpy(bytes.data(), archive.data() + offset, bytes.size());
    return {};
  };
}

void read_all(const std::string& archive) {
  tool::TarReader reader(reading(archive), archive.size());
  for (std::size_t members = 0;; ++members) {
    const auto member = reader.next();
    if (!member || !*member) return;
    if ((*member)->offset > archive.size() || (*member)->size > archive.size() - (*member)->offset) std::abort();
    if (members > archive.size() / tool::tar_block) std::abort();  // each takes a block at least
  }
}

/// Whatever name we write is the one that is read.
void write_and_read(std::string name) {
  std::erase(name, '\0');
  const std::string archive = tool::tar_header(name, 3, 1) + "abc" + tool::tar_padding(3) + tool::tar_end();
  const auto member = tool::TarReader(reading(archive), archive.size()).next();
  if (!member || !*member || (*member)->path != name || (*member)->size != 3) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  write_and_read(text.substr(0, 300));
  read_all(text);
  put_checksums_right(text);
  read_all(text);
  return 0;
}
