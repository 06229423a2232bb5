// Files that numpy and pickle wrote, without anything of ours behind them.
#include "entry/entry_fixture.hpp"

namespace cache_on_disk::entry {
namespace {

const char* const saved[] = {"saved_array.npy", "saved_fortran.npy", "saved_scalar.npy",  "saved_empty.npy",
                             "saved_table.npy", "saved_text.npy",    "saved_objects.npy", "pickled_2.npy",
                             "pickled_3.npy",   "pickled_4.npy",     "pickled_5.npy",     "pickled_array.npy"};

class Trailerless : public EntryTest, public ::testing::WithParamInterface<const char*> {
 protected:
  std::string content = golden(GetParam());
  std::string file = path(key.plain_file());
};

TEST_P(Trailerless, IsSoundUncheckedAndOfUnknownOrigin) {
  write_all(file, content);
  for (const Depth depth : {Depth::use, Depth::load, Depth::survey}) {
    const Finding finding = read(key, depth);
    ASSERT_EQ(finding.judgement, Judgement::sound) << finding.reason;
    EXPECT_TRUE(finding.trailerless);
    EXPECT_FALSE(finding.durable);
    EXPECT_FALSE(finding.markable);
    EXPECT_FALSE(finding.plain_data_only);
    EXPECT_EQ(finding.metadata.stem, "");
    EXPECT_EQ(finding.payload_size, content.size());
    EXPECT_EQ(text_of(finding.payload.bytes), depth != Depth::survey ? content : "");
  }
}

TEST_P(Trailerless, IsDamagedAtEveryOtherLength) {
  for (std::size_t size = 0; size < content.size(); ++size) {
    write_all(file, content.substr(0, size));
    EXPECT_EQ(read(key).judgement, Judgement::damaged) << size;
  }
  for (const std::string more : {"x", "\n", "."}) {
    write_all(file, content + more);
    EXPECT_EQ(read(key).judgement, Judgement::damaged);
  }
}

TEST_P(Trailerless, IsLeftAloneWhereThoseAreRefused) {
  write_all(file, content);
  options.accept_trailerless = false;
  EXPECT_EQ(read(key).judgement, Judgement::not_ours);
}

TEST_P(Trailerless, IsRefusedWithASecondLink) {
  write_all(file, content);
  ASSERT_EQ(::link(file.c_str(), (folder / "second").c_str()), 0);
  EXPECT_EQ(read(key).judgement, Judgement::refused);
}

TEST_P(Trailerless, OfAnotherUserGivesPlainDataOnly) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a file away";
  directory = open("cacheT", Trust::plain());
  write_all(file, content, 0644);
  ASSERT_EQ(::chown(file.c_str(), somebody_else, some_group), 0);
  const Finding finding = read(key);
  EXPECT_EQ(finding.judgement, Judgement::sound);
  EXPECT_TRUE(finding.plain_data_only);
}

INSTANTIATE_TEST_SUITE_P(All, Trailerless, ::testing::ValuesIn(saved), [](const auto& test) {
  const std::string name = test.param;
  return name.substr(0, name.find('.'));
});

using TrailerlessText = EntryTest;

TEST_F(TrailerlessText, OfAnotherKindIsDamage) {
  for (const std::string content : {"hello\n", "PK\3\4zip", "\x93NUMPY", "{\"a\": 1}"}) {
    write_all(path(key.plain_file()), content);
    EXPECT_EQ(read(key).judgement, Judgement::damaged) << content;
  }
}

}  // namespace
}  // namespace cache_on_disk::entry
