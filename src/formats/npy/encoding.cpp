#include "cache_on_disk/detail/npy/encoding.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "cache_on_disk/detail/npy/header.hpp"
#include "npy/strided_walk.hpp"

namespace cache_on_disk::npy {
namespace {

// What is gathered before it goes to the sink, and from which size on a row goes there directly.
constexpr std::size_t buffer_size = std::size_t{256} << 10;
constexpr std::size_t direct_size = std::size_t{32} << 10;

// The x87 long double: 10 bytes that count.
constexpr std::size_t x87_bytes = 10;
constexpr bool long_double_is_padded =
    std::numeric_limits<long double>::digits == 64 && native_order == ByteOrder::little;

}  // namespace

RowWriter::RowWriter(Sink& sink, const Dtype& dtype) : sink_(sink), itemsize_(dtype.itemsize) {
  const std::size_t scalar = dtype.kind == Kind::floating ? itemsize_ : dtype.kind == Kind::complex ? itemsize_ / 2 : 0;
  if (long_double_is_padded && scalar == sizeof(long double) && dtype.order == native_order) padded_ = scalar;
}

bool RowWriter::flush() {
  const bool done = gathered_.empty() || sink_.write(gathered_);
  gathered_.clear();
  return done;
}

bool RowWriter::finish() { return flush(); }

bool RowWriter::write(std::span<const std::byte> row) {
  if (padded_ == 0 && row.size() >= direct_size) return flush() && sink_.write(row);
  return itemsize_ == 0 || write(row.data(), row.size() / itemsize_, static_cast<std::ptrdiff_t>(itemsize_));
}

bool RowWriter::write(const std::byte* first, std::size_t count, std::ptrdiff_t stride) {
  const bool dense = stride == static_cast<std::ptrdiff_t>(itemsize_);
  if (dense && padded_ == 0 && count * itemsize_ >= direct_size) return write({first, count * itemsize_});
  if (padded_ == 0 && itemsize_ >= direct_size) {  // large structures, apart from each other
    bool good = flush();
    for (; good && count > 0; --count, first += stride) good = sink_.write({first, itemsize_});
    return good;
  }
  gathered_.reserve(std::min(buffer_size, std::max(gathered_.capacity(), gathered_.size() + count * itemsize_)));
  while (count > 0) {
    if (gathered_.size() + itemsize_ > buffer_size && !flush()) return false;
    const std::size_t now = std::min(count, (buffer_size - gathered_.size()) / itemsize_);
    const std::size_t start = gathered_.size();
    gathered_.resize(start + now * itemsize_);
    if (dense) {
      std::memcpy(gathered_.data() + start, first, now * itemsize_);
    } else {
      for (std::size_t i = 0; i < now; ++i) {
        std::memcpy(gathered_.data() + start + i * itemsize_, first + static_cast<std::ptrdiff_t>(i) * stride,
                    itemsize_);
      }
    }
    for (std::size_t at = start; padded_ != 0 && at < gathered_.size(); at += padded_) {
      std::memset(gathered_.data() + at + x87_bytes, 0, padded_ - x87_bytes);
    }
    first += static_cast<std::ptrdiff_t>(now) * stride;
    count -= now;
  }
  return true;
}

namespace {

Result<Encoding> encode(const Dtype& dtype, bool fortran_order, std::span<const std::size_t> shape,
                        std::function<void(RowWriter&)> rows) {
  if (dtype.has_object()) return Error{"object arrays are pickles"};
  Encoding encoding;
  Header header{dtype, fortran_order, Shape(shape), 0};
  auto size = header.data_size();
  if (!size) return size.error();
  auto head = write_header(dtype, fortran_order, shape);
  if (!head) return head.error();
  encoding.head = *std::move(head);
  encoding.body_size = *size;
  encoding.type = {Format::npy, dtype.text(), static_cast<int>(shape.size())};
  if (*size > 0) {
    encoding.body = [dtype, rows = std::move(rows)](Sink& sink) {
      RowWriter writer(sink, dtype);
      rows(writer);
      writer.finish();
    };
  }
  return encoding;
}

}  // namespace

Result<Encoding> encode_rows(const Dtype& dtype, std::span<const std::size_t> shape,
                             std::function<void(RowWriter&)> body) {
  return encode(dtype, false, shape, std::move(body));
}

MemoryOrder stored_order(const Dtype& dtype, const StridedBytes& array) {
  const auto unit = static_cast<std::ptrdiff_t>(dtype.itemsize);
  const bool fortran_order = is_dense(array.shape, array.strides, MemoryOrder::column_major, unit) &&
                             !is_dense(array.shape, array.strides, MemoryOrder::row_major, unit);
  return fortran_order ? MemoryOrder::column_major : MemoryOrder::row_major;
}

void write_elements(const StridedBytes& array, MemoryOrder order, RowWriter& writer) {
  walk_rows(array, order, [&writer](const std::byte* first, std::size_t count, std::ptrdiff_t stride) {
    return writer.write(first, count, stride);
  });
}

Result<Encoding> encode_strided(const Dtype& dtype, const StridedBytes& array) {
  const MemoryOrder order = stored_order(dtype, array);
  return encode(dtype, order == MemoryOrder::column_major, array.shape,
                [array, order](RowWriter& writer) { write_elements(array, order, writer); });
}

}  // namespace cache_on_disk::npy
