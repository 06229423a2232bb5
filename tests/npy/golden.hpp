// Reading the golden files that make_golden.py wrote, and payloads for the codecs.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "cache_on_disk/codec.hpp"

namespace cache_on_disk::testing {

inline std::string read_file(const std::string& name) {
  std::ifstream file(std::string(COD_TEST_SOURCE_DIR) + "/npy/golden/" + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The fields of each line.
inline std::vector<std::vector<std::string>> read_table(const std::string& name) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(read_file(name));
  for (std::string line; std::getline(lines, line);) {
    auto& row = rows.emplace_back();
    for (std::size_t start = 0, tab = 0; tab != std::string::npos; start = tab + 1) {
      tab = line.find('\t', start);
      row.push_back(line.substr(start, tab - start));
    }
  }
  EXPECT_FALSE(rows.empty()) << name;
  return rows;
}

/// The inverse of as_text() in make_golden.py.
inline std::string from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size();) {
    const bool run = text[i] == '{';
    const char byte = static_cast<char>(std::stoi(text.substr(run ? i + 1 : i, 2), nullptr, 16));
    const std::size_t end = run ? text.find('}', i) : 0;
    bytes.append(run ? std::stoul(text.substr(i + 4, end - i - 4)) : 1, byte);
    i = run ? end + 1 : i + 2;
  }
  return bytes;
}

inline std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

/// A payload in memory of its own; `shift` moves it away from any alignment.
inline Payload payload_of(const std::string& bytes, std::size_t shift = 0) {
  auto buffer = std::make_shared<std::vector<std::byte>>(bytes.size() + shift);
  if (!bytes.empty()) std::memcpy(buffer->data() + shift, bytes.data(), bytes.size());
  return {std::span<const std::byte>(*buffer).subspan(shift), buffer};
}

inline Payload golden(const std::string& name) { return payload_of(read_file("values/" + name + ".npy")); }

/// Gathers what an encoding writes, and counts the calls.
class StringSink : public Sink {
 public:
  bool write(std::span<const std::byte> bytes) override {
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    largest = std::max(largest, bytes.size());
    firsts.push_back(bytes.data());
    return true;
  }
  std::string text;
  std::size_t largest = 0;
  std::vector<const std::byte*> firsts;
};

inline std::string written(const Result<Encoding>& encoding) {
  EXPECT_TRUE(encoding.ok()) << (encoding ? "" : encoding.error().message);
  if (!encoding) return {};
  StringSink sink;
  if (encoding->body) encoding->body(sink);
  EXPECT_EQ(sink.text.size(), encoding->body_size);
  return encoding->head + sink.text;
}

/// The bytes as they are stored.
template <class T>
std::string stored(const T& value) {
  return written(Codec<T>::encode(value));
}

template <class T>
T decoded(const Payload& payload) {
  auto value = Codec<T>::decode(payload);
  EXPECT_TRUE(value.ok()) << (value ? "" : value.error().message);
  return value ? *std::move(value) : T{};
}

template <class T>
std::string refusal(const Payload& payload) {
  const auto value = Codec<T>::decode(payload);
  EXPECT_FALSE(value.ok());
  return value ? "" : value.error().message;
}

}  // namespace cache_on_disk::testing
