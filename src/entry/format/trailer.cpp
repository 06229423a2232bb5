#include "format/trailer.hpp"

#include "format/footer.hpp"

namespace cache_on_disk::entry {

void complete(Metadata& metadata, const EntryKey& key, const StoredType& stored) {
  metadata.directory = key.directory_name;
  metadata.stem = key.stem;
  metadata.origin = key.origin;
  metadata.origin.type = stored;
}

std::string format_trailer(std::string metadata, std::uint64_t payload_size, const Hash128& payload_hash,
                           const Hash128& identity) {
  const Footer footer{.payload_size = payload_size,
                      .metadata_size = static_cast<std::uint32_t>(metadata.size()),
                      .payload_hash = payload_hash,
                      .identity = identity};
  const FooterBytes bytes = format_footer(footer, metadata);
  metadata.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return metadata;
}

}  // namespace cache_on_disk::entry
