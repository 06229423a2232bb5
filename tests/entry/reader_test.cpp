#include "store/reader.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>

#include "entry/entry_fixture.hpp"
#include "store/durable_mark.hpp"
#include "text/little_endian.hpp"

namespace cache_on_disk::entry {
namespace {

using ::testing::HasSubstr;
using Reader = EntryTest;

const std::string pickle_payload = "\x80\x02K*.";

/// Overwrites one byte of a file in place.
void overwrite(const std::string& path, std::size_t offset, char byte) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(byte);
}

TEST_F(Reader, FindsNothingWhereNothingIs) {
  const Finding finding = read(key);
  EXPECT_EQ(finding.judgement, Judgement::missing);
}

TEST_F(Reader, GivesBackWhatWasStoredAtAnySize) {
  for (const std::size_t count : {0u, 1u, 100u, 8200u, 16'200u, 16'400u, 131'000u, 140'000u}) {
    const std::string payload = npy_payload(count);
    stored(key, payload);
    for (const Verify verify : {Verify::automatic, Verify::always}) {
      options.verify = verify;
      const Finding finding = read(key);
      ASSERT_EQ(finding.judgement, Judgement::sound) << finding.reason;
      EXPECT_TRUE(text_of(finding.payload.bytes) == payload) << count;
      EXPECT_FALSE(finding.durable);
      EXPECT_EQ(finding.markable, payload.size() > largest_always_checked && finding.birth.known);
      EXPECT_FALSE(finding.plain_data_only);
    }
  }
}

TEST_F(Reader, APayloadOutlivesReplacementAndRemoval) {
  const std::string payload = npy_payload(200'000);
  stored(key, payload);
  const Finding finding = read(key);
  stored(key, npy_payload(3));
  std::filesystem::remove(path(key.plain_file()));
  EXPECT_TRUE(text_of(finding.payload.bytes) == payload);
}

TEST_F(Reader, NeverBelievesACutFile) {
  for (const std::string& payload : {pickle_payload, npy_payload(3), npy_payload(0)}) {
    const std::string file = stored(key, payload);
    for (std::size_t size = 0; size < file.size(); ++size) {
      write_all(path(key.plain_file()), file.substr(0, size));
      const Finding finding = read(key);
      // Cut right behind its payload a file is as one that numpy wrote. No crash can leave it so: see
      // writer.cpp.
      if (size == payload.size()) {
        EXPECT_EQ(finding.judgement, Judgement::sound);
        EXPECT_TRUE(finding.trailerless);
        EXPECT_EQ(text_of(finding.payload.bytes), payload);
      } else {
        EXPECT_EQ(finding.judgement, Judgement::damaged) << size;
      }
    }
  }
}

TEST_F(Reader, NeverBelievesACutLargeFile) {
  const std::string payload = npy_payload(140'000);
  const std::string file = stored(key, payload);
  std::vector<std::size_t> sizes;
  for (std::size_t size = payload.size() + 1; size < file.size(); size += 7) sizes.push_back(size);
  for (std::size_t size = 1; size < payload.size(); size += 65'521) sizes.push_back(size);
  for (std::size_t page = 4096; page < payload.size(); page += 4096 * 31) sizes.push_back(page);
  for (const std::size_t size : sizes) {
    write_all(path(key.plain_file()), std::string_view(file).substr(0, size));
    EXPECT_EQ(read(key).judgement, Judgement::damaged) << size;
    EXPECT_EQ(read(key, Depth::survey).judgement, Judgement::damaged) << size;
  }
}

TEST_F(Reader, NeverBelievesBytesBehindTheFooter) {
  const std::string file = stored(key, npy_payload(3));
  for (const std::string& more : {std::string(1, '\n'), std::string(64, '\0'), file}) {
    write_all(path(key.plain_file()), file + more);
    EXPECT_EQ(read(key).judgement, Judgement::damaged);
  }
}

TEST_F(Reader, NeverBelievesBytesBeforeTheHeader) {
  const std::string file = stored(key, npy_payload(3));
  write_all(path(key.plain_file()), "x" + file);
  EXPECT_EQ(read(key).judgement, Judgement::damaged);
}

TEST_F(Reader, NeverGivesAnotherPayloadForAnyFlippedBit) {
  for (const std::string& payload : {pickle_payload, npy_payload(2)}) {
    const std::string file = stored(key, payload);
    const std::string name = path(key.plain_file());
    const std::size_t footer = file.size() - footer_size;
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
      const std::size_t byte = bit / 8;
      overwrite(name, byte, static_cast<char>(file[byte] ^ 1 << bit % 8));
      for (const Depth depth : {Depth::use, Depth::load, Depth::survey}) {
        const Finding finding = read(key, depth);
        const bool is_mark = byte >= footer && byte < footer + 8;
        const bool is_version = byte >= footer + 116 && byte < footer + 120;
        if (is_mark || (depth == Depth::survey && byte < payload.size())) {
          EXPECT_EQ(finding.judgement, Judgement::sound) << "bit " << bit;
        } else if (is_version && bit != (footer + 116) * 8) {
          EXPECT_EQ(finding.judgement, Judgement::not_ours) << "bit " << bit;
        } else {
          EXPECT_EQ(finding.judgement, Judgement::damaged) << "bit " << bit;
        }
        if (depth != Depth::survey && finding.judgement == Judgement::sound) {
          EXPECT_EQ(text_of(finding.payload.bytes), payload);
        }
      }
      overwrite(name, byte, file[byte]);
    }
    ASSERT_EQ(read(key).judgement, Judgement::sound);
  }
}

TEST_F(Reader, ChecksALargePayloadInFullUntilItIsMarked) {
  const std::string payload = npy_payload(140'000);
  const std::string file = stored(key, payload);
  for (std::size_t byte = 0; byte < payload.size(); byte += 99'991) {
    overwrite(path(key.plain_file()), byte, static_cast<char>(file[byte] ^ 1));
    EXPECT_EQ(read(key).judgement, Judgement::damaged) << byte;
    overwrite(path(key.plain_file()), byte, file[byte]);
  }
  ASSERT_EQ(read(key).judgement, Judgement::sound);
}

TEST_F(Reader, ZeroesInPlaceOfAPayloadAreDamage) {
  // What a power loss leaves: the right length and a sound footer over pages that never reached the disk.
  const std::string payload = npy_payload(140'000);
  std::string file = stored(key, payload);
  file.replace(4096, 4096, 4096, '\0');
  write_all(path(key.plain_file()), file);
  EXPECT_EQ(read(key).judgement, Judgement::damaged);
  write_all(path(key.plain_file()), std::string(file.size(), '\0'));
  EXPECT_EQ(read(key).judgement, Judgement::damaged);
}

TEST_F(Reader, ForgedLengthsAreDamage) {
  const std::string payload = npy_payload(3);
  const std::string file = stored(key, payload);
  for (const std::uint64_t length : {std::uint64_t{0}, payload.size() - 1, payload.size() + 1, file.size(),
                                     ~std::uint64_t{0}, ~std::uint64_t{0} - 127})
    for (const std::uint32_t metadata : {0u, 1u, 320u, static_cast<std::uint32_t>(file.size()), ~0u}) {
      std::string forged = file;
      auto* const footer = reinterpret_cast<std::byte*>(forged.data() + forged.size() - footer_size);
      text::put(footer + 8, length);
      text::put(footer + 16, metadata);
      write_all(path(key.plain_file()), forged);
      EXPECT_EQ(read(key).judgement, Judgement::damaged) << length << " " << metadata;
    }
}

TEST_F(Reader, AnEntryUnderAnothersNameIsDamage) {
  const EntryKey other = key_of("root.Loop.phase");
  const std::string gain = stored(key, npy_payload(3));
  const std::string phase = stored(other, npy_payload(4));
  std::filesystem::rename(path(key.plain_file()), path("swap"));
  std::filesystem::rename(path(other.plain_file()), path(key.plain_file()));
  std::filesystem::rename(path("swap"), path(other.plain_file()));
  for (const EntryKey& each : {key, other}) {
    const Finding finding = read(each);
    EXPECT_EQ(finding.judgement, Judgement::damaged);
    EXPECT_THAT(finding.reason, HasSubstr("another name"));
    EXPECT_EQ(read_entry(*directory, each.plain_file(), std::nullopt, options).judgement, Judgement::damaged);
  }
}

TEST_F(Reader, AnEntryOfAnotherTagIsDamage) {
  const std::string file = stored(key, npy_payload(3));
  directory = open("cacheU");
  write_all(path(key.plain_file()), file);
  EXPECT_EQ(
      read_entry(*directory, key.plain_file(), make_key("cacheU", key.stem, key.origin).identity, options).judgement,
      Judgement::damaged);
  EXPECT_EQ(read_entry(*directory, key.plain_file(), std::nullopt, options).judgement, Judgement::damaged);
}

TEST_F(Reader, AnEntryBesideAnotherBearsTheSameIdentity) {
  ASSERT_TRUE(store(key, key.beside_file(), npy_payload(3)).ok());
  EXPECT_EQ(read_entry(*directory, key.beside_file(), key.identity, options).judgement, Judgement::sound);
  EXPECT_EQ(read_entry(*directory, key.beside_file(), std::nullopt, options).judgement, Judgement::sound);
}

TEST_F(Reader, AShortenedNameBearsTheWholeIdentity) {
  const EntryKey one = key_of("root." + std::string(400, 'x') + ".A.f(1)");
  const EntryKey two = key_of("root." + std::string(400, 'x') + ".A.f(2)");
  const std::string file = stored(one, npy_payload(3));
  EXPECT_EQ(read(one).judgement, Judgement::sound);
  EXPECT_EQ(read_entry(*directory, one.plain_file(), std::nullopt, options).judgement, Judgement::sound);
  write_all(path(two.plain_file()), file);
  EXPECT_EQ(read(two).judgement, Judgement::damaged);
}

TEST_F(Reader, ANewerFormatIsNotOurs) {
  std::string file = stored(key, npy_payload(3));
  text::put<std::uint32_t>(reinterpret_cast<std::byte*>(file.data() + file.size() - 12), 2);
  write_all(path(key.plain_file()), file);
  const Finding finding = read(key);
  EXPECT_EQ(finding.judgement, Judgement::not_ours);
  EXPECT_THAT(finding.reason, HasSubstr("newer"));
  EXPECT_TRUE(finding.payload.bytes.empty());
}

TEST_F(Reader, AnEmptyFileIsDamage) {
  write_all(path(key.plain_file()), "");
  EXPECT_EQ(read(key).judgement, Judgement::damaged);
}

TEST_F(Reader, AFifoNeitherBlocksNorCounts) {
  ASSERT_EQ(::mkfifo(path(key.plain_file()).c_str(), 0600), 0);
  EXPECT_EQ(read(key).judgement, Judgement::refused);
}

TEST_F(Reader, ADirectoryOrSocketIsRefused) {
  ASSERT_EQ(::mkdir(path(key.plain_file()).c_str(), 0700), 0);
  EXPECT_EQ(read(key).judgement, Judgement::refused);
  struct sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path("s.npy").copy(address.sun_path, sizeof address.sun_path - 1);
  const system::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::bind(socket.number(), reinterpret_cast<const struct sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(read_entry(*directory, "s.npy", key.identity, options).judgement, Judgement::refused);
}

TEST_F(Reader, ALinkIsNotFollowed) {
  const std::string file = stored(key, npy_payload(3));
  std::filesystem::rename(path(key.plain_file()), folder / "elsewhere.npy");
  ASSERT_EQ(::symlink((folder / "elsewhere.npy").c_str(), path(key.plain_file()).c_str()), 0);
  const Finding finding = read(key);
  EXPECT_EQ(finding.judgement, Judgement::damaged);
  EXPECT_TRUE(finding.payload.bytes.empty());
}

TEST_F(Reader, AHardLinkOfAnEntryIsReadButNeverMarkable) {
  stored(key, npy_payload(140'000));
  ASSERT_EQ(::link(path(key.plain_file()).c_str(), (folder / "second").c_str()), 0);
  const Finding finding = read(key);
  EXPECT_EQ(finding.judgement, Judgement::sound);
  EXPECT_FALSE(finding.markable);
}

TEST_F(Reader, AFileThatOthersMayWriteIsRefused) {
  stored(key, npy_payload(3));
  for (const mode_t mode : {0602u, 0622u, 0666u, 0777u}) {
    ASSERT_EQ(::chmod(path(key.plain_file()).c_str(), mode), 0);
    const Finding finding = read(key);
    EXPECT_EQ(finding.judgement, Judgement::refused) << mode;
    EXPECT_THAT(finding.reason, HasSubstr("chmod"));
  }
  ASSERT_EQ(::chmod(path(key.plain_file()).c_str(), 0644), 0);
  EXPECT_EQ(read(key).judgement, Judgement::sound) << "reading it harms nobody";
}

TEST_F(Reader, AFileThatItsGroupMayWriteIsRefusedUnlessTheGroupIsOnesOwn) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a file to another group";
  stored(key, npy_payload(3));
  ASSERT_EQ(::chown(path(key.plain_file()).c_str(), 0, some_group), 0);
  ASSERT_EQ(::chmod(path(key.plain_file()).c_str(), 0660), 0);
  EXPECT_EQ(read(key).judgement, Judgement::refused);
  ASSERT_EQ(::chmod(path(key.plain_file()).c_str(), 0640), 0);
  EXPECT_EQ(read(key).judgement, Judgement::sound);
}

TEST_F(Reader, AFileOfAnotherUserIsRefusedWithItsOwnersName) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a file away";
  stored(key, npy_payload(3));
  ASSERT_EQ(::chown(path(key.plain_file()).c_str(), somebody_else, 0), 0);
  const Finding finding = read(key);
  EXPECT_EQ(finding.judgement, Judgement::refused);
  EXPECT_THAT(finding.reason, HasSubstr("uid 54321"));
}

TEST_F(Reader, RootsFileIsBelievedButNotMarked) {
  if (!is_root()) GTEST_SKIP() << "needs root to become somebody else";
  stored(key, npy_payload(140'000));
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(directory->path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(path(key.plain_file()).c_str(), 0644), 0);
  ChildProcess child([&] {
    if (::setegid(some_group) != 0 || ::seteuid(somebody_else) != 0) return 2;
    const Finding finding = read(key);
    return finding.judgement == Judgement::sound && !finding.markable ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Reader, OthersEntriesInAGroupGivePlainDataOnlyAndAreNotMapped) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a file away";
  directory = open("cacheG", Trust::group(std::to_string(some_group)));
  const std::string payload = npy_payload(140'000);
  stored(key, payload);
  ASSERT_EQ(::chown(path(key.plain_file()).c_str(), somebody_else, some_group), 0);
  for (const Depth depth : {Depth::use, Depth::load, Depth::survey}) {
    const FailingCalls calls;
    const Finding finding = read(key, depth);
    ASSERT_EQ(finding.judgement, Judgement::sound) << finding.reason;
    EXPECT_TRUE(finding.plain_data_only);
    EXPECT_FALSE(finding.markable);
    EXPECT_EQ(calls.count(system::Call::map), 0u) << "its owner could cut it short under us";
  }
}

TEST_F(Reader, OwnEntriesInAGroupGivePlainDataOnlyTooButAreMapped) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a file away";
  directory = open("cacheG", Trust::group(std::to_string(some_group)));
  const std::string payload = npy_payload(140'000);
  stored(key, payload);
  const FailingCalls calls;
  EXPECT_TRUE(read(key).plain_data_only) << "a member may have put a link to any file of ours there";
  EXPECT_EQ(calls.count(system::Call::map), 1u);
}

TEST_F(Reader, FilesOfOthersThatWouldExhaustTheMemoryAreNotRead) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a file away";
  directory = open("cacheT", Trust::plain());
  write_all(path(key.plain_file()), "\x80\x04");
  ASSERT_EQ(::truncate(path(key.plain_file()).c_str(), off_t{1} << 42), 0);  // a hole: it takes no room
  ASSERT_EQ(::chown(path(key.plain_file()).c_str(), somebody_else, some_group), 0);
  for (const Depth depth : {Depth::use, Depth::load, Depth::survey}) {
    const Finding finding = read(key, depth);
    EXPECT_EQ(finding.judgement, Judgement::refused);
    EXPECT_THAT(finding.reason, HasSubstr("larger than half of the memory"));
  }
}

TEST_F(Reader, UnderPlainTrustNobodyIsBelievedLikeOneself) {
  directory = open("cacheT", Trust::plain());
  const std::string payload = npy_payload(140'000);
  stored(key, payload);
  if (is_root()) {
    ASSERT_EQ(::chown(path(key.plain_file()).c_str(), somebody_else, some_group), 0);
  }
  const FailingCalls calls;
  const Finding finding = read(key);
  ASSERT_EQ(finding.judgement, Judgement::sound);
  EXPECT_TRUE(finding.plain_data_only);
  EXPECT_FALSE(finding.markable);
  EXPECT_EQ(calls.count(system::Call::map), 0u);
}

TEST_F(Reader, AForeignEntryGivesPlainDataOnlyAndIsCheckedInFull) {
  const std::string payload = npy_payload(3);
  Metadata metadata;
  metadata.foreign = true;
  ASSERT_TRUE(publish(*directory, key.plain_file(), key, encoding_of(payload), metadata, options).ok());
  EXPECT_TRUE(read(key).plain_data_only);
  EXPECT_TRUE(read(key, Depth::use).plain_data_only);
}

TEST_F(Reader, LargePayloadsAreMappedAndSmallOnesRead) {
  stored(key, npy_payload(100));
  {
    const FailingCalls calls;
    EXPECT_EQ(read(key).judgement, Judgement::sound);
    EXPECT_EQ(calls.count(system::Call::map), 0u);
    EXPECT_EQ(calls.count(system::Call::read_ahead), 0u);
  }
  stored(key, npy_payload(20'000));
  FailingCalls calls;
  EXPECT_EQ(read(key).judgement, Judgement::sound);
  EXPECT_EQ(calls.count(system::Call::map), 1u);
  EXPECT_EQ(calls.count(system::Call::read), 0u);
  EXPECT_GT(calls.count(system::Call::read_ahead), 0u);
  calls.fail(system::Call::map, ENODEV);
  EXPECT_EQ(read(key).judgement, Judgement::sound) << "where mapping fails, reading serves";
}

TEST_F(Reader, IsNotDisturbedByInterruptedCalls) {
  stored(key, npy_payload(100));
  FailingCalls calls;
  calls.interrupt(2);
  EXPECT_EQ(read(key).judgement, Judgement::sound);
}

}  // namespace
}  // namespace cache_on_disk::entry
