// Writes pickles of protocol 4, as CPython's pickle.dump(value, file, 4) does.
//
//   std::string pickle = *pickle::dump([](pickle::Writer& writer) {
//     auto items = writer.list(2);
//     for (const double number : {0.8, 1.2}) items.next(), writer.floating(number);
//     items.end();
//   });
//
// The same calls always give the same bytes, and for single values, lists, tuples, dicts and sets these are
// the bytes of pickle.dumps, given that equal short strings are one object there. (CPython puts an empty
// batch behind every 1000th item of a dict or set; this writer does not.) Every Python from 3.4 on reads
// them; only public names are asked for: those of `builtins` and `numpy`.
#pragma once

#include <bit>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/npy/encoding.hpp"
#include "cache_on_disk/detail/npy/strided_bytes.hpp"
#include "cache_on_disk/detail/pickle/depth.hpp"
#include "cache_on_disk/detail/pickle/output.hpp"
#include "cache_on_disk/dtype.hpp"
#include "cache_on_disk/result.hpp"

namespace cache_on_disk::pickle {

class RecentTexts;
enum class Opcode : std::uint8_t;

/// Writes one pickle, frame by frame, so that it holds about 64 KiB of it. Make one value with the functions
/// below (a container's items are made the same way, in between), then finish(). Not for several threads.
class CACHE_ON_DISK_EXPORT Writer {
 public:
  /// `output` must outlive the writer.
  explicit Writer(Output& output);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void none();
  void boolean(bool value);
  void integer(std::int64_t value);
  void integer(std::uint64_t value);
  /// An int of any size: two's complement, little-endian; superfluous sign bytes are left out.
  void integer(std::span<const std::byte> twos_complement);
  /// Keeps every bit, those of a NaN too.
  void floating(double value) {
    begin_value();
    *cursor_ = 'G';  // BINFLOAT, the one number of the format that is big-endian
    auto bits = std::bit_cast<std::uint64_t>(value);
    if constexpr (std::endian::native == std::endian::little) bits = __builtin_bswap64(bits);
    std::memcpy(cursor_ + 1, &bits, sizeof bits);
    cursor_ += 1 + sizeof bits;
  }
  void complex(std::complex<double> value);    ///< builtins.complex(real, imag)
  void text(std::string_view utf8);            ///< a str; must be UTF-8, but for lone surrogates
  void bytes(std::string_view value);          ///< a bytes object
  void text_or_bytes(std::string_view value);  ///< a str if `value` is valid UTF-8, else a bytes object

  /// The items of a container that has been begun.
  class Items {
   public:
    /// To be called before each item; in a dict, before each key, which its value follows. False once
    /// writing has failed: then leave out the rest.
    bool next() {
      if (left_in_batch_-- == 0) begin_batch();
      return !writer_->failed();
    }
    /// To be called behind the last item.
    void end();

   private:
    friend class Writer;
    enum class Container : std::uint8_t { list, dict, set, frozen_set, tuple };
    static constexpr std::size_t batch = 1000;  // as CPython; it bounds the stack of a reader
    Items(Writer& writer, Container kind, std::size_t size, bool batched)
        : writer_(&writer), size_(size), left_in_batch_(batched ? 0 : size + 1), kind_(kind), batched_(batched) {}
    void begin_batch();

    Writer* writer_;
    std::size_t size_;
    std::size_t left_in_batch_;  // of items; without batches one more than of the container
    std::size_t batches_ = 0;
    Container kind_;
    bool batched_;  // list, dict or set of more than one item
  };
  // Each begins a container of exactly `size` items.
  Items list(std::size_t size);
  Items dict(std::size_t size);  ///< `size` pairs
  Items set(std::size_t size);
  Items frozen_set(std::size_t size);
  Items tuple(std::size_t size);
  // The same for items that are added to the object that was made last.
  Items more_items(std::size_t size);    ///< by its append or extend
  Items more_entries(std::size_t size);  ///< by its __setitem__; `size` pairs

  /// A numpy.ndarray, in C order, or in Fortran order if it is dense in that only. The elements must not be
  /// Python objects. The elements of a large array begin at a multiple of 64 bytes, so that a reader can use
  /// them where they are. Gives the number under which the array is remembered.
  std::uint64_t array(const npy::Dtype& dtype, const npy::StridedBytes& elements);
  /// The same from the rows that `rows` writes in C order. It may be called not at all.
  std::uint64_t array(const npy::Dtype& dtype, std::span<const std::size_t> shape,
                      const std::function<void(npy::RowWriter&)>& rows);
  /// Begins a numpy.ndarray of Python objects. A list of all elements in C order must follow, then the
  /// instructions TUPLE and BUILD.
  std::uint64_t begin_object_array(std::span<const std::size_t> shape);
  /// A numpy.datetime64 or numpy.timedelta64: so many steps of the unit; the smallest number is NaT.
  void datetime(const npy::ElementType& type, std::int64_t count);

  /// A numpy.dtype.
  void dtype(const npy::Dtype& dtype);

  /// The global `module.name`, such as "collections", "OrderedDict"; a repeated one is only referred to.
  void global(std::string_view module, std::string_view name);
  /// Calls the global below it with the tuple above it.
  void reduce();
  /// The same of the arguments above it, which `tuple` (TUPLE1, TUPLE2, TUPLE3) takes together, and remembers what comes out.
  std::uint64_t call(Opcode tuple);
  /// Remembers the value that was made last, and gives the number for again().
  std::uint64_t memoize();
  /// How many values have been remembered: the last one's number plus 1.
  std::uint64_t remembered() const noexcept { return memo_size_; }
  /// The remembered value once more: the same object for the reader.
  void again(std::uint64_t number);
  /// One instruction without an argument, for values that need more than the functions above.
  void instruction(Opcode opcode);

  /// While it lives, what is written lies one level deeper; false if that is deeper than max_depth, and then
  /// the pickle fails.
  class Level {
   public:
    explicit Level(Writer& writer, Nesting nesting = {}) : writer_(writer), nesting_(nesting) {
      if (!writer.depth_.enter(nesting_)) writer.fail_too_deep();
    }
    ~Level() { writer_.depth_.leave(nesting_); }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    explicit operator bool() const { return !writer_.failed(); }

   private:
    Writer& writer_;
    Nesting nesting_;
  };

  /// Whether the pickle is only made to see what it would be read as (dump_trial()).
  bool is_trial() const noexcept { return is_trial_; }
  void set_trial() noexcept { is_trial_ = true; }

  /// Makes the pickle fail: the first reason stays.
  void fail(std::string reason);
  bool failed() const noexcept { return error_.has_value(); }
  /// Ends the pickle. The error is the one of fail(), or that the output takes no more.
  Result<void> finish();

 private:
  /// Afterwards a frame is open that takes another value, and there is room for 16 bytes.
  void begin_value() {
    if (cursor_ >= value_limit_) [[unlikely]]
      begin_value_slowly();
  }
  void begin_value_slowly();
  CACHE_ON_DISK_NO_EXPORT void limit_values();
  CACHE_ON_DISK_NO_EXPORT void put(std::string_view bytes);
  CACHE_ON_DISK_NO_EXPORT void put_byte(Opcode opcode);
  CACHE_ON_DISK_NO_EXPORT char* room(std::size_t size);
  CACHE_ON_DISK_NO_EXPORT void put_counted(std::string_view head, std::string_view data);
  CACHE_ON_DISK_NO_EXPORT void put_long(std::span<const std::byte> twos_complement);
  CACHE_ON_DISK_NO_EXPORT void put_outside(std::string_view head);
  CACHE_ON_DISK_NO_EXPORT bool put_data(std::span<const std::byte> data);
  CACHE_ON_DISK_NO_EXPORT std::uint64_t put_new_array();
  CACHE_ON_DISK_NO_EXPORT std::uint64_t put_array(const npy::Dtype& dtype, std::span<const std::size_t> shape,
                                                  bool fortran_order, const std::function<void(npy::RowWriter&)>& rows);
  CACHE_ON_DISK_NO_EXPORT void put_dtype_description(const npy::Dtype& dtype);
  CACHE_ON_DISK_NO_EXPORT void put_extents(std::span<const std::size_t> shape);
  class CACHE_ON_DISK_NO_EXPORT DataSink;
  CACHE_ON_DISK_NO_EXPORT Items begin(Items::Container kind, std::size_t size);
  void fail_too_deep();

  CACHE_ON_DISK_NO_EXPORT void grow(std::size_t size);
  CACHE_ON_DISK_NO_EXPORT void open_frame();
  CACHE_ON_DISK_NO_EXPORT void close_frame();
  CACHE_ON_DISK_NO_EXPORT void flush();
  CACHE_ON_DISK_NO_EXPORT std::size_t frame_size() const noexcept;

  Output& output_;
  std::unique_ptr<char[]> buffer_;
  char* cursor_ = nullptr;        // where the next byte goes
  char* limit_ = nullptr;         // the end of the buffer
  char* value_limit_ = nullptr;   // from where on no value can begin; null while no frame is open
  std::size_t frame_ = no_frame;  // where in the buffer the header of the open frame begins
  std::uint64_t offset_ = 0;      // bytes that the output has got
  std::uint64_t memo_size_ = 0;   // values remembered so far
  std::unique_ptr<RecentTexts> texts_;
  std::map<std::string, std::uint64_t, std::less<>> globals_;  // by module and name
  std::map<std::string, std::uint64_t, std::less<>> dtypes_;
  std::optional<std::uint64_t> array_arguments_;
  Depth depth_;
  std::optional<Error> error_;
  bool is_trial_ = false;
  static constexpr std::size_t no_frame = static_cast<std::size_t>(-1);
};

/// The pickle of what `write(writer)` makes, as a string.
template <class Write>
Result<std::string> dump(Write&& write) {
  std::string bytes;
  StringOutput output(bytes);
  Writer writer(output);
  std::forward<Write>(write)(writer);
  if (auto finished = writer.finish(); !finished) return finished.error();
  return bytes;
}

/// The same of what is only made to see what it would be read as.
template <class Write>
Result<std::string> dump_trial(Write&& write) {
  return dump([&](Writer& writer) {
    writer.set_trial();
    write(writer);
  });
}

}  // namespace cache_on_disk::pickle
