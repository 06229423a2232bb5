// Entries put together by make_golden.py, and read_entry.py reading ours: two implementations of one
// document.
#include <cstdio>
#include <map>
#include <memory>
#include <sstream>

#include "entry/entry_fixture.hpp"

namespace cache_on_disk::entry {
namespace {

struct Golden {
  std::string file, payload;
  Metadata metadata;
};

Golden answer() {
  return {.file = "answer.npy",
          .payload = "\x80\x02K*.",
          .metadata = {.origin = {"python", "m", "m.A", "A.f", {Format::pickle, "", -1}, 0},
                       .directory = "cacheT",
                       .stem = "a.A.f",
                       .created = 1'700'000'000'000'000'000,
                       .seconds = 0.25,
                       .writer = "p"}};
}

Golden ticks() {
  std::string payload = npy_payload(3);
  const double values[] = {1, 2, 3};
  payload.replace(payload.size() - sizeof values, sizeof values, reinterpret_cast<const char*>(values), sizeof values);
  return {.file = "ticks.npy",
          .payload = payload,
          .metadata = {.origin = {"c++", "", "N4lab 5ClockE", "Clock.ticks", {Format::npy, "<f8", 1}, 3},
                       .directory = "cacheM\u00fcnchen 1",
                       .stem = "root.clocks['10%25 x%252Fy'].Clock.ticks(3,'a')",
                       .created = 1'700'000'000'123'456'789,
                       .seconds = 12.5,
                       .writer = "make_golden.py on nowhere, pid 1",
                       .foreign = true}};
}

class GoldenEntry : public EntryTest, public ::testing::WithParamInterface<Golden> {
 protected:
  GoldenEntry() {
    directory = open(GetParam().metadata.directory);
    key = make_key(GetParam().metadata.directory, GetParam().metadata.stem, GetParam().metadata.origin);
  }
};

TEST_P(GoldenEntry, IsWrittenByteForByte) {
  const auto size =
      publish(*directory, "e.npy", key, encoding_of(GetParam().payload, key.origin.type), GetParam().metadata, options);
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(read_all(path("e.npy")), golden(GetParam().file));
  EXPECT_EQ(*size, golden(GetParam().file).size());
}

TEST_P(GoldenEntry, IsReadWhole) {
  write_all(path(key.plain_file()), golden(GetParam().file));
  for (const bool by_name : {true, false}) {
    const Finding finding =
        read_entry(*directory, key.plain_file(), by_name ? std::optional<Hash128>() : key.identity, options);
    ASSERT_EQ(finding.judgement, Judgement::sound) << finding.reason;
    EXPECT_EQ(text_of(finding.payload.bytes), GetParam().payload);
    const Metadata& expected = GetParam().metadata;
    EXPECT_EQ(finding.metadata.directory, GetParam().metadata.directory);
    EXPECT_EQ(finding.metadata.stem, GetParam().metadata.stem);
    EXPECT_TRUE(finding.metadata.origin.same_function(expected.origin));
    EXPECT_EQ(finding.metadata.origin.language, expected.origin.language);
    EXPECT_EQ(finding.metadata.origin.type, expected.origin.type);
    EXPECT_EQ(finding.metadata.origin.version, expected.origin.version);
    EXPECT_EQ(finding.metadata.created, expected.created);
    EXPECT_EQ(finding.metadata.seconds, expected.seconds);
    EXPECT_EQ(finding.metadata.writer, expected.writer);
    EXPECT_EQ(finding.plain_data_only, expected.foreign);
    EXPECT_FALSE(finding.trailerless);
    EXPECT_FALSE(finding.durable);
  }
}

INSTANTIATE_TEST_SUITE_P(All, GoldenEntry, ::testing::Values(answer(), ticks()),
                         [](const auto& test) { return test.param.file.substr(0, test.param.file.find('.')); });

TEST(FormatDocument, ShowsTheGoldenEntry) {
  std::istringstream document(read_all(COD_TEST_SOURCE_DIR "/../docs/format.md"));
  std::string shown;
  for (std::string line; std::getline(document, line);) {
    if (line.size() < 16 || line.substr(0, 9) != "    00000" || line[12] != ':') continue;
    // "    00000010: 69 73 6b ... 61  text": up to sixteen bytes, then their text behind two spaces.
    std::istringstream bytes(line.substr(13, line.find("  ", 13) - 13));
    for (unsigned byte = 0; bytes >> std::hex >> byte;) shown += static_cast<char>(byte);
  }
  EXPECT_EQ(shown, golden("answer.npy"));
}

/// What read_entry.py prints, by key; what it says on failure under "".
std::map<std::string, std::string> read_by_python(const std::string& file) {
  const std::string command = "python3 '" COD_TEST_SOURCE_DIR "/entry/read_entry.py' '" + file + "' 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string output;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe.get())) output.append(buffer, count);
  std::map<std::string, std::string> fields;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(": ");
    if (colon == std::string::npos)
      fields[""] += line;
    else
      fields.emplace(line.substr(0, colon), line.substr(colon + 2));
  }
  return fields;
}

bool there_is_python() { return std::system("python3 -c '' 2>/dev/null") == 0; }

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += {"0123456789abcdef"[(c >> 4) & 15], "0123456789abcdef"[c & 15]};
  return text;
}

using PythonReader = EntryTest;

TEST_F(PythonReader, UnderstandsTheGoldenEntries) {
  if (!there_is_python()) GTEST_SKIP() << "no python3";
  for (const Golden& entry : {answer(), ticks()}) {
    auto fields = read_by_python(COD_TEST_SOURCE_DIR "/entry/golden/" + entry.file);
    EXPECT_EQ(fields[""], "");
    EXPECT_EQ(fields["payload"], hex_of(entry.payload));
    EXPECT_EQ(fields["identity"], hex(identity(entry.metadata.directory, entry.metadata.stem)));
    EXPECT_EQ(fields["name"], entry.metadata.stem);
    EXPECT_EQ(fields["directory"], entry.metadata.directory);
    EXPECT_EQ(fields["created"], std::to_string(entry.metadata.created));
    EXPECT_EQ(fields["class"], entry.metadata.origin.object_class);
  }
}

TEST_F(PythonReader, UnderstandsWhatWePublishAndSeesDamage) {
  if (!there_is_python()) GTEST_SKIP() << "no python3";
  key = key_of("root['it%27s 100%25'].Loop.gain(1,'a b')");
  const std::string payload = npy_payload(10);
  const std::string file = stored(key, payload);
  write_all(folder / "copy.npy", file);  // a name that no shell takes apart
  auto fields = read_by_python(folder / "copy.npy");
  EXPECT_EQ(fields[""], "");
  EXPECT_EQ(fields["payload"], hex_of(payload));
  EXPECT_EQ(fields["name"], key.stem);
  EXPECT_EQ(fields["type"], "npy <f8 1");
  write_all(folder / "copy.npy", file.substr(1));
  EXPECT_EQ(read_by_python(folder / "copy.npy")[""], "cut short");
  write_all(folder / "copy.npy", payload);
  EXPECT_EQ(read_by_python(folder / "copy.npy")[""], "no footer");
}

}  // namespace
}  // namespace cache_on_disk::entry
