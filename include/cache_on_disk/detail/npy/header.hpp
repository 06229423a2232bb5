// The header of an .npy file: reading it, writing it as np.save does, and finding where the payload ends.
//
//   Result<Header> header = read_header(bytes);               // bytes: the file, or its beginning
//   Result<std::string> same = write_header(header->dtype, header->fortran_order, header->shape);
//   Result<Extent> extent = measure(bytes);                   // where does the payload end?
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/dtype.hpp"
#include "cache_on_disk/result.hpp"
#include "cache_on_disk/shape.hpp"

namespace cache_on_disk::npy {

/// Longest header that is read, in bytes of its text.
inline constexpr std::size_t max_header_size = std::size_t{1} << 20;
/// Most dimensions: NumPy 2 reads 64, NumPy 1 only 32.
inline constexpr std::size_t max_rank_read = 64;
inline constexpr std::size_t max_rank_written = 32;

/// Bytes of the elements of an array, product(shape) * itemsize. Nothing if that exceeds 2^63 - 1, or would if the
/// dimensions of extent 0 were left out: NumPy refuses such a shape.
std::optional<std::uint64_t> data_size(std::size_t itemsize, std::span<const std::size_t> shape) noexcept;

/// What an .npy header says. For object arrays (dtype.has_object()) the data is one pickle, which alone
/// decides: `shape` and `fortran_order` mean nothing then.
struct Header {
  Dtype dtype;
  bool fortran_order = false;
  Shape shape;
  std::size_t data_offset = 0;  ///< bytes from the start of the payload to the data

  /// The same, or an error that names the shape.
  CACHE_ON_DISK_EXPORT Result<std::uint64_t> data_size() const;
};

/// Reads a header at the start of `bytes`, which may end anywhere behind it. Accepts versions 1.0, 2.0
/// and 3.0 at any alignment; hostile bytes give an error. Does not look at the data.
CACHE_ON_DISK_EXPORT Result<Header> read_header(std::span<const std::byte> bytes);

/// The header np.save (NumPy 1.24 and later) writes, from the magic to the line break, in the lowest version
/// that can hold it. Refuses more than 32 dimensions, and a dtype that no descr can express.
CACHE_ON_DISK_EXPORT Result<std::string> write_header(const Dtype& dtype, bool fortran_order,
                                                      std::span<const std::size_t> shape);

/// Where an .npy payload ends.
struct Extent {
  bool pickled = false;      ///< an object array: a pickle begins at `length`, and only it knows its end
  std::uint64_t length = 0;  ///< otherwise: bytes of header and data
};

/// Measures the payload whose header is at the start of `bytes`. The data need not be there: compare `length`
/// with the size of the file.
CACHE_ON_DISK_EXPORT Result<Extent> measure(std::span<const std::byte> bytes);

/// Does this begin as an .npy file does?
CACHE_ON_DISK_EXPORT bool has_magic(std::span<const std::byte> bytes) noexcept;

}  // namespace cache_on_disk::npy
