// Writes pickles of protocol 4, byte for byte as CPython's pickle.dumps(value, 4) does.
//
//   std::string pickle = pickle::dump([](pickle::Writer& w) { w.floating(1.5); });
//
// The same value always gives the same bytes. Every Python from 3.4 on reads them.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cache_on_disk::pickle {

/// Puts together one pickle in memory. Call one of the value functions once, then finish().
class Writer {
 public:
  Writer();

  void boolean(bool value);
  void integer(std::int64_t value);
  void integer(std::uint64_t value);
  void floating(double value);                 ///< keeps every bit, those of a NaN too
  void complex(std::complex<double> value);    ///< builtins.complex(real, imag)
  void text(std::string_view utf8);            ///< a str; the argument must be valid UTF-8
  void bytes(std::string_view value);          ///< a bytes object
  void text_or_bytes(std::string_view value);  ///< a str if `value` is valid UTF-8, else a bytes object

  /// Ends the pickle and hands it over.
  std::string finish() &&;

 private:
  void put(std::string_view bytes);
  void put_opcode(std::uint8_t opcode);
  void put_counted(std::string_view head, std::string_view data);
  void put_long(std::uint64_t low, bool negative);
  void put_global(std::string_view module, std::string_view name);
  void open_frame();
  void close_frame();
  void begin_value();

  std::string output_;
  std::optional<std::size_t> frame_;  ///< where the header of the open frame begins
};

/// The pickle of what `write(writer)` puts into it.
template <class Write>
std::string dump(Write&& write) {
  Writer writer;
  std::forward<Write>(write)(writer);
  return std::move(writer).finish();
}

}  // namespace cache_on_disk::pickle
