// A tag directory of a test's own, and entries in it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache_on_disk/detail/npy/array_codecs.hpp"
#include "format/footer.hpp"
#include "process/background.hpp"
#include "store/lookup.hpp"
#include "store/reader.hpp"
#include "store/tag_directory.hpp"
#include "store/writer.hpp"
#include "support/failing_calls.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk::entry {

inline std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_all(const std::string& path, std::string_view content, mode_t mode = 0600) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
  ASSERT_EQ(::chmod(path.c_str(), mode), 0) << path;
}

inline std::string golden(const std::string& name) {
  return read_all(std::string(COD_TEST_SOURCE_DIR) + "/entry/golden/" + name);
}

inline std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// An .npy payload of that many doubles.
inline std::string npy_payload(std::size_t count) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i) / 8;
  const auto encoding = Codec<std::vector<double>>::encode(values);
  std::string payload = encoding.value().head;
  payload.append(reinterpret_cast<const char*>(values.data()), count * sizeof(double));
  return payload;
}

/// A payload that is handed over in two parts, as codecs do. The text must outlive it.
inline Encoding encoding_of(const std::string& payload, const StoredType& type = {Format::npy, "<f8", 1}) {
  const std::size_t head = payload.size() / 3;
  return {payload.substr(0, head), payload.size() - head,
          [&payload, head](Sink& sink) { sink.write(bytes_of(payload).subspan(head)); }, type};
}

inline Origin cpp_origin(std::uint32_t version = 0) {
  return {.language = "c++",
          .module = "",
          .object_class = "4Loop",
          .function = "Loop.gain",
          .type = {Format::npy, "<f8", 1},
          .version = version};
}

inline Origin python_origin(std::uint32_t version = 0) {
  Origin origin = cpp_origin(version);
  origin.language = "python";
  origin.module = "analysis";
  origin.object_class = "analysis.Loop";
  return origin;
}

class EntryTest : public ::testing::Test {
 protected:
  EntryTest() { options.free_space_floor = 0; }

  TagDirectoryPtr open(const std::string& component = "cacheT", const Trust& trust = {}) const {
    auto opened = open_tag_directory({folder.path(), component, trust}, IfMissing::create);
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
    return opened.value();
  }
  std::string path(const std::string& name) const { return directory->path() + "/" + name; }
  bool exists(const std::string& name) const { return ::access(path(name).c_str(), F_OK) == 0; }

  EntryKey key_of(const std::string& stem, const Origin& origin = cpp_origin()) const {
    return make_key("cacheT", stem, origin);
  }
  Result<std::uint64_t> store(const EntryKey& which, const std::string& name, const std::string& payload) const {
    auto result = publish(*directory, name, which, encoding_of(payload, which.origin.type), {}, options);
    system::wait_for_background();  // for a test that counts system calls or descriptors
    return result;
  }
  /// Stores at the plain name; the bytes of the file.
  std::string stored(const EntryKey& which, const std::string& payload) const {
    const auto size = store(which, which.plain_file(), payload);
    EXPECT_TRUE(size.ok()) << (size.ok() ? "" : size.error().message);
    return read_all(path(which.plain_file()));
  }
  Finding read(const EntryKey& which, Depth depth = Depth::load) const {
    return read_entry(*directory, which.plain_file(), which.identity, options, depth);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(directory->path()))
      found.push_back(entry.path().filename().string());
    return found;
  }

  TemporaryDirectory folder;
  Options options;
  TagDirectoryPtr directory = open();
  EntryKey key = key_of("root.Loop.gain");
};

inline bool is_root() { return ::geteuid() == 0; }

/// A user and group that are nobody's here.
inline constexpr uid_t somebody_else = 54321;
inline constexpr gid_t some_group = 54322;

}  // namespace cache_on_disk::entry
