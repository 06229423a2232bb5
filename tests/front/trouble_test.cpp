// Whatever happens to the cache, a call gives the function's value.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

/// A value whose codec does what a test wants of it.
struct Fragile {
  enum class Fault {
    none,
    encode_fails,
    encode_throws,
    encode_throws_an_int,
    says_more,
    says_less,
    body_throws,
    decode_throws,
    says_everything
  };
  Fault fault = Fault::none;
};

}  // namespace

template <>
struct Codec<Fragile> {
  using Fault = Fragile::Fault;
  static StoredType stored_type() { return {Format::any, "", -1}; }
  static Result<Encoding> encode(const Fragile& value) {
    if (value.fault == Fault::encode_fails) return Error{"this value is too fragile"};
    if (value.fault == Fault::encode_throws) throw std::bad_alloc();
    if (value.fault == Fault::encode_throws_an_int) throw 7;  // no std::exception
    const std::uint64_t size = value.fault == Fault::says_more         ? 100
                               : value.fault == Fault::says_less       ? 10
                               : value.fault == Fault::says_everything ? std::uint64_t{1} << 50
                                                                       : 50;
    return Encoding{"head", size,
                    [fault = value.fault](Sink& sink) {
                      sink.write(std::as_bytes(std::span(std::string_view("0123456789"))));
                      if (fault == Fault::body_throws) throw std::runtime_error("broken while it was written");
                      for (int i = 0; i < 4; ++i) sink.write(std::as_bytes(std::span(std::string_view("0123456789"))));
                    },
                    stored_type()};
  }
  static Result<Fragile> decode(const Payload&) {
    if (decode_throws) throw std::runtime_error("broken while it was read");
    return Fragile{};
  }
  static inline bool decode_throws = false;
};

namespace {

struct Source {
  double value() const {
    return *value_([this] { return ++calls * 1.0; });
  }
  double at(int i) const {
    return *at_(i, [this] { return ++calls * 1.0; });
  }
  Fragile::Fault fragile(Fragile::Fault fault) const {
    return fragile_([&] { return ++calls, Fragile{fault}; })->fault;
  }
  mutable int calls = 0;
  Cached<double> value_;
  Cached<double(int)> at_;
  Cached<Fragile> fragile_;
  CACHE_ON_DISK(Source, value_, at_, fragile_)
};

class TroubleCostsNoValue : public testing::Test {
 protected:
  TroubleCostsNoValue() {
    set_trouble_handler([this](const Trouble& trouble) { troubles.push_back(trouble.message); });
    set_tmpdir(source, directory.path());
    set_tag(source, "night");
  }
  ~TroubleCostsNoValue() override { set_trouble_handler({}); }
  std::string path() const { return get_disk_cacher(source, "value").fullpath(); }
  std::size_t entries() const {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(directory / "cachenight"))
      if (const std::string name = file.path().filename(); name.ends_with(".npy") || name.starts_with(".t")) ++count;
    return count;
  }
  TemporaryDirectory directory;
  Source source;
  std::vector<std::string> troubles;
};

TEST_F(TroubleCostsNoValue, WithATmpdirThatCannotBeMade) {
  for (const std::string& tmpdir :
       {std::string("/dev/null/below"), std::string("/proc/none"), directory / std::string(5000, 'x')}) {
    source.calls = 0;
    set_tmpdir(source, tmpdir);
    EXPECT_EQ(source.value(), 1);
    EXPECT_EQ(source.value(), 1);  // it has a tag, so it is kept in memory
    EXPECT_EQ(source.at(1), 2);
  }
  EXPECT_EQ(troubles.size(), 3u);
  EXPECT_EQ(explain(source, "at", Arguments(7)).state, Explanation::State::unusable);
  EXPECT_EQ(statistics(source, "value").not_stored, 1u);
}

TEST_F(TroubleCostsNoValue, WithAFileWhereTheTagDirectoryShouldBe) {
  std::ofstream(directory / "cachenight") << "in the way";
  EXPECT_EQ(source.value(), 1);
  EXPECT_EQ(troubles.size(), 1u);
  EXPECT_TRUE(std::filesystem::is_regular_file(directory / "cachenight"));
}

TEST_F(TroubleCostsNoValue, WithADirectoryThatIsRemovedBetweenCalls) {
  EXPECT_EQ(source.value(), 1);
  std::filesystem::remove_all(directory / "cachenight");
  EXPECT_EQ(source.at(1), 2);
  EXPECT_TRUE(std::filesystem::exists(get_disk_cacher(source, "at").fullpath(Arguments(1))));
  std::filesystem::remove_all(directory.path());
  EXPECT_EQ(source.at(2), 3);
  EXPECT_TRUE(std::filesystem::exists(get_disk_cacher(source, "at").fullpath(Arguments(2))));
  EXPECT_TRUE(troubles.empty());
}

TEST_F(TroubleCostsNoValue, WithADirectoryThatBecomesASymbolicLink) {
  EXPECT_EQ(source.value(), 1);
  std::filesystem::rename(directory / "cachenight", directory / "real");
  std::filesystem::create_directory_symlink(directory / "real", directory / "cachenight");
  EXPECT_EQ(source.at(1), 2);
  EXPECT_FALSE(std::filesystem::exists(directory / "real/root.Source.at(1).npy"));  // links are not followed
  EXPECT_EQ(troubles.size(), 1u);
}

TEST_F(TroubleCostsNoValue, WithADirectoryThatOthersMayWrite) {
  std::filesystem::create_directory(directory / "cachenight");
  ::chmod((directory / "cachenight").c_str(), 0777);
  EXPECT_EQ(source.value(), 1);
  EXPECT_TRUE(std::filesystem::is_empty(directory / "cachenight"));
  ASSERT_EQ(troubles.size(), 1u);
  EXPECT_THAT(troubles[0], testing::HasSubstr("chmod"));
}

TEST_F(TroubleCostsNoValue, WithADirectoryOrAPipeUnderTheEntrysName) {
  std::filesystem::create_directories(path());
  EXPECT_EQ(source.value(), 1);
  EXPECT_EQ(source.value(), 1);
  std::filesystem::remove(path());
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  set_tag(source, "night");
  EXPECT_EQ(source.value(), 2);  // and does not wait for a writer
}

TEST_F(TroubleCostsNoValue, WithASymbolicLinkUnderTheEntrysName) {
  source.value();
  std::filesystem::rename(path(), directory / "elsewhere");
  std::filesystem::create_symlink(directory / "elsewhere", path());
  set_tag(source, "night");
  EXPECT_EQ(source.value(), 2);
  EXPECT_FALSE(std::filesystem::is_symlink(path()));
  set_tag(source, "night");
  EXPECT_EQ(source.value(), 2);
}

using Fault = Fragile::Fault;

class TroubleWithACodec : public TroubleCostsNoValue, public testing::WithParamInterface<Fault> {};

TEST_P(TroubleWithACodec, CostsNoValueAndLeavesNoFile) {
  EXPECT_EQ(source.fragile(GetParam()), GetParam());
  EXPECT_EQ(source.fragile(GetParam()), GetParam());
  EXPECT_EQ(source.calls, 1);
  EXPECT_EQ(entries(), 0u);
  EXPECT_EQ(troubles.size(), 1u);
  EXPECT_EQ(statistics(source, "fragile").not_stored, 1u);
}
INSTANTIATE_TEST_SUITE_P(Faults, TroubleWithACodec,
                         testing::Values(Fault::encode_fails, Fault::encode_throws, Fault::encode_throws_an_int,
                                         Fault::says_more, Fault::says_less, Fault::body_throws,
                                         Fault::says_everything));

TEST_F(TroubleCostsNoValue, WithACodecThatThrowsWhenItReads) {
  source.fragile(Fault::none);
  EXPECT_EQ(entries(), 1u);
  set_tag(source, "night");
  Codec<Fragile>::decode_throws = true;
  EXPECT_EQ(source.fragile(Fault::none), Fault::none);
  Codec<Fragile>::decode_throws = false;
  EXPECT_EQ(source.calls, 2);
  EXPECT_EQ(troubles.size(), 1u);
}

TEST_F(TroubleCostsNoValue, WithADiskThatIsTooFull) {
  const Options before = options();
  Options full = before;
  full.free_space_floor = std::uint64_t{1} << 62;
  set_options(full);
  EXPECT_EQ(source.value(), 1);
  EXPECT_EQ(source.at(1), 2);
  set_options(before);
  EXPECT_EQ(entries(), 0u);
  EXPECT_EQ(troubles.size(), 1u);
  EXPECT_EQ(source.at(2), 3);
  EXPECT_EQ(entries(), 1u);
}

TEST_F(TroubleCostsNoValue, UnlessItIsAskedForByStrict) {
  const Options before = options();
  Options strict = before;
  strict.strict = true;
  set_options(strict);
  EXPECT_EQ(source.value(), 1);
  strict.free_space_floor = std::uint64_t{1} << 62;
  set_options(strict);
  EXPECT_THROW(source.at(1), UncachedError);
  EXPECT_EQ(source.calls, 2);
  set_options(before);
  EXPECT_EQ(source.at(1), 2);  // kept in memory
  EXPECT_EQ(source.calls, 2);
  EXPECT_GE(explain(source, "at", Arguments(1)).uncached.size(), 1u);
  EXPECT_GE(statistics(source).uncached.size(), 1u);
}

}  // namespace
}  // namespace cache_on_disk
