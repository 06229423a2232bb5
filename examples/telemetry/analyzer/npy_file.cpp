#include "analyzer/npy_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cache_on_disk/any_array.hpp>
#include <cache_on_disk/detail/npy/header.hpp>
#include <filesystem>
#include <fstream>
#include <vector>

#include "analyzer/telemetry_file.hpp"

namespace telemetry {
namespace {

namespace npy = cache_on_disk::npy;
using cache_on_disk::AnyArray;
using Bytes = std::vector<std::byte>;

Bytes read_bytes(const std::string& path, std::size_t at_most) {
  Bytes bytes(std::min<std::size_t>(std::filesystem::file_size(path), at_most));
  std::ifstream stream(path, std::ios::binary);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return bytes;
}

NpyShape checked_shape(const std::string& path, std::span<const std::byte> bytes) {
  const auto refuse = [&](const std::string& reason) { throw TelemetryFileError(path + ": " + reason); };
  const auto header = npy::read_header(bytes);
  if (!header) refuse(header.error().message);
  const auto kind = header->dtype.kind;
  if (kind != npy::Kind::floating && kind != npy::Kind::signed_integer && kind != npy::Kind::unsigned_integer &&
      kind != npy::Kind::boolean)
    refuse(fmt::format("holds elements of type {}, not real numbers", header->dtype.text()));
  if (header->shape.size() != 2)
    refuse(fmt::format("is not a matrix of samples by slopes: its shape is {}", to_text(header->shape)));
  return {static_cast<Eigen::Index>(header->shape[0]), static_cast<Eigen::Index>(header->shape[1])};
}

template <class T>
double as_double(T element) {
  return static_cast<double>(element);
}
double as_double(cache_on_disk::Float16 element) { return static_cast<double>(static_cast<float>(element)); }

// Fills `values` if the elements are of type T.
template <class T>
bool convert(const AnyArray& array, Matrix& values) {
  if (!array.dtype().holds(cache_on_disk::ElementTraits<T>::type)) return false;
  const auto elements = array.as<T>();
  if (!elements) return false;
  std::transform(elements->begin(), elements->end(), values.data(),
                 [](const T& element) { return as_double(element); });
  return true;
}

template <class... T>
bool convert_any(const AnyArray& array, Matrix& values) {
  return (convert<T>(array, values) || ...);
}

}  // namespace

NpyShape npy_shape(const std::string& path) { return checked_shape(path, read_bytes(path, npy::max_header_size + 16)); }

Matrix read_npy(const std::string& path) {
  const auto owner = std::make_shared<const Bytes>(read_bytes(path, SIZE_MAX));
  const NpyShape shape = checked_shape(path, *owner);
  const auto extent = npy::measure(*owner);
  if (!extent) throw TelemetryFileError(path + ": " + extent.error().message);
  if (extent->length > owner->size()) throw TelemetryFileError(path + ": ends before its last element");
  const auto array = AnyArray::from_payload({std::span(*owner).first(extent->length), owner});
  if (!array) throw TelemetryFileError(path + ": " + array.error().message);

  Matrix values(shape.rows, shape.columns);
  if (!convert_any<double, float, cache_on_disk::Float16, long double, std::int8_t, std::int16_t, std::int32_t,
                   std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, bool>(*array, values))
    throw TelemetryFileError(fmt::format("{}: cannot read elements of type {}", path, array->dtype().text()));
  return values;
}

}  // namespace telemetry
