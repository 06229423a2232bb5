// Any bytes as the table of who computes what, which all members of a group may write. The checksum of the first slot is put
// right: no mutation would get past it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "files/calls.hpp"
#include "format/hash.hpp"
#include "store/holder_table.hpp"

namespace {

using namespace cache_on_disk;

constexpr off_t entry_offset = 7;

/// A file in memory whose first slot is held by another descriptor, as a living holder does.
class Table {
 public:
  Table() : file_(::memfd_create("table", MFD_CLOEXEC)) {
    const std::string path = fmt::format("/proc/self/fd/{}", file_);
    holder_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (file_ < 0 || holder_ < 0 || system::lock_byte(holder_, 0) != 0) std::abort();
  }
  void put(const std::string& content) const {
    if (::ftruncate(file_, 0) != 0 || ::pwrite(file_, content.data(), content.size(), 0) < 0) std::abort();
  }
  auto find() const { return entry::find_holder(file_, entry_offset); }

 private:
  int file_;
  int holder_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Table& table = *new Table;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  table.put(bytes);
  (void)table.find();

  const std::string body = fmt::format("{}\n{}", entry_offset, bytes.substr(0, bytes.find('\0')));
  table.put(fmt::format("{:016x}\n{}", entry::hash_64(std::as_bytes(std::span(body))), body));
  const bool fits = body.size() + 17 <= entry::holder_slot_size;
  const auto found = table.find();
  if (found.has_value() != fits) std::abort();
  if (found && found->process.host != bytes.substr(0, bytes.find_first_of(std::string_view("\n\0", 2)))) std::abort();
  return 0;
}
