// Any bytes as a pickle, for the library and for CPython at once, where inert classes stand for all that is not plain.
// What CPython refuses, the library must refuse; what is plain and CPython accepts, it must read, as the same value; and
// what it writes of a value, CPython must read as the value that it was.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/detail/pickle/value_form.hpp"
#include "cache_on_disk/repr.hpp"
#include "python_peer.hpp"

namespace {

using namespace cache_on_disk;

[[noreturn]] void fail(std::string_view what, std::string_view ours, std::string_view theirs) {
  std::fprintf(stderr, "%.*s\n  library: %.*s\n  Python:  %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(ours.size()), ours.data(), static_cast<int>(theirs.size()), theirs.data());
  std::abort();
}

// What the library refuses on purpose although it is plain (docs/values.md, "What is refused").
bool is_documented(std::string_view why) {
  for (const std::string_view reason :
       {"nests containers deeper", "beyond all proportion", "digits", "needs data that lies elsewhere", "persistent id",
        "copyreg extension", "is not a date or time", "does not fit into its frame"})
    if (why.find(reason) != why.npos) return true;
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static PythonPeer& peer = *new PythonPeer;
  auto bytes = std::as_bytes(std::span(data, size));
  // CPython does not look at what lies behind the STOP.
  if (const auto length = pickle::length(bytes)) bytes = bytes.first(*length);
  const std::string_view input(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto value = pickle::read({bytes, nullptr});
  std::string rewritten;
  if (value) {
    const auto written = pickle::dump([&](pickle::Writer& writer) { pickle::write_value(writer, *value); });
    if (!written) return 0;
    rewritten = *written;
  }
  const auto answer = peer.ask('P', input, rewritten);
  if (!answer || answer->empty() || answer->front() == '?') return 0;
  const std::string_view theirs(*answer);
  const std::string ours = value ? repr(*value, {.max_size = 1 << 20}) : value.error().message;
  std::string_view complaint;
  if (theirs.starts_with('!')) {
    complaint = "what is written is not what was read";
  } else if (theirs.starts_with('-')) {
    if (value) complaint = "Python refuses what the library accepts";
  } else if (!value) {
    // Globals may be called with arguments that no pickler gives them.
    if (theirs.starts_with("+p") && !is_documented(ours)) complaint = "a plain value is refused";
  } else if (theirs.size() > 2 && theirs.substr(3) != ours) {
    complaint = "the values differ";
  }
  if (!complaint.empty() && peer.ask('A', input, "") == "yes") fail(complaint, ours, theirs);
  return 0;
}
