#include "cache_on_disk/pickle/encoding.hpp"

#include <utility>

namespace cache_on_disk::pickle {
namespace {

constexpr std::uint64_t most_in_memory = std::uint64_t{16} << 20;

/// Keeps what comes, until it is too much; from then on it only counts.
class LimitedOutput final : public Output {
 public:
  bool write(std::span<const std::byte> bytes) override {
    if (!skip(bytes.size())) bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!dropped_) size_ += bytes.size();
    return true;
  }
  bool skip(std::uint64_t size) override {
    if (!dropped_ && size_ + size <= most_in_memory) return false;
    dropped_ = true;
    bytes_ = {};
    size_ += size;
    return true;
  }

  bool is_whole() const { return !dropped_; }
  std::uint64_t size() const { return size_; }
  std::string take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
  std::uint64_t size_ = 0;
  bool dropped_ = false;
};

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
    encoding.head = std::move(output).take();
  } else {
    encoding.body_size = output.size();
    encoding.body = [write = std::move(write)](Sink& sink) {
      SinkOutput through(sink);
      Writer writer(through);
      write(writer);
      // It succeeded before; if now the sink fails, whoever owns the sink knows.
      (void)writer.finish();
    };
  }
  return encoding;
}

}  // namespace cache_on_disk::pickle
