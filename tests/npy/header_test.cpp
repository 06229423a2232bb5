#include "cache_on_disk/detail/npy/header.hpp"

#include <gtest/gtest.h>

#include "cache_on_disk/any_array.hpp"
#include "npy/golden.hpp"

namespace cache_on_disk::npy {
namespace {

using namespace cache_on_disk::testing;

std::string verdict(const std::string& bytes) {
  const auto header = read_header(bytes_of(bytes));
  if (!header) return "refused";
  return *header->dtype.descr() + (header->fortran_order ? " True " : " False ") + to_text(header->shape);
}

TEST(Header, IsReadAsNumpyReadsIt) {
  for (const auto& row : read_table("headers.txt")) {
    EXPECT_EQ(verdict(from_hex(row[0])), row[1]) << from_hex(row[0]);
  }
}

TEST(Header, IsWrittenByteForByteAsNumpySavesIt) {
  for (const auto& row : read_table("saved.txt")) {
    const std::string bytes = from_hex(row[1]);
    const auto header = read_header(bytes_of(bytes));
    ASSERT_TRUE(header.ok()) << row[0] << ": " << header.error().message;
    const auto again = write_header(header->dtype, header->fortran_order, header->shape);
    ASSERT_TRUE(again.ok()) << row[0];
    EXPECT_EQ(*again, bytes.substr(0, header->data_offset)) << row[0];
    EXPECT_EQ(*header->data_size(), bytes.size() - header->data_offset) << row[0];
  }
}

TEST(Header, MeasuresWhereAPayloadEndsWhateverFollows) {
  for (const auto& row : read_table("saved.txt")) {
    std::string bytes = from_hex(row[1]);
    const std::size_t size = bytes.size();
    bytes += "what follows";
    const auto extent = measure(bytes_of(bytes));
    ASSERT_TRUE(extent.ok()) << row[0];
    EXPECT_FALSE(extent->pickled);
    EXPECT_EQ(extent->length, size) << row[0];
  }
}

TEST(Header, TellsWhereThePickleOfObjectsBegins) {
  const Payload objects = golden("objects");
  const auto extent = measure(objects.bytes);
  ASSERT_TRUE(extent.ok());
  EXPECT_TRUE(extent->pickled);
  EXPECT_EQ(extent->length, 128U);
  EXPECT_EQ(objects.bytes[128], std::byte{0x80});  // PROTO
}

std::string with_shape(const std::string& shape, const std::string& descr = "'<f8'") {
  const std::string text = "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }\n";
  return std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(text.size()) + '\0' + text;
}

TEST(Header, RefusesShapesThatOverflow) {
  for (const char* shape : {"(9223372036854775807,)", "(1152921504606846976,)", "(4294967296, 4294967296)",
                            "(0, 9223372036854775807)", "(9223372036854775807, 0)", "(3037000500, 3037000500)"}) {
    EXPECT_FALSE(measure(bytes_of(with_shape(shape))).ok()) << shape;
  }
  EXPECT_EQ(*read_header(bytes_of(with_shape("(0, 1152921504606846975)")))->data_size(), 0U);
  EXPECT_EQ(*read_header(bytes_of(with_shape("(1152921504606846975,)")))->data_size(), 9223372036854775800U);
}

TEST(Header, RefusesNegativeShapes) {
  EXPECT_FALSE(read_header(bytes_of(with_shape("(-1,)"))).ok());
  EXPECT_FALSE(read_header(bytes_of(with_shape("(3, -4)"))).ok());
  EXPECT_FALSE(read_header(bytes_of(with_shape("(3,)", "[('a', '<f8', -1)]"))).ok());
}

TEST(Header, IsStricterThanNumpyWhereOnlyAnErrorCanHaveWrittenIt) {
  EXPECT_FALSE(read_header(bytes_of(with_shape("(True,)"))).ok());
  EXPECT_FALSE(read_header(bytes_of(with_shape("(18446744073709551616,)"))).ok());
  EXPECT_FALSE(read_header(bytes_of(with_shape("(3,)", "'\\N{LESS-THAN SIGN}f8'"))).ok());
}

TEST(Header, ReadsUpTo64DimensionsAndWrites32) {
  const auto text = [](std::size_t rank) {
    std::string shape = "(";
    for (std::size_t i = 0; i < rank; ++i) shape += "1,";
    return shape + ")";
  };
  EXPECT_TRUE(read_header(bytes_of(with_shape(text(64)))).ok());
  EXPECT_FALSE(read_header(bytes_of(with_shape(text(65)))).ok());
  EXPECT_TRUE(write_header(Dtype{}, false, Shape(32, 1)).ok());
  EXPECT_FALSE(write_header(Dtype{}, false, Shape(33, 1)).ok());
}

TEST(Header, NoDataEndOnAPage) {
  for (std::size_t count = 0; count < 3000; ++count) {
    const Shape shape{count};
    const auto text = write_header(Dtype{}, false, shape);
    ASSERT_TRUE(text.ok());
    const auto header = read_header(bytes_of(*text));
    ASSERT_TRUE(header.ok()) << header.error().message;
    EXPECT_EQ(header->data_offset, text->size());
    EXPECT_EQ(text->size() % 64, 0U);
    EXPECT_NE((text->size() + *header->data_size()) % 4096, 0U) << count;
  }
}

TEST(Header, BeyondOneMebibyteIsRefused) {
  std::string text = with_shape("(3,)").substr(10);
  const auto file = [&text] {
    std::string bytes("\x93NUMPY\x02\0", 8);
    for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(text.size() >> shift & 0xFF);
    return bytes + text;
  };
  text.resize(max_header_size, ' ');
  EXPECT_TRUE(read_header(bytes_of(file())).ok());
  text += ' ';
  EXPECT_FALSE(read_header(bytes_of(file())).ok());
}

TEST(Header, OfAStructureThatOverlapsCannotBeWritten) {
  auto overlapping = Dtype::structure({{"a", std::nullopt, 0, Dtype{}}, {"b", std::nullopt, 4, Dtype{}}}, 12);
  ASSERT_TRUE(overlapping.ok());
  EXPECT_FALSE(write_header(*overlapping, false, Shape{3}).ok());
}

}  // namespace
}  // namespace cache_on_disk::npy
