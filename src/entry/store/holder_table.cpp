#include "store/holder_table.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>
#include <vector>

#include "format/hash.hpp"

namespace cache_on_disk::entry {
namespace {

off_t slot_offset(int slot) { return static_cast<off_t>(slot) * static_cast<off_t>(holder_slot_size); }

std::string checksum(std::string_view body) { return fmt::format("{:016x}", hash_64(bytes_of(body))); }

std::string format(const HolderRecord& record, off_t entry_offset) {
  const auto& process = record.process;
  const AwaitedEntry awaited = record.awaited.value_or(AwaitedEntry{});
  const std::string body = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n", entry_offset, process.host, process.boot,
                                       process.pid_namespace, process.pid, process.start_time,
                                       record.stem.substr(0, 256), awaited.directory, awaited.offset);
  return checksum(body) + "\n" + body;
}

/// Splits off the text up to the next line feed.
std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

template <class Number>
Number next_number(std::string_view& text) {
  const std::string_view line = next_line(text);
  Number number{};
  std::from_chars(line.data(), line.data() + line.size(), number);
  return number;
}

/// Reads a slot of any content; none if it is not whole or of another entry.
std::optional<HolderRecord> parse(std::string_view slot, off_t entry_offset) {
  slot = slot.substr(0, slot.find('\0'));
  const std::string_view expected = next_line(slot);
  if (expected != checksum(slot)) return std::nullopt;
  if (next_number<off_t>(slot) != entry_offset) return std::nullopt;
  HolderRecord record;
  record.process.host = next_line(slot);
  record.process.boot = next_line(slot);
  record.process.pid_namespace = next_number<std::uint64_t>(slot);
  record.process.pid = next_number<std::int64_t>(slot);
  record.process.start_time = next_number<std::uint64_t>(slot);
  record.stem = next_line(slot);
  AwaitedEntry awaited;
  awaited.directory = next_line(slot);
  awaited.offset = next_number<off_t>(slot);
  if (!awaited.directory.empty()) record.awaited = std::move(awaited);
  return record;
}

}  // namespace

std::optional<HolderSlot> HolderSlot::claim(std::shared_ptr<system::LockDescriptor> file, off_t entry_offset) {
  for (int i = 0; i < holder_slots; ++i) {
    const int slot = static_cast<int>((entry_offset + i) % holder_slots);
    if (system::lock_byte(file->number(), slot_offset(slot)) == 0)
      return HolderSlot(std::move(file), entry_offset, slot);
  }
  return std::nullopt;
}

HolderSlot::HolderSlot(std::shared_ptr<system::LockDescriptor> file, off_t entry_offset, int slot)
    : file_(std::move(file)), entry_offset_(entry_offset), slot_(slot) {}

HolderSlot::~HolderSlot() {
  if (file_ && file_->number() >= 0) system::unlock_byte(file_->number(), slot_offset(slot_));
}

void HolderSlot::write(const HolderRecord& record) {
  std::string text = format(record, entry_offset_);
  if (text.size() > holder_slot_size) {  // a path too long for the table: leave out what is awaited
    HolderRecord shorter = record;
    shorter.awaited.reset();
    text = format(shorter, entry_offset_);
  }
  text.resize(holder_slot_size, '\0');
  (void)system::write_at(file_->number(), text.data(), text.size(), slot_offset(slot_));
}

std::optional<HolderRecord> find_holder(int lock_file, off_t entry_offset) {
  std::vector<char> table(holder_slots * holder_slot_size, '\0');
  if (system::read_at(lock_file, table.data(), table.size(), 0) <= 0) return std::nullopt;
  for (int slot = 0; slot < holder_slots; ++slot) {
    const std::string_view text(table.data() + slot_offset(slot), holder_slot_size);
    auto record = parse(text, entry_offset);
    if (record && system::byte_is_locked(lock_file, slot_offset(slot)) == 1) return record;
  }
  return std::nullopt;
}

std::optional<HolderRecord> find_holder(const AwaitedEntry& entry) {
  const std::string path = entry.directory + "/.lock";
  const system::Descriptor file(system::open_at(AT_FDCWD, path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  return file ? find_holder(file.number(), entry.offset) : std::nullopt;
}

}  // namespace cache_on_disk::entry
