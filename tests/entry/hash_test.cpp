#include "format/hash.hpp"

#include <gtest/gtest.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <memory>

#include "format/hash_vectors.hpp"
#include "text/little_endian.hpp"

namespace cache_on_disk::entry {
namespace {

// Expected values: `xxh128sum` and `xxhsum -H3` of the xxHash project, and Python's xxhash module.
TEST(Hash, IsXxh3InItsCanonicalForm) {
  EXPECT_EQ(hex(hash_128(std::string_view(""))), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(hex(hash_128(std::string_view("cache-on-disk"))), "4e0c669232cd616802cb2ce2ad869334");
  EXPECT_EQ(hash_64(bytes_of("cache-on-disk")), 0x8c9c9f9cf2507924u);
}

TEST(Hash, HexBeginsWithTheHighHalf) {
  EXPECT_EQ(hex({.low = 0x0123456789abcdef, .high = 0xfedcba9876543210}), "fedcba98765432100123456789abcdef");
}

TEST(Hash, PiecesGiveTheHashOfTheWhole) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += static_cast<char>(i * 31 >> 2);
  for (const std::size_t piece : {1u, 7u, 64u, 255u, 256u, 1024u, 9999u, 10'000u}) {
    Hasher hasher;
    for (std::size_t i = 0; i < text.size(); i += piece)
      hasher.update(bytes_of(std::string_view(text).substr(i, piece)));
    EXPECT_EQ(hasher.digest(), hash_128(text)) << piece;
  }
}

TEST(Hash, PiecesMayBeHashedWithOneKindOfVectorsAfterTheOther) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += static_cast<char>(i * 31 >> 2);
  const UsableVectors usable = usable_vectors();
  for (const std::size_t piece : {1u, 255u, 1024u}) {
    const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(), XXH3_freeState);
    XXH3_128bits_reset(state.get());
    int kind = 0;
    for (std::size_t i = 0; i < text.size(); i += piece) {
      usable.kinds[kind].update(state.get(), text.data() + i, std::min(piece, text.size() - i));
      kind = (kind + 1) % usable.count;
    }
    const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
    EXPECT_EQ((Hash128{.low = hash.low64, .high = hash.high64}), hash_128(text)) << piece;
  }
}

// Python's xxhash module; the lengths take every way through the algorithm: vectors are used from 241 bytes on.
TEST(Hash, LongInputsHaveTheHashesOfTheOriginal) {
  const std::pair<std::size_t, std::string_view> expected[] = {
      {128, "5ea1db0cecf44a634fde9a9e812043b0"},     {129, "8e03717ff37bf5e2ab21190b06d1d36a"},
      {240, "bee2747f6b8260f2e0b6fd64ca81e079"},     {241, "00caec0867ecda4478de29aab8f9ddb2"},
      {1024, "047d58534005db2051494af98547fc89"},    {1025, "1bb9eb99175f0d1afd115d2a00593107"},
      {4096, "fc4b085310dc8c7fbbf78736ea2057fb"},    {65537, "632f7a7b5ad4c5e07a49844889e40d3d"},
      {1048576, "bee063509225e9c65f234bc05b95d88e"},
  };
  for (const auto& [size, digest] : expected) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 >> 2);
    EXPECT_EQ(hex(hash_128(text)), digest) << size;
    const UsableVectors usable = usable_vectors();
    for (int kind = 0; kind < usable.count && size > 240; ++kind) {
      const Halves hash = usable.kinds[kind].hash(text.data(), size);
      EXPECT_EQ(hex({.low = hash.low, .high = hash.high}), digest) << size << usable.kinds[kind].name;
    }
    Hasher hasher;
    hasher.update(bytes_of(text));
    EXPECT_EQ(hex(hasher.digest()), digest) << size;
  }
}

TEST(LittleEndian, NumbersLieLowestByteFirst) {
  std::byte bytes[8] = {};
  text::put<std::uint32_t>(bytes, 0x01020304);
  EXPECT_EQ(bytes[0], std::byte{4});
  EXPECT_EQ(bytes[3], std::byte{1});
  text::put<std::uint64_t>(bytes, 0xfedcba9876543210);
  EXPECT_EQ(bytes[0], std::byte{0x10});
  EXPECT_EQ(text::get<std::uint64_t>(bytes), 0xfedcba9876543210);
  EXPECT_EQ(text::get<std::uint16_t>(bytes), 0x3210);
}

}  // namespace
}  // namespace cache_on_disk::entry
