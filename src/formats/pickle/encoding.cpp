#include "cache_on_disk/detail/pickle/encoding.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace cache_on_disk::pickle {
namespace {

constexpr std::uint64_t most_in_memory = std::uint64_t{16} << 20;

/// Keeps what comes, until it is too much; from then on it only counts.
class LimitedOutput final : public Output {
 public:
  using Chunks = std::vector<std::string>;

  bool write(std::span<const std::byte> bytes) override {
    if (skip(bytes.size())) return true;
    // A string that grows to many megabytes would be copied again and again, so there are several.
    if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < bytes.size()) {
      const std::size_t wanted = chunks_.empty() ? 0 : std::min(largest_chunk, 2 * chunks_.back().capacity());
      chunks_.emplace_back().reserve(std::max(bytes.size(), wanted));
    }
    chunks_.back().append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    size_ += bytes.size();
    return true;
  }
  bool skip(std::uint64_t size) override {
    if (!dropped_ && size_ + size <= most_in_memory) return false;
    dropped_ = true;
    chunks_ = {};
    size_ += size;
    return true;
  }

  bool is_whole() const { return !dropped_; }
  std::uint64_t size() const { return size_; }
  Chunks take() && { return std::move(chunks_); }

 private:
  static constexpr std::size_t largest_chunk = std::size_t{1} << 20;

  Chunks chunks_;
  std::uint64_t size_ = 0;
  bool dropped_ = false;
};

void write_chunks(const LimitedOutput::Chunks& chunks, Sink& sink) {
  for (const std::string& chunk : chunks) {
    if (!sink.write(std::as_bytes(std::span(chunk)))) return;
  }
}

}  // namespace

Result<Encoding> encode(std::function<void(Writer&)> write) {
  LimitedOutput output;
  {
    Writer writer(output);
    write(writer);
    if (auto finished = writer.finish(); !finished) return finished.error();
  }
  Encoding encoding;
  encoding.type = {Format::pickle, "", -1};
  if (output.is_whole()) {
    auto chunks = std::make_shared<LimitedOutput::Chunks>(std::move(output).take());
    encoding.head = std::move(chunks->front());
    chunks->erase(chunks->begin());
    encoding.body_size = output.size() - encoding.head.size();
    if (!chunks->empty()) encoding.body = [chunks](Sink& sink) { write_chunks(*chunks, sink); };
  } else {
    encoding.body_size = output.size();
    encoding.body = [write = std::move(write)](Sink& sink) {
      SinkOutput through(sink);
      Writer writer(through);
      write(writer);
      // It succeeded before; if the sink fails now, its owner knows.
      (void)writer.finish();
    };
  }
  return encoding;
}

}  // namespace cache_on_disk::pickle
