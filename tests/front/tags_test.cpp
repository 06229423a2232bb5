// Tags, prefixes and tmpdirs: another one never answers with old data, an unusable one changes nothing.
#include <cache_on_disk/cache_on_disk.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "front/program.hpp"
#include "process/background.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct Part {
  double value() const {
    return *value_([this] { return ++calls * 1.0; });
  }
  double at(int i) const {
    return *at_(i, [this] { return ++calls * 1.0; });
  }
  mutable int calls = 0;
  Cached<double> value_;
  Cached<double(int)> at_;
  CACHE_ON_DISK(Part, value_, at_)
};
struct Tree {
  Part a_, b_;
  CACHE_ON_DISK(Tree, a_, b_)
};

std::string path(const Part& part) { return get_disk_cacher(part, "value").fullpath(); }

class Tags : public testing::Test {
 protected:
  TemporaryDirectory directory;
};

TEST_F(Tags, DropWhatIsBufferedWithAnyChange) {
  Part part;
  set_tmpdir(part, directory.path());
  set_tag(part, "one");
  part.value(), part.at(1);
  const auto expect_new = [&](int calls) {
    part.value(), part.at(1);
    EXPECT_EQ(part.calls, calls);
  };
  set_tag(part, "two");
  expect_new(4);
  set_prefix(part, "other");
  expect_new(6);
  set_tmpdir(part, directory / "elsewhere");
  expect_new(8);
  clear_tag(part);
  expect_new(10);
  expect_new(12);
  set_tag(part, "two");  // the way back: from disk
  expect_new(12);
  EXPECT_EQ(part.value(), 7);
}

struct Growing {
  Part own_;
  std::vector<std::unique_ptr<Part>> parts_;
  std::map<std::string, Part> named_;
  CACHE_ON_DISK(Growing, parts_, named_, own_)
};

TEST_F(Tags, OfMembersThatAppearLaterAreThoseOfTheRoot) {
  Growing root;
  root.parts_.push_back(std::make_unique<Part>());
  set_tmpdir(root, directory.path());
  set_prefix(root, "pre");
  set_tag(root, "night");
  root.parts_.insert(root.parts_.begin(), std::make_unique<Part>());
  root.named_["x"];
  set_trust(root, Trust::plain());  // this alone sets no tag
  EXPECT_EQ(explain(root.named_["x"], "value").state, Explanation::State::untagged);
  set_tag(root, "night");
  EXPECT_EQ(path(root.named_["x"]), directory / "prenight/root.named['x'].Part.value.npy");
  EXPECT_EQ(path(*root.parts_[0]), directory / "prenight/root.parts[0].Part.value.npy");
  EXPECT_EQ(path(*root.parts_[1]), directory / "prenight/root.parts[1].Part.value.npy");
  root.named_["x"].value();
  EXPECT_EQ(std::filesystem::status(path(root.named_["x"])).permissions() & std::filesystem::perms::others_read,
            std::filesystem::perms::others_read);
}

TEST_F(Tags, OfMembersThatAppearLaterAreThoseOfMostOthers) {
  Growing root;
  root.parts_.push_back(std::make_unique<Part>());
  root.named_["x"];
  set_tmpdir(root, directory.path());
  set_tag(root, "night");
  set_tmpdir(*root.parts_[0], directory / "elsewhere");  // has a name of its own, and this directory
  set_tag(root, "night");
  root.parts_.push_back(std::make_unique<Part>());
  root.named_["y"];
  set_tag(root, "night");
  EXPECT_EQ(path(root.named_["y"]), directory / "cachenight/root.named['y'].Part.value.npy");
  EXPECT_EQ(path(*root.parts_[0]), directory / "elsewhere/cachenight/root.parts[0].Part.value.npy");
}

TEST_F(Tags, OfARootAreNotThoseThatAPartWasGivenOnItsOwn) {
  Growing root;
  root.parts_.push_back(std::make_unique<Part>());
  set_tmpdir(*root.parts_[0], directory / "of_its_own");
  set_tag(root, "night");
  EXPECT_EQ(path(*root.parts_[0]), directory / "of_its_own/cachenight/root.parts[0].Part.value.npy");
  EXPECT_THAT(path(root.own_), ::testing::Not(HasSubstr("of_its_own")));
}

TEST_F(Tags, ThatTwoLivingObjectsOfOneClassShareAreToldOfOnce) {
  std::vector<std::string> told;
  set_trouble_handler([&](const Trouble& trouble) { told.push_back(trouble.message); });
  const auto tagged = [&](auto& root, const char* tag) {
    set_tmpdir(root, directory.path());
    set_tag(root, tag);
  };
  {
    Part gone;
    tagged(gone, "siblings");
  }
  Part first, elsewhere, moves;
  Tree of_another_class;
  tagged(first, "siblings");
  tagged(first, "siblings");
  tagged(elsewhere, "elsewhere");
  tagged(of_another_class, "siblings");
  tagged(moves, "moves");
  Part moved = std::move(moves);
  tagged(moved, "moves");
  tagged(first, "elsewhen");
  Part second, third;
  tagged(second, "siblings");  // the first has left this tag
  std::vector<Part> together(2);
  tagged(together, "siblings");
  EXPECT_THAT(told, ::testing::IsEmpty());
  tagged(third, "siblings");
  tagged(third, "siblings");
  first = Part();
  tagged(first, "siblings");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0], AllOf(HasSubstr("siblings"), HasSubstr("root.Part.value"), HasSubstr("container")));
  set_trouble_handler(nullptr);
}

TEST_F(Tags, MakeUpTheNameOfTheDirectoryWithThePrefix) {
  Part part;
  set_tmpdir(part, directory.path());
  set_tag(part, "night");
  EXPECT_EQ(path(part), directory / "cachenight/root.Part.value.npy");
  set_prefix(part, "");
  EXPECT_EQ(path(part), directory / "night/root.Part.value.npy");
  set_prefix(part, "pre fix_");
  EXPECT_EQ(path(part), directory / "pre fix_night/root.Part.value.npy");
  set_tag(part, "M\xC3\xBC");
  EXPECT_EQ(path(part), directory / "pre fix_M\xC3\xBC/root.Part.value.npy");
}

TEST_F(Tags, MayBePathsBelowTheTmpdir) {
  for (const auto& [tag, where] : {std::pair{"20240101/120000", "cache20240101/120000"},
                                   {"/data/night.fits", "cache/data/night.fits"},
                                   {"a//b/", "cachea/b"},
                                   {"/a/b/c/d", "cache/a/b/c/d"},
                                   {"./x", "cache./x"}}) {
    Part part;
    set_tmpdir(part, directory.path());
    set_tag(part, tag);
    EXPECT_EQ(path(part), directory / where + std::string("/root.Part.value.npy"));
    const double value = part.value();
    EXPECT_TRUE(std::filesystem::exists(path(part))) << tag;
    Part again;
    set_tmpdir(again, directory.path());
    set_tag(again, tag);
    EXPECT_EQ(again.value(), value) << "from disk";
    EXPECT_EQ(clear_cache(again).deleted, 1u) << tag;
    EXPECT_FALSE(std::filesystem::exists(path(part))) << tag;
  }
}

TEST_F(Tags, ThatHaveTheSameLastPartShareNothing) {
  Part one, other;
  for (auto& [part, tag] : {std::pair<Part&, const char*>{one, "a/T"}, {other, "b/T"}}) {
    set_tmpdir(part, directory.path());
    set_tag(part, tag);
  }
  one.value();
  std::filesystem::create_directory(directory / "cacheb");
  std::filesystem::permissions(directory / "cacheb", std::filesystem::perms::owner_all);
  std::filesystem::rename(directory / "cachea/T", directory / "cacheb/T");
  EXPECT_EQ(explain(other, "value").state, Explanation::State::missing);
}

TEST_F(Tags, ThatNameNoDirectoryAreRefusedByName) {
  Part part;
  set_prefix(part, "");
  const auto expect_refused = [&](const std::string& tag, const std::string& named) {
    try {
      set_tag(part, tag);
      ADD_FAILURE() << "accepted: " << tag;
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), HasSubstr(named));
    }
    EXPECT_EQ(explain(part, "value").state, Explanation::State::untagged);
  };
  expect_refused("", "empty");
  expect_refused(".", "'.'");
  expect_refused("..", "'..'");
  expect_refused(".hidden", "'.hidden'");
  expect_refused("a/../b", "'..'");
  expect_refused("a/.b", "'.b'");
  expect_refused("/", "nothing but '/'");
  expect_refused(std::string("a\0b", 3), "a\\x00b");
  expect_refused("new\nline", "control character, '\\n'");
  expect_refused("del\x7f", "0x7f");
  expect_refused("\xff\xfe", "\\xff\\xfe");
  expect_refused("\xed\xa0\x80", "\\xed\\xa0\\x80");  // a surrogate
  expect_refused(std::string(256, 'x'), "255");
  set_tag(part, std::string(255, 'x'));
}

TEST_F(Tags, AreCheckedTogetherWithThePrefix) {
  Part part;
  set_tag(part, std::string(250, 'x'));
  EXPECT_THROW(set_prefix(part, "longer"), std::invalid_argument);
  EXPECT_THROW(set_prefix(part, ".hidden"), std::invalid_argument);
  EXPECT_THROW(set_prefix(part, "../b"), std::invalid_argument);
  EXPECT_THAT(path(part), HasSubstr("/cachexxx"));
  Part untagged;
  EXPECT_THROW(set_prefix(untagged, "../b"), std::invalid_argument);
  EXPECT_THROW(set_prefix(untagged, "\xff"), std::invalid_argument);
}

TEST_F(Tags, ThatAreRefusedChangeNothing) {
  Tree tree;
  set_tmpdir(tree, directory.path());
  set_tag(tree, "night");
  set_prefix(tree.b_, std::string(100, 'p'));
  tree.a_.value(), tree.b_.value();
  const std::string a = path(tree.a_), b = path(tree.b_);
  EXPECT_THROW(set_tag(tree, "a/../b"), std::invalid_argument);
  EXPECT_THROW(set_tag(tree, std::string(200, 'x')),
               std::invalid_argument);  // too long with the second prefix only
  EXPECT_THROW(set_prefix(tree, ".x"), std::invalid_argument);
  EXPECT_THROW(set_tmpdir(tree, ""), std::invalid_argument);
  EXPECT_THROW(set_tmpdir(tree, std::string("/tmp\0x", 6)), std::invalid_argument);
  EXPECT_THROW(set_trust(tree, Trust::group("no such group here")), std::invalid_argument);
  EXPECT_EQ(path(tree.a_), a);
  EXPECT_EQ(path(tree.b_), b);
  EXPECT_EQ(explain(tree.a_, "value").state, Explanation::State::memory);  // not even the buffers
  EXPECT_EQ(explain(tree.b_, "value").state, Explanation::State::memory);
}

TEST_F(Tags, AreCheckedWhereThereIsNothingToTag) {
  std::vector<Part> none;
  EXPECT_THROW(set_tag(none, "a/../b"), std::invalid_argument);
  EXPECT_THROW(set_tag(none, ""), std::invalid_argument);
  EXPECT_NO_THROW(set_tag(none, "night"));
}

/// An environment variable of this process, for a while.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) {
    if (const char* const before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ~ScopedVariable() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST_F(Tags, LieBelowTheHomeOfAUserWhereTheTmpdirBeginsWithIt) {
  const ScopedVariable home("HOME", directory.path());
  Part part;
  set_tag(part, "T");
  for (const auto& [tmpdir, where] : {std::pair{"~", directory.path()},
                                      {"~/", directory.path()},
                                      {"~/a/b", directory / "a/b"},
                                      {"~//a", directory / "a"}}) {
    set_tmpdir(part, tmpdir);
    EXPECT_EQ(path(part), where + "/cacheT/root.Part.value.npy") << tmpdir;
  }
  set_tmpdir(part, "~root/x");
  EXPECT_THAT(path(part), ::testing::StartsWith("/"));
  EXPECT_THAT(path(part), ::testing::Not(HasSubstr("~")));
  set_tmpdir(part, "./~/x");
  EXPECT_EQ(path(part), "./~/x/cacheT/root.Part.value.npy");
  set_tmpdir(part, "a/~");
  EXPECT_EQ(path(part), "a/~/cacheT/root.Part.value.npy");
  for (const char* const unknown : {"~no such user/x", "~nobody-here"}) {
    try {
      set_tmpdir(part, unknown);
      ADD_FAILURE() << "accepted: " << unknown;
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), HasSubstr("./~")) << "how to name a directory so";
    }
    EXPECT_EQ(path(part), "a/~/cacheT/root.Part.value.npy");
  }
}

TEST_F(Tags, MayBeSetBeforeTmpdirAndPrefix) {
  Part part;
  set_tag(part, "night");
  set_prefix(part, "p");
  set_tmpdir(part, directory.path());
  EXPECT_EQ(path(part), directory / "pnight/root.Part.value.npy");
}

TEST_F(Tags, OfMembersThatComeLaterNeedASetTagOfTheirOwn) {
  struct Growing {
    std::vector<Part> parts_;
    CACHE_ON_DISK(Growing, parts_)
  } growing;
  set_tmpdir(growing, directory.path());
  set_tag(growing, "night");
  growing.parts_.emplace_back();
  EXPECT_EQ(explain(growing.parts_[0], "value").state, Explanation::State::untagged);
  set_tmpdir(growing, directory.path());
  set_tag(growing, "night");
  EXPECT_EQ(path(growing.parts_[0]), directory / "cachenight/root.parts[0].Part.value.npy");
}

TEST_F(Tags, KeepToDirectoriesThatTheirTrustAllows) {
  std::filesystem::create_directory(directory / "cachenight");
  std::filesystem::permissions(directory / "cachenight", std::filesystem::perms::all);
  for (const bool plain : {false, true}) {
    Part first, second;
    for (Part* const part : {&first, &second}) {
      set_tmpdir(*part, directory.path());
      if (plain) set_trust(*part, Trust::plain());
      set_tag(*part, "night");
      EXPECT_EQ(part->value(), 1);
    }
    EXPECT_EQ(second.calls, plain ? 0 : 1);
  }
}

TEST_F(Tags, SweepWhatDeadWritersLeftAtTheFirstStore) {
  std::filesystem::create_directory(directory / "cachenight");
  std::filesystem::permissions(directory / "cachenight", std::filesystem::perms::owner_all);
  const std::filesystem::path left = directory / "cachenight/.tmp-0123456789abcdef";
  std::ofstream(left) << "half a value";
  std::filesystem::last_write_time(left, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  Part part;
  set_tmpdir(part, directory.path());
  set_tag(part, "night");
  part.value();
  system::wait_for_background();
  EXPECT_FALSE(std::filesystem::exists(left));
}

TEST_F(Tags, ReachEachOfManyThousandMethods) {
  std::vector<Part> parts(40'000);
  set_tmpdir(parts, directory.path());
  for (const std::string tag : {"one", "two"}) {
    set_tag(parts, tag);
    for (std::size_t i = 0; i < parts.size(); ++i)
      ASSERT_EQ(path(parts[i]), directory / fmt::format("cache{}/root[{}].Part.value.npy", tag, i));
  }
}

TEST_F(Tags, UnderARelativeTmpdirFollowTheWorkingDirectory) {
  ChildProcess child([&] {
    Part part;
    for (const char* const name : {"one", "two"}) std::filesystem::create_directory(directory / name);
    std::filesystem::current_path(directory / "one");
    set_tmpdir(part, "relative");
    set_tag(part, "night");
    part.value();
    std::filesystem::current_path(directory / "two");
    Part other;
    set_tmpdir(other, "relative");
    set_tag(other, "night");
    part.at(1);
    other.value();
    const auto exists = [&](const std::string& name) { return std::filesystem::exists(directory / name) ? 0 : 1; };
    return other.calls - 1 + exists("one/relative/cachenight/root.Part.value.npy") +
           exists("two/relative/cachenight/root.Part.at(1).npy") +
           exists("two/relative/cachenight/root.Part.value.npy");
  });
  EXPECT_EQ(child.wait(), 0);
}

// Prints where a value would be.
const Program where("where", [](const Words&) {
  Part part;
  set_tag(part, "night");
  part.value();
  std::printf("%s", path(part).c_str());
  return std::filesystem::exists(path(part)) ? 0 : 1;
});

TEST_F(Tags, LieInTheFirstUsableDirectoryOfTheEnvironment) {
  const std::string own = directory / "own", tmp = directory / "tmp", temp = directory / "temp";
  std::filesystem::create_directory(tmp);
  std::filesystem::create_directory(temp);
  const std::string file = "/cachenight/root.Part.value.npy";
  EXPECT_EQ(run("where", {}, {{"CACHE_ON_DISK_DIR", own}, {"TMPDIR", tmp}}).output,
            own + file);  // made when needed
  EXPECT_EQ(run("where", {}, {{"TMPDIR", tmp}, {"TEMP", temp}}).output, tmp + file);
  EXPECT_EQ(run("where", {}, {{"TMPDIR", directory / "missing"}, {"TEMP", temp}}).output, temp + file);
  EXPECT_EQ(run("where", {}, {{"TMPDIR", ""}, {"TMP", temp}}).output, temp + file);
  EXPECT_EQ(run("where", {}, {{"CACHE_ON_DISK_DIR", ""}, {"TMPDIR", tmp}}).output, tmp + file);
  EXPECT_THAT(run("where", {}, {{"CACHE_ON_DISK_DIR", "/dev/null"}, {"TMPDIR", tmp}}).output,
              AllOf(HasSubstr(tmp + file), HasSubstr("CACHE_ON_DISK_DIR=/dev/null is not a directory")));
}

}  // namespace
}  // namespace cache_on_disk
