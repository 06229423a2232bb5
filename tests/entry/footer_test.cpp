#include "format/footer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "text/little_endian.hpp"

namespace cache_on_disk::entry {
namespace {

const std::string metadata = "\ncache-on-disk entry\nname: n\n";

Footer sample() {
  return {.durable_mark = 0x1122334455667788,
          .payload_size = 0x0102030405060708,
          .metadata_size = 0x0a0b0c0d,
          .flags = 0,
          .payload_hash = {.low = 0x1011121314151617, .high = 0x18191a1b1c1d1e1f},
          .identity = {.low = 0x2021222324252627, .high = 0x28292a2b2c2d2e2f}};
}

std::string hex_of(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes)
    text += {"0123456789abcdef"[std::to_integer<int>(byte) >> 4], "0123456789abcdef"[std::to_integer<int>(byte) & 15]};
  return text;
}

TEST(FooterLayout, IsThatOfTheFormatsDocument) {
  const FooterBytes bytes = format_footer(sample(), metadata);
  EXPECT_EQ(hex_of(std::span(bytes).first(96)),
            "8877665544332211"  // durable mark
            "0807060504030201"  // length of the payload
            "0d0c0b0a"          // length of the metadata
            "00000000"          // flags
            "1716151413121110"
            "1f1e1d1c1b1a1918"  // hash of the payload
            "2726252423222120"
            "2f2e2d2c2b2a2928"            // identity
                + std::string(80, '0'));  // reserved
  EXPECT_EQ(hex_of(std::span(bytes).last(16)),
            "80000000"            // length of the footer
            "01000000"            // format version
            "89434f440d0a1a0a");  // magic
}

TEST(FooterLayout, TheChecksumCoversAllButItselfAndTheMark) {
  const FooterBytes bytes = format_footer(sample(), metadata);
  std::string covered = metadata;
  covered.append(reinterpret_cast<const char*>(bytes.data()) + 8, 88);
  covered.append(reinterpret_cast<const char*>(bytes.data()) + 112, 16);
  const Hash128 expected = hash_128(covered);
  EXPECT_EQ(text::get<std::uint64_t>(bytes.data() + 96), expected.low);
  EXPECT_EQ(text::get<std::uint64_t>(bytes.data() + 104), expected.high);
  for (std::size_t bit = 0; bit < footer_size * 8; ++bit) {
    FooterBytes changed = bytes;
    changed[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    EXPECT_EQ(checksum_matches(changed, bytes_of(metadata)), bit / 8 < 8) << "bit " << bit;
  }
  for (std::size_t bit = 0; bit < metadata.size() * 8; ++bit) {
    std::string changed = metadata;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(checksum_matches(bytes, bytes_of(changed))) << "bit " << bit;
  }
}

TEST(FooterParsing, GivesBackWhatWasWrittenBehindAnyBytes) {
  const FooterBytes bytes = format_footer(sample(), metadata);
  for (const std::size_t before : {0u, 1u, 5u, 64u, 1000u}) {
    const std::string file =
        std::string(before, 'x') + std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    Footer footer;
    ASSERT_EQ(parse_footer(bytes_of(file), footer), FooterState::sound);
    EXPECT_EQ(footer.durable_mark, sample().durable_mark);
    EXPECT_EQ(footer.payload_size, sample().payload_size);
    EXPECT_EQ(footer.metadata_size, sample().metadata_size);
    EXPECT_EQ(footer.payload_hash, sample().payload_hash);
    EXPECT_EQ(footer.identity, sample().identity);
    EXPECT_TRUE(checksum_matches(bytes_of(file), bytes_of(metadata)));
  }
}

TEST(FooterParsing, OfTooFewBytesFindsNoneOrDamage) {
  const FooterBytes bytes = format_footer(sample(), metadata);
  for (std::size_t size = 0; size < footer_size; ++size) {
    Footer footer;
    EXPECT_EQ(parse_footer(std::span(bytes).last(size), footer), size < 16 ? FooterState::none : FooterState::damaged)
        << size;
    EXPECT_EQ(parse_footer(std::span(bytes).first(size), footer), FooterState::none) << size;
  }
}

TEST(FooterParsing, KnowsANewerVersionWhateverItsLength) {
  FooterBytes bytes = format_footer(sample(), metadata);
  Footer footer;
  for (const std::uint32_t version : {2u, 0xffffffffu})
    for (const std::uint32_t size : {0u, 16u, 128u, 4096u}) {
      text::put(bytes.data() + 112, size);
      text::put(bytes.data() + 116, version);
      EXPECT_EQ(parse_footer(bytes, footer), FooterState::newer);
      EXPECT_EQ(parse_footer(std::span(bytes).last(16), footer), FooterState::newer);
    }
}

TEST(FooterParsing, VersionZeroOrAnotherLengthIsDamage) {
  Footer footer;
  FooterBytes bytes = format_footer(sample(), metadata);
  text::put<std::uint32_t>(bytes.data() + 116, 0);
  EXPECT_EQ(parse_footer(bytes, footer), FooterState::damaged);
  bytes = format_footer(sample(), metadata);
  for (const std::uint32_t size : {0u, 127u, 129u, 0xffffffffu}) {
    text::put(bytes.data() + 112, size);
    EXPECT_EQ(parse_footer(bytes, footer), FooterState::damaged) << size;
  }
}

}  // namespace
}  // namespace cache_on_disk::entry
