// What a front door of another language asks of the core: names and methods of its own, a log of its own,
// arguments that are noted in the entry, and a tmpdir that its program prefers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "binding/context.hpp"
#include "cache_on_disk/detail/core/tree.hpp"
#include "cache_on_disk/detail/walk/walker.hpp"
#include "cache_on_disk/log.hpp"
#include "core/bytes_front_door.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace cache_on_disk;
using bytes::BytesCell;
using testing::HasSubstr;

const core::Method& method(const std::string& function) {
  core::Method declared;
  declared.origin = {"bytes", "module", "C", function, {Format::npy, "|u1", 1}, 0};
  return core::intern(declared);
}

/// A root with one cell, and a member `.part` with another, which is reported under two names.
class OtherLanguageTest : public testing::Test {
 protected:
  core::Tree tree() {
    return [this](core::Walker& walker) {
      walker.cell(first_, method("C.first"), walker.root());
      walker.cell(second_, method("C.second"), core::extended(walker.root(), ".early"));
      walker.cell(second_, method("C.second"), core::extended(core::extended(walker.root(), ".part"), "[3]"));
    };
  }
  TemporaryDirectory directory_;
  BytesCell first_, second_;
};

TEST_F(OtherLanguageTest, NamesObjectsAndMethodsItself) {
  core::set_tmpdir(tree(), directory_.path());
  core::set_tag(tree(), "T");
  EXPECT_EQ(core::path_of(first_, {}), directory_.path() + "/cacheT/root.C.first.npy");
  EXPECT_EQ(core::path_of(second_, {}), directory_.path() + "/cacheT/root.part[3].C.second.npy");
  EXPECT_EQ(&core::find_cell(tree(), "second"), &second_);
  EXPECT_EQ(core::statistics(tree()).methods.at(0).method, "C.first");
}

TEST_F(OtherLanguageTest, BindsACellThatNoWalkFinds) {
  core::Settings settings;
  settings.tag = "T";
  settings.tmpdir = directory_.path();
  core::bind_alone(first_, method("f"), "slopes", settings);
  EXPECT_EQ(core::path_of(first_, {}), directory_.path() + "/cacheT/slopes.f.npy");
  EXPECT_THROW(core::bind_alone(first_, method("f"), "a/b", settings), std::invalid_argument);
}

TEST_F(OtherLanguageTest, WithoutAnyDirectoryDoesNotLookIntoTheCurrentOne) {
  std::filesystem::create_directory(directory_ / "cacheT");
  std::ofstream(directory_ / "cacheT/root.f.npy") << "damaged";
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory_.path());
  core::Settings settings;
  settings.tag = "T";
  settings.tmpdir = "";  // as if no default could be found
  core::bind_alone(first_, method("f"), "root", settings);
  const Explanation explanation = core::explain_cell(first_, {});
  EXPECT_EQ(bytes::call(first_, [] { return std::string("computed"); }).value, "computed");
  std::filesystem::current_path(before);
  EXPECT_EQ(explanation.state, Explanation::State::unusable);
  EXPECT_EQ(explanation.entry_path, "");
  EXPECT_THAT(explanation.reason, HasSubstr("set_tmpdir"));
}

TEST_F(OtherLanguageTest, TakesLogLinesAndTroubleApart) {
  std::vector<std::string> lines, troubles;
  set_log_handler([&](LogLevel, std::string_view tag, std::string_view function, std::string_view message) {
    lines.push_back(std::string(tag) + " " + std::string(function) + " " + std::string(message));
  });
  set_trouble_handler([&](const Trouble& trouble) { troubles.push_back(trouble.message); });
  core::set_tmpdir(tree(), "/dev/null/nowhere");
  core::set_tag(tree(), "T");
  EXPECT_EQ(bytes::call(first_, [] { return std::string("v"); }).value, "v");
  set_log_handler({});
  set_trouble_handler({});
  EXPECT_THAT(lines, testing::Contains("T root.C.first calls the function"));
  EXPECT_THAT(troubles, testing::ElementsAre(HasSubstr("/dev/null/nowhere")));
  EXPECT_THAT(lines, testing::Not(testing::Contains(HasSubstr("/dev/null/nowhere"))));
}

/// A call that tells its arguments.
class CallWithArguments : public bytes::BytesCall {
 public:
  CallWithArguments(const BytesCell& cell, std::string arguments)
      : BytesCall(cell, [] { return std::string("v"); }, {}), arguments_(std::move(arguments)) {}
  std::string noted_arguments() const override { return arguments_; }
  void learn_arguments(std::string_view noted) override { learnt = noted; }
  std::string learnt = "nothing";

 private:
  std::string arguments_;
};

TEST_F(OtherLanguageTest, NotesArgumentsInTheEntry) {
  core::set_tmpdir(tree(), directory_.path());
  core::set_tag(tree(), "T");
  CallWithArguments stores(first_, "(3,'a\n')");
  EXPECT_EQ(core::answer(stores.binding(), {}, stores), core::Source::computed);
  EXPECT_EQ(stores.learnt, "nothing");
  first_.forget();
  CallWithArguments reads(first_, "(4)");
  EXPECT_EQ(core::answer(reads.binding(), {}, reads), core::Source::disk);
  EXPECT_EQ(reads.learnt, "(3,'a\n')");
}

TEST_F(OtherLanguageTest, PrefersTheProgramsDirectory) {
  unsetenv("CACHE_ON_DISK_DIR");
  core::prefer_tmpdir(directory_.path());
  EXPECT_EQ(core::default_tmpdir(), directory_.path());
  setenv("CACHE_ON_DISK_DIR", "/", 1);
  EXPECT_EQ(core::default_tmpdir(), "/");
  unsetenv("CACHE_ON_DISK_DIR");
  core::prefer_tmpdir({});
  EXPECT_NE(core::default_tmpdir(), directory_.path());
}

}  // namespace
