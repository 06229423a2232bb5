// Arrays and their kin in pickles, by public names of NumPy only.
//
//   numpy.ndarray((0,), 'b')  BUILD (1, shape, dtype, is it in Fortran order, bytes)
//
// Releases from 1.x to 2.x read this without a warning, and no private name of theirs can disappear from it.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cache_on_disk/detail/npy/header.hpp"
#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"
#include "npy/strided_walk.hpp"
#include "pickle/writer_layout.hpp"

namespace cache_on_disk::pickle {
namespace {

using npy::Dtype;
using npy::Kind;

// Elements from this size on are worth a few bytes that put them where a reader can use them.
constexpr std::uint64_t worth_aligning = 1024;
constexpr std::uint64_t alignment = 64;

// `size` bytes of instructions that do nothing: a value is made and dropped. There are none of a single byte.
std::string padding(std::size_t size) {
  if (size == 0) return {};
  std::string bytes;
  if (size == 2) {
    bytes = static_cast<char>(Opcode::NONE);
  } else {
    bytes = Number(Opcode::SHORT_BINBYTES, size - 3, 1);
    bytes.append(size - 3, '\0');
  }
  bytes += static_cast<char>(Opcode::POP);
  return bytes;
}

// Can a list of (name, format) describe it, whose fields follow each other without gaps?
bool is_packed(const Dtype& dtype) {
  std::uint64_t end = 0;
  for (const npy::Field& field : dtype.fields) {
    if (field.offset != end || field.title || field.name.empty()) return false;
    end += field.dtype.itemsize;
  }
  return end == dtype.itemsize && !dtype.fields.empty();
}

std::string_view without_brackets(std::string_view unit) {
  return unit.size() > 2 ? unit.substr(1, unit.size() - 2) : "generic";
}

}  // namespace

// Takes the elements of an array: into the open frame, or past it.
class Writer::DataSink final : public Sink {
 public:
  DataSink(Writer& writer, bool framed) : writer_(writer), framed_(framed) {}
  bool write(std::span<const std::byte> data) override {
    size_ += data.size();
    if (!framed_) return writer_.put_data(data);
    writer_.put({reinterpret_cast<const char*>(data.data()), data.size()});
    return true;
  }
  std::uint64_t size() const { return size_; }

 private:
  Writer& writer_;
  bool framed_;
  std::uint64_t size_ = 0;
};

std::uint64_t Writer::array(const Dtype& dtype, const npy::StridedBytes& elements) {
  const MemoryOrder order = npy::stored_order(dtype, elements);
  return put_array(dtype, elements.shape, order == MemoryOrder::column_major,
                   [&](npy::RowWriter& rows) { npy::write_elements(elements, order, rows); });
}

std::uint64_t Writer::array(const Dtype& dtype, std::span<const std::size_t> shape,
                            const std::function<void(npy::RowWriter&)>& rows) {
  return put_array(dtype, shape, false, rows);
}

std::uint64_t Writer::put_array(const Dtype& dtype, std::span<const std::size_t> shape, bool fortran_order,
                                const std::function<void(npy::RowWriter&)>& rows) {
  if (dtype.has_object()) {
    fail("an array of Python objects has no bytes");
    return 0;
  }
  const auto size = npy::Header{dtype, fortran_order, Shape(shape), 0}.data_size();
  if (!size) {
    fail(size.error().message);
    return 0;
  }

  const std::uint64_t number = put_new_array();
  put_byte(Opcode::MARK);
  integer(std::uint64_t{1});
  put_extents(shape);
  this->dtype(dtype);
  boolean(fortran_order);

  begin_value();
  const Count count(*size, Opcode::SHORT_BINBYTES, Opcode::BINBYTES, Opcode::BINBYTES8);
  const bool framed = *size < full_frame;
  if (framed)
    (void)room(0);  // opens a frame, if there is none: the elements lie behind its header
  else
    close_frame();
  std::string head;
  if (*size >= worth_aligning) {
    const std::uint64_t at =
        offset_ + static_cast<std::uint64_t>(cursor_ - buffer_.get()) + std::string_view(count).size();
    const std::uint64_t gap = (alignment - at % alignment) % alignment;
    head = padding(gap == 1 ? gap + alignment : gap);
  }
  head += count;
  if (framed)
    put(head);
  else
    put_outside(head);
  DataSink sink(*this, framed);
  if (framed || !output_.skip(*size)) {
    npy::RowWriter writer(sink, dtype);
    if (*size > 0) rows(writer);
    writer.finish();
    if (sink.size() != *size) fail("an array got another number of bytes than its shape says");
  }
  if (!framed) offset_ += *size;
  put_byte(Opcode::TUPLE);
  put_byte(Opcode::BUILD);
  return number;
}

// An array without elements, which gets its state later.
std::uint64_t Writer::put_new_array() {
  global("numpy", "ndarray");
  if (array_arguments_) {
    again(*array_arguments_);
  } else {
    integer(std::uint64_t{0});
    put_byte(Opcode::TUPLE1);
    text("b");
    put_byte(Opcode::TUPLE2);
    array_arguments_ = memoize();
  }
  reduce();
  return memoize();
}

std::uint64_t Writer::begin_object_array(std::span<const std::size_t> shape) {
  const std::uint64_t number = put_new_array();
  put_byte(Opcode::MARK);
  integer(std::uint64_t{1});
  put_extents(shape);
  npy::Dtype objects;
  objects.kind = Kind::object;
  objects.order = npy::ByteOrder::none;
  dtype(objects);
  boolean(false);
  return number;
}

void Writer::put_extents(std::span<const std::size_t> shape) {
  put_byte(Opcode::MARK);
  for (const std::size_t extent : shape) integer(std::uint64_t{extent});
  put_byte(Opcode::TUPLE);
}

void Writer::dtype(const Dtype& dtype) {
  begin_value();
  // The text of a structure does not tell everything, and is long.
  const std::string key = dtype.kind == Kind::structure ? "" : dtype.text();
  if (const auto known = dtypes_.find(key); known != dtypes_.end()) return again(known->second);
  global("numpy", "dtype");
  put_dtype_description(dtype);
  const std::uint64_t number = call(Opcode::TUPLE1);
  if (!key.empty()) dtypes_.emplace(key, number);
}

// What numpy.dtype() takes: a type string, a list of fields, or a dict that tells where they lie.
void Writer::put_dtype_description(const Dtype& dtype) {
  if (dtype.kind == Kind::subarray) {
    put_dtype_description(*dtype.base);
    put_extents(dtype.shape);
    put_byte(Opcode::TUPLE2);
    return;
  }
  if (dtype.kind != Kind::structure) return text(dtype.text());
  if (is_packed(dtype)) {
    Items fields = list(dtype.fields.size());
    for (const npy::Field& field : dtype.fields) {
      fields.next();
      text(field.name);
      put_dtype_description(field.dtype);
      put_byte(Opcode::TUPLE2);
    }
    return fields.end();
  }
  const auto list_of = [&](std::string_view key, const auto& item) {
    text(key);
    Items items = list(dtype.fields.size());
    for (const npy::Field& field : dtype.fields) items.next(), item(field);
    items.end();
  };
  const bool titled = std::ranges::any_of(dtype.fields, [](const npy::Field& f) { return f.title.has_value(); });
  Items entries = dict(titled ? 5 : 4);
  entries.next(), list_of("names", [&](const npy::Field& field) { text(field.name); });
  entries.next(), list_of("formats", [&](const npy::Field& field) { put_dtype_description(field.dtype); });
  entries.next(), list_of("offsets", [&](const npy::Field& field) { integer(std::uint64_t{field.offset}); });
  if (titled) entries.next(), list_of("titles", [&](const npy::Field& f) { f.title ? text(*f.title) : none(); });
  entries.next(), text("itemsize"), integer(std::uint64_t{dtype.itemsize});
  entries.end();
}

void Writer::datetime(const npy::ElementType& type, std::int64_t count) {
  global("numpy", type.kind == Kind::datetime ? "datetime64" : "timedelta64");
  integer(count);
  text(without_brackets(type.unit.text()));
  call(Opcode::TUPLE2);
}

}  // namespace cache_on_disk::pickle
