// What an attacker, or a broken disk, may put into a file: nothing of it may crash, hang, or take memory that
// the file does not justify. Worth most under -fsanitize=address,undefined.
#include <gtest/gtest.h>

#include <random>

#include "cache_on_disk/cache_on_disk.hpp"
#include "cache_on_disk/detail/npy/header.hpp"
#include "npy/golden.hpp"

namespace cache_on_disk {
namespace {

using namespace testing;

std::string file(const std::string& text, char version = 2) {
  std::string bytes = std::string("\x93NUMPY") + version + '\0';
  for (unsigned shift = 0; shift < (version == 1 ? 16 : 32); shift += 8)
    bytes += static_cast<char>(text.size() >> shift & 0xFF);
  return bytes + text;
}

std::string with(const std::string& descr, const std::string& shape = "()") {
  return file("{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + "}");
}

std::string repeat(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

void use(const std::string& bytes) {
  const Payload payload = payload_of(bytes);
  (void)npy::measure(payload.bytes);
  (void)Codec<Array<double>>::decode(payload);
  (void)Codec<std::vector<std::vector<int>>>::decode(payload);
  const auto any = AnyArray::from_payload(payload);
  if (!any) return;
  (void)Codec<AnyArray>::encode(*any);
  if (any->size() > 0) (void)any->text(any->size() - 1);
  for (const auto& field : any->dtype().fields) {
    const auto view = any->field(field.name);
    if (view && view->size() > 0) (void)view->element(view->size() - 1);
    if (view && view->size() < 1000) (void)view->as<float>();
  }
}

TEST(Hostile, FilesAreRefusedWithAReason) {
  const std::string deep(2000000 / 2, '(');
  for (const std::string& bytes :
       {with("'<f8'", "(1099511627776,)"),                       // more data than there is
        std::string("\x93NUMPY\x02\0\xff\xff\xff\xff", 12),      // a header of 4 GiB
        std::string("\x93NUMPY\x02\0\xff\xff\x0f\0", 12) + "{",  // one that is not there
        with("'<f8'", "(" + deep),                               // nesting
        with("'<f8'", deep.substr(0, 500000)), with("'<f8'", "(" + std::string(500000, '-') + "1,)"),
        with("'<f8'", "(" + repeat("1,", 3000) + ")"),             // dimensions
        with("'<f8'", "(" + std::string(500000, '9') + ",)"),      // digits
        with("[" + repeat("('a', '<f8'),", 4000) + "]"),           // fields of one name
        with(repeat("[('a', ", 90) + "'<f8'" + repeat(")]", 90)),  // structures within structures
        with("'|V2147483647'", "(4294967297,)"), with("[('a', '|V2147483647'), ('b', '|u1')]"),
        with("[('a', '<f8', (2147483647, 2147483647))]"), with("[('a', '<f8', (0, 9223372036854775807))]"),
        with("'<f8'", "(-1,)"), with("'|O'", "(-1,)")}) {
    const auto array = AnyArray::from_payload(payload_of(bytes));
    ASSERT_FALSE(array.ok());
    EXPECT_FALSE(array.error().message.empty());
    EXPECT_LT(array.error().message.size(), 2000U);
    use(bytes);
  }
}

TEST(Hostile, ManyFieldsAndZeroSizesAreHarmless) {
  std::string fields;
  for (int i = 0; i < 30000; ++i) fields += "('" + std::to_string(i) + "', '<f8', (0,)),";
  const std::string bytes = with("[" + fields + "]", "(1099511627776,)");
  EXPECT_TRUE(AnyArray::from_payload(payload_of(bytes)).ok());
  (void)AnyArray::from_payload(payload_of(bytes))->field("7")->as<double>();
  EXPECT_TRUE(AnyArray::from_payload(payload_of(with("'|S0'", "(1099511627776,)"))).ok());
  use(with("'|S0'", "(1099511627776,)"));
  use(with("[('a', '<f4', (2147483647, 0, 2147483647))]", "(1000,)"));
}

TEST(Hostile, MutationsNeverCrash) {
  std::mt19937 random(20240410);
  std::vector<std::string> seeds;
  for (const auto& row : read_table("saved.txt")) seeds.push_back(from_hex(row[1]));
  for (const auto& row : read_table("headers.txt")) seeds.push_back(from_hex(row[0]));
  const std::string alphabet = "{}[]()'\",:#\\ \n\t0123456789LxobUurTrueFalseNone<>|=fiuVSUOMm+-_.\x93\0\xff";
  for (int round = 0; round < 30000; ++round) {
    std::string bytes = seeds[random() % seeds.size()];
    if (bytes.size() > 3000 || bytes.empty()) continue;
    const bool resized = random() % 2 == 0;
    for (unsigned i = 0; i <= random() % 4; ++i) {
      const std::size_t at = random() % bytes.size();
      const char c = alphabet[random() % alphabet.size()];
      switch (random() % 4) {
        case 0:
          bytes[at] = c;
          break;
        case 1:
          bytes[at] = static_cast<char>(bytes[at] ^ 1 << random() % 8);
          break;
        case 2:
          resized ? bytes.insert(at, 1, c) : bytes.replace(at, 1, 1, c);
          break;
        default:
          if (resized && bytes.size() > 1) bytes.erase(at, 1 + random() % 3);
          break;
      }
      if (bytes.empty()) bytes = "x";
    }
    use(bytes);
  }
}

}  // namespace
}  // namespace cache_on_disk
