// CACHE_ON_DISK and its like, read by each process at its start.
#include <cache_on_disk/cache_on_disk.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>

#include "front/program.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Source {
  double value() const {
    return *value_([this] { return ++calls * 1.0; });
  }
  double other() const {
    return *other_([this] { return ++calls * 1.0; });
  }
  Array<double> large() const {
    return *large_([this] { return Array<double>({1 << 18}, [this](std::span<double> all) { all[0] = ++calls; }); });
  }
  double at(int i) const {
    return *at_(i, [this] { return ++calls * 1.0; });
  }
  mutable int calls = 0;
  Cached<double> value_, other_;
  Cached<Array<double>> large_;
  Cached<double(int)> at_;
  CACHE_ON_DISK(Source, value_, other_, large_, at_)
};

// Calls each method that is named, each in an object of its own, twice; prints the values and how often it computed.
const Program call("call", [](const Words& words) {
  for (std::size_t i = 1; i < words.size(); ++i)
    for (int times = 0; times < 2; ++times) {
      Source source;
      set_tmpdir(source, words[0]);
      set_tag(source, "night");
      double value = 0;
      for (int repeat = 0; repeat < 2; ++repeat)
        value = words[i] == "value"   ? source.value()
                : words[i] == "other" ? source.other()
                : words[i] == "at"    ? source.at(1)
                                      : source.large()(0);
      std::printf("%s=%g/%d ", words[i].c_str(), value, source.calls);
    }
  return 0;
});

/// Everything that can be seen of a directory tree.
std::map<std::string, std::string> snapshot(const std::string& directory) {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    struct stat status{};
    ::lstat(entry.path().c_str(), &status);
    std::string content;
    if (entry.is_regular_file()) {
      std::ifstream file(entry.path(), std::ios::binary);
      content.assign(std::istreambuf_iterator<char>(file), {});
    }
    all[entry.path()] = std::to_string(status.st_ino) + " " + std::to_string(status.st_mtim.tv_sec) + "." +
                        std::to_string(status.st_mtim.tv_nsec) + " " + std::to_string(status.st_ctim.tv_nsec) + " " +
                        std::to_string(status.st_mode) + " " + content;
  }
  return all;
}

class Switches : public testing::Test {
 protected:
  Outcome run_with(const std::string& mode, const Words& methods) const {
    Words words{directory.path()};
    words.insert(words.end(), methods.begin(), methods.end());
    return run("call", words, {{"CACHE_ON_DISK", mode}});
  }
  TemporaryDirectory directory;
};

TEST_F(Switches, OnIsTheDefault) {
  EXPECT_EQ(run_with("on", {"value", "at"}).output, "value=1/1 value=1/0 at=1/1 at=1/0 ");
  EXPECT_EQ(run_with("", {"value", "at"}).output, "value=1/0 value=1/0 at=1/0 at=1/0 ");
}

TEST_F(Switches, OffGoesStraightToTheFunctionsAndTouchesNothing) {
  EXPECT_EQ(run_with("off", {"value", "at"}).output, "value=2/2 value=2/2 at=2/2 at=2/2 ");
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST_F(Switches, ReadonlyUsesWhatIsStoredAndWritesNothingAtAll) {
  run_with("on", {"value", "large"});
  // A large entry that bears no durable mark yet: reading it in full would set one.
  const auto before = snapshot(directory.path());
  // What is missing is computed, and kept in memory only.
  const Outcome outcome = run_with("readonly", {"value", "large", "other", "at"});
  EXPECT_EQ(outcome.output, "value=1/0 value=1/0 large=1/0 large=1/0 other=1/1 other=1/1 at=1/1 at=1/1 ");
  EXPECT_EQ(snapshot(directory.path()), before);
}

/// Sets the time of a file to long ago; seconds since 1970.
constexpr std::int64_t long_ago = 1'000'000'000;
void make_old(const std::string& path) {
  const timespec times[2] = {{long_ago, 0}, {long_ago, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}
std::int64_t time_of(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mtim.tv_sec : 0;
}

TEST_F(Switches, AProcessThatOnlyHitsMarksTheTagAsUsed) {
  run_with("on", {"value"});
  const std::string lock = directory / "cachenight/.lock";
  make_old(lock);
  EXPECT_EQ(run_with("on", {"value"}).output, "value=1/0 value=1/0 ");
  EXPECT_GE(time_of(lock), std::time(nullptr) - 60);
  std::filesystem::remove(lock);
  EXPECT_EQ(run_with("on", {"value"}).output, "value=1/0 value=1/0 ");
  EXPECT_GE(time_of(lock), std::time(nullptr) - 60) << "a cache of the original has no lock file yet";
}

TEST_F(Switches, ReadonlyAndOffDoNotMarkTheTagAsUsed) {
  run_with("on", {"value"});
  const std::string lock = directory / "cachenight/.lock";
  make_old(lock);
  for (const char* const mode : {"readonly", "off"}) {
    run_with(mode, {"value"});
    EXPECT_EQ(time_of(lock), long_ago) << mode;
  }
}

TEST_F(Switches, ReadonlyMakesNoDirectory) {
  EXPECT_EQ(run_with("readonly", {"value"}).output, "value=1/1 value=1/1 ");
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

// Tries everything that would write.
const Program manage_all("manage_all", [](const Words& words) {
  Source source;
  set_tmpdir(source, words[0]);
  set_tag(source, "night");
  source.value();
  put(source, "other", 5.0);
  refresh(source);
  source.value();
  clear_cache(source);
  (void)explain(source);
  return 0;
});

TEST_F(Switches, ReadonlyHoldsForPutRefreshAndClear) {
  run_with("on", {"value"});
  const auto before = snapshot(directory.path());
  EXPECT_EQ(run("manage_all", {directory.path()}, {{"CACHE_ON_DISK", "readonly"}}).code, 0);
  EXPECT_EQ(snapshot(directory.path()), before);
}

TEST_F(Switches, RefreshComputesEachEntryAnewOnceAProcess) {
  run_with("on", {"value", "at"});
  const std::string file = directory / "cachenight/root.Source.value.npy";
  const auto before = snapshot(directory.path()).at(file);
  EXPECT_EQ(run_with("refresh", {"value", "at"}).output, "value=1/1 value=1/0 at=1/1 at=1/0 ");
  EXPECT_NE(snapshot(directory.path()).at(file), before);
}

struct Flaky {
  double value() const {
    return *value_([this]() -> double {
      if (++calls % 2 == 1) throw std::runtime_error("no light");
      return measured;
    });
  }
  double measured = 0;
  mutable int calls = 0;
  Cached<double> value_;
  CACHE_ON_DISK(Flaky, value_)
};

// Calls a method that fails the first time, in two objects.
const Program call_flaky("call_flaky", [](const Words& words) {
  for (int objects = 0; objects < 2; ++objects) {
    Flaky flaky;
    flaky.measured = std::stod(words[1]);
    set_tmpdir(flaky, words[0]);
    set_tag(flaky, "night");
    for (int times = 0; times < 2; ++times) {
      try {
        std::printf("%g ", flaky.value());
      } catch (const std::runtime_error& error) {
        std::printf("%s, ", error.what());
      }
    }
  }
  return 0;
});

TEST_F(Switches, RefreshIsNotSpentOnACallThatThrows) {
  EXPECT_EQ(run("call_flaky", {directory.path(), "1"}).output, "no light, 1 1 1 ");
  const Outcome refreshed = run("call_flaky", {directory.path(), "2"}, {{"CACHE_ON_DISK", "refresh"}});
  EXPECT_EQ(refreshed.output, "no light, 2 2 2 ");
  EXPECT_EQ(run("call_flaky", {directory.path(), "3"}).output, "2 2 2 2 ");
}

TEST_F(Switches, ThatAreMisspeltAreToldOnceAndHaveNoEffect) {
  const Outcome outcome = run_with("read-only", {"value", "at"});
  EXPECT_THAT(outcome.output, HasSubstr("value=1/1 value=1/0"));
  EXPECT_THAT(outcome.output, HasSubstr("CACHE_ON_DISK=read-only is not known"));
  EXPECT_EQ(outcome.output.find("is not known"), outcome.output.rfind("is not known"));
  for (const char* const name : {"CACHE_ON_DISK_VERIFY", "CACHE_ON_DISK_LEGACY", "CACHE_ON_DISK_LOST_LOCK_AFTER"})
    EXPECT_THAT(run("call", {directory.path(), "value"}, {{name, "perhaps"}}).output,
                HasSubstr(std::string(name) + "=perhaps"));
}

TEST_F(Switches, AreNotToldOfWhenTheyAreKnown) {
  const Outcome outcome =
      run("call", {directory.path()},
          {{"CACHE_ON_DISK", "on"}, {"CACHE_ON_DISK_VERIFY", "auto"}, {"CACHE_ON_DISK_LEGACY", "accept"}});
  EXPECT_THAT(outcome.output, IsEmpty());
}

// Prints the options that the environment gave.
const Program show_options("show_options", [](const Words&) {
  std::printf("%d %d", options().verify == Verify::always, options().accept_trailerless);
  return 0;
});

TEST_F(Switches, ForCheckingAndForeignFilesAreRead) {
  EXPECT_EQ(run("show_options", {}).output, "0 1");
  EXPECT_EQ(run("show_options", {}, {{"CACHE_ON_DISK_VERIFY", "always"}}).output, "1 1");
  EXPECT_EQ(run("show_options", {}, {{"CACHE_ON_DISK_LEGACY", "refuse"}}).output, "0 0");
}

// Prints after how many seconds a lost lock is passed over.
const Program show_lost_lock_after("show_lost_lock_after", [](const Words&) {
  const auto after = options().lost_lock_after;
  std::printf("%lld", after ? static_cast<long long>(after->count()) : -1LL);
  return 0;
});

TEST_F(Switches, ForLostLocksAreSeconds) {
  const auto shown = [&](const char* value) {
    return run("show_lost_lock_after", {}, {{"CACHE_ON_DISK_LOST_LOCK_AFTER", value}}).output;
  };
  EXPECT_EQ(shown(""), "3600000");
  EXPECT_EQ(shown("90"), "90000");
  EXPECT_EQ(shown("0"), "0");
  EXPECT_EQ(shown("never"), "-1");
  for (const char* const wrong : {"-1", "5 s", "1e9", "99999999999999999999", "9223372036854775"})
    EXPECT_THAT(shown(wrong), testing::AllOf(HasSubstr("is not known"), HasSubstr("3600000"))) << wrong;
}

TEST_F(Switches, MayBeSetInTheProgramForLaterCalls) {
  Source source;
  set_tmpdir(source, directory.path());
  set_tag(source, "night");
  const Options before = options();
  Options off = before;
  off.mode = Mode::off;
  set_options(off);
  EXPECT_EQ(source.value(), 1);
  EXPECT_EQ(source.value(), 2);
  EXPECT_EQ(explain(source, "value").state, Explanation::State::off);
  set_options(before);
  EXPECT_EQ(source.value(), 3);
  EXPECT_EQ(source.value(), 3);
}

}  // namespace
}  // namespace cache_on_disk
