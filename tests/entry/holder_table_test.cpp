#include "store/holder_table.hpp"

#include <fmt/format.h>

#include "entry/entry_fixture.hpp"
#include "format/hash.hpp"

namespace cache_on_disk::entry {
namespace {

constexpr off_t entry_offset = (off_t{1} << 61) + 5;

class HolderTable : public EntryTest {
 protected:
  std::shared_ptr<system::LockDescriptor> open_table() const {
    return std::make_shared<system::LockDescriptor>(
        system::Descriptor(system::open_at(directory->descriptor(), ".lock", O_RDWR | O_CREAT, 0600)));
  }
  std::optional<HolderRecord> find(off_t offset = entry_offset) const { return find_holder(reader->number(), offset); }

  std::shared_ptr<system::LockDescriptor> reader = open_table();
  HolderRecord record{{"host", "boot", 1, 2, 3}, "root.Loop.gain", AwaitedEntry{"/tmp/cacheT", 99}};
};

TEST_F(HolderTable, GivesBackTheRecordWhileItsSlotIsHeld) {
  {
    auto slot = HolderSlot::claim(open_table(), entry_offset);
    ASSERT_TRUE(slot);
    EXPECT_FALSE(find());
    slot->write(record);
    const auto found = find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->process, record.process);
    EXPECT_EQ(found->stem, record.stem);
    EXPECT_EQ(found->awaited, record.awaited);
    EXPECT_FALSE(find(entry_offset + 1));
    const auto by_path = find_holder(AwaitedEntry{directory->path(), entry_offset});
    ASSERT_TRUE(by_path);
    EXPECT_EQ(by_path->process, record.process);
    record.awaited.reset();
    slot->write(record);
    EXPECT_FALSE(find()->awaited);
  }
  EXPECT_FALSE(find()) << "nobody holds the slot";
}

TEST_F(HolderTable, ASlotLiesAtItsHashAndIsLinesOfText) {
  auto slot = HolderSlot::claim(open_table(), entry_offset);
  slot->write(record);
  const std::string table = read_all(path(".lock"));
  ASSERT_EQ(table.size(), 6 * holder_slot_size);
  const std::string body = std::to_string(entry_offset) + "\nhost\nboot\n1\n2\n3\nroot.Loop.gain\n/tmp/cacheT\n99\n";
  const std::string expected = fmt::format("{:016x}\n", hash_64(bytes_of(body))) + body;
  EXPECT_EQ(table.substr(5 * holder_slot_size), expected + std::string(holder_slot_size - expected.size(), '\0'));
}

TEST_F(HolderTable, HoldsSixtyFourAndThenNoMore) {
  std::vector<HolderSlot> slots;
  for (int i = 0; i < holder_slots; ++i) {
    auto slot = HolderSlot::claim(open_table(), entry_offset);
    ASSERT_TRUE(slot) << i;
    slots.push_back(*std::move(slot));
  }
  EXPECT_FALSE(HolderSlot::claim(open_table(), entry_offset));
  slots.erase(slots.begin() + 7);
  EXPECT_TRUE(HolderSlot::claim(open_table(), entry_offset));
}

TEST_F(HolderTable, ADamagedSlotIsIgnored) {
  auto slot = HolderSlot::claim(open_table(), entry_offset);
  slot->write(record);
  const std::string table = read_all(path(".lock"));
  const std::size_t start = 5 * holder_slot_size;
  const std::size_t length = table.find('\0', start) - start;
  for (std::size_t byte = start; byte < start + length; ++byte) {
    const char changed = static_cast<char>(table[byte] ^ 4);
    ASSERT_EQ(system::write_at(reader->number(), &changed, 1, static_cast<off_t>(byte)), 1);
    EXPECT_FALSE(find()) << byte - start;
    ASSERT_EQ(system::write_at(reader->number(), &table[byte], 1, static_cast<off_t>(byte)), 1);
  }
  EXPECT_TRUE(find());
}

TEST_F(HolderTable, ATableOfAnyContentIsIgnored) {
  const system::Descriptor held(system::open_at(directory->descriptor(), ".lock", O_RDWR));
  for (int slot = 0; slot < holder_slots; ++slot)
    ASSERT_EQ(system::lock_byte(held.number(), slot * static_cast<off_t>(holder_slot_size)), 0);
  for (const std::string& content :
       {std::string(), std::string(70'000, '\n'), std::string(70'000, '\xff'), std::string(1000, '1')}) {
    ASSERT_EQ(system::truncate(reader->number(), 0), 0);
    ASSERT_EQ(system::write_at(reader->number(), content.data(), content.size(), 0),
              static_cast<ssize_t>(content.size()));
    EXPECT_FALSE(find());
  }
}

TEST_F(HolderTable, APathTooLongForItIsLeftOut) {
  auto slot = HolderSlot::claim(open_table(), entry_offset);
  record.awaited->directory = std::string(2000, 'x');
  record.stem = std::string(5000, 's');
  slot->write(record);
  const auto found = find();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->process, record.process);
  EXPECT_FALSE(found->awaited);
  EXPECT_EQ(found->stem, std::string(256, 's'));
  EXPECT_LE(std::filesystem::file_size(path(".lock")), holder_slots * holder_slot_size);
}

TEST_F(HolderTable, OfAMissingDirectoryIsEmpty) {
  EXPECT_FALSE(find_holder(AwaitedEntry{folder / "none", entry_offset}));
}

}  // namespace
}  // namespace cache_on_disk::entry
