// Where the bytes of a pickle go.
//
//   std::string bytes;
//   pickle::StringOutput output(bytes);
//   pickle::Writer writer(output);
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "cache_on_disk/codec.hpp"

namespace cache_on_disk::pickle {

/// A sink that may only count.
class Output : public Sink {
 public:
  /// Stands for a write() of so many bytes. An output that wants the bytes answers false, and the writer
  /// makes them; one that only counts answers true and spares the writer the work.
  virtual bool skip(std::uint64_t size) {
    static_cast<void>(size);
    return false;
  }
};

/// Appends to a string, which must outlive it.
class StringOutput final : public Output {
 public:
  explicit StringOutput(std::string& bytes) : bytes_(bytes) {}
  bool write(std::span<const std::byte> bytes) override {
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return true;
  }

 private:
  std::string& bytes_;
};

/// Passes everything on to a sink, which must outlive it.
class SinkOutput final : public Output {
 public:
  explicit SinkOutput(Sink& sink) : sink_(sink) {}
  bool write(std::span<const std::byte> bytes) override { return sink_.write(bytes); }

 private:
  Sink& sink_;
};

}  // namespace cache_on_disk::pickle
