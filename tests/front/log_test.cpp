// The log file, and the handler for trouble.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>

#include "front/program.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

struct Source {
  double value() const {
    return *value_([] { return 1.5; });
  }
  double at(int i) const {
    return *at_(i, [] { return 1.5; });
  }
  Cached<double> value_;
  Cached<double(int)> at_;
  CACHE_ON_DISK(Source, value_, at_)
};

class LogFile : public testing::Test {
 protected:
  LogFile() {
    set_tmpdir(source, directory.path());
    set_tag(source, "night");
  }
  ~LogFile() override {
    set_logfile("");
    set_trouble_handler({});
  }
  std::vector<std::string> lines(const std::string& name = "log") const {
    std::ifstream file(directory / name);
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  }
  std::size_t count(const std::string& text) const {
    const auto all = lines();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const std::string& line) { return line.find(text) != std::string::npos; }));
  }
  TemporaryDirectory directory;
  Source source;
};

TEST_F(LogFile, HasLinesOfTimeTagMethodAndMessage) {
  set_logfile(directory / "log");
  source.value(), source.value(), source.at(3);
  const std::regex form(R"(\d{4}-\d{2}-\d{2}:\d{2}:\d{2}:\d{2}\.\d{3} night root\.Source\.(value|at)(\(3\))? \S.*)");
  ASSERT_GE(lines().size(), 4u);
  for (const std::string& line : lines()) EXPECT_TRUE(std::regex_match(line, form)) << line;
  EXPECT_EQ(count("calls the function"), 2u);
  EXPECT_EQ(count("saved to " + (directory / "cachenight/root.Source.value.npy")), 1u);
  EXPECT_EQ(count("hit in memory"), 1u);
}

TEST_F(LogFile, TellsOfHitsInMemoryOnlyWhileItTakesDebugLines) {
  source.value();
  set_logfile(directory / "log", LogLevel::debug);
  source.value();
  EXPECT_EQ(count("hit in memory"), 1u);
  EXPECT_EQ(statistics(source, "value").from_memory, 1u);
  set_logfile(directory / "log", LogLevel::info);
  source.value();
  set_logfile("");
  source.value();
  EXPECT_EQ(count("hit in memory"), 1u);
  set_logfile(directory / "log", 10);
  source.value();
  EXPECT_EQ(count("hit in memory"), 2u);
}

TEST_F(LogFile, TellsOfReadingFromDisk) {
  source.value();
  set_logfile(directory / "log");
  set_tag(source, "other");
  set_tag(source, "night");
  source.value();
  EXPECT_EQ(count("read from " + (directory / "cachenight/root.Source.value.npy")), 1u);
  EXPECT_EQ(count("tagged again"), 4u);  // two cells, twice
}

TEST_F(LogFile, SetTwiceDoesNotDoubleLines) {
  set_logfile(directory / "log");
  set_logfile(directory / "log");
  source.value();
  EXPECT_EQ(count("calls the function"), 1u);
}

TEST_F(LogFile, IsReplacedByAnotherAndAppendedTo) {
  set_logfile(directory / "log");
  source.value();
  const std::size_t before = lines().size();
  set_logfile(directory / "second");
  source.at(1);
  EXPECT_THAT(lines(), SizeIs(before));
  EXPECT_FALSE(lines("second").empty());
  set_logfile(directory / "log");
  source.at(2);
  EXPECT_GT(lines().size(), before);
}

TEST_F(LogFile, AtALevelTakesNothingBelow) {
  set_logfile(directory / "log", LogLevel::warning);
  source.value(), source.at(1);
  EXPECT_THAT(lines(), SizeIs(0));
}

TEST_F(LogFile, ThatCannotBeOpenedThrowsAndLeavesTheOldOne) {
  set_logfile(directory / "log");
  EXPECT_THROW(set_logfile("/dev/null/log"), std::system_error);
  try {
    set_logfile(directory.path());  // a directory
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(directory.path()));
  }
  source.value();
  EXPECT_EQ(count("calls the function"), 1u);
}

TEST_F(LogFile, TakesTroubleAsAWarning) {
  std::vector<Trouble> troubles;
  set_trouble_handler([&](const Trouble& trouble) { troubles.push_back(trouble); });
  set_logfile(directory / "log", LogLevel::warning);
  set_tmpdir(source, "/dev/null/log_test");
  source.value();
  ASSERT_THAT(troubles, SizeIs(1));
  EXPECT_EQ(count(troubles[0].message), 1u);
}

TEST_F(LogFile, TellsTheHandlerOfEachPlaceAndReasonOnce) {
  std::vector<Trouble> troubles;
  set_trouble_handler([&](const Trouble& trouble) { troubles.push_back(trouble); });
  for (const char* const place : {"/dev/null/log_test_a", "/dev/null/log_test_b", "/dev/null/log_test_a"}) {
    set_tmpdir(source, place);
    for (int i = 0; i < 3; ++i) source.value(), source.at(i);
  }
  ASSERT_THAT(troubles, SizeIs(2));
  EXPECT_THAT(troubles[0].place, HasSubstr("/dev/null/log_test_a"));
  EXPECT_THAT(troubles[1].place, HasSubstr("/dev/null/log_test_b"));
  EXPECT_THAT(troubles[0].message, HasSubstr("/dev/null"));
  EXPECT_FALSE(statistics(source).troubles.empty());
  EXPECT_FALSE(explain(source, "value").troubles.empty());
}

// Makes the same trouble twice.
const Program trouble("make_trouble", [](const Words&) {
  Source source;
  set_tmpdir(source, "/dev/null/below");
  set_tag(source, "night");
  return source.value() + source.at(1) + source.at(2) == 4.5 ? 0 : 1;
});

TEST_F(LogFile, LeavesTroubleToStandardErrorWithoutAHandler) {
  const Outcome outcome = run("make_trouble", {});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.output, testing::StartsWith("cache_on_disk: "));
  EXPECT_EQ(std::count(outcome.output.begin(), outcome.output.end(), '\n'), 1) << outcome.output;
}

}  // namespace
}  // namespace cache_on_disk
