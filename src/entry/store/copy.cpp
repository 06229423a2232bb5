#include "store/copy.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>

#include "files/calls.hpp"
#include "store/writer.hpp"

namespace cache_on_disk::entry {
namespace {
constexpr std::size_t piece_size = std::size_t{256} << 10;
}

ReadAt reader_of(int descriptor) {
  return [descriptor](std::span<std::byte> bytes, std::uint64_t offset) -> Result<void> {
    while (!bytes.empty()) {
      const ssize_t count = system::read_at(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (count < 0) return Error{"cannot read", errno};
      if (count == 0) return Error{"file became shorter while it was read", EIO};
      bytes = bytes.subspan(static_cast<std::size_t>(count));
      offset += static_cast<std::uint64_t>(count);
    }
    return {};
  };
}

Result<std::uint64_t> publish_copy(const TagDirectory& directory, const std::string& name, const EntryKey& key,
                                   Metadata metadata, const ReadAt& read, std::uint64_t payload_size,
                                   const std::optional<Hash128>& expected, const Options& options) {
  std::optional<Error> trouble;
  Encoding encoding;
  encoding.type = metadata.origin.type;
  encoding.body_size = payload_size;
  encoding.body = [&](Sink& sink) {
    const auto buffer = std::make_unique_for_overwrite<std::byte[]>(piece_size);
    for (std::uint64_t offset = 0; offset < payload_size;) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, payload_size - offset));
      const std::span<std::byte> piece(buffer.get(), size);
      if (const auto done = read(piece, offset); !done) {
        trouble = done.error();
        return;
      }
      if (!sink.write(piece)) return;
      offset += size;
    }
  };
  auto published = publish(directory, name, key, encoding, std::move(metadata), options, expected);
  if (trouble) return Error{name + ": " + trouble->message, trouble->code};
  return published;
}

}  // namespace cache_on_disk::entry
