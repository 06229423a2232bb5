// What is told of trouble with files: damage, what others wrote into them, and directories that were exchanged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cache_on_disk/detail/core/tree.hpp"
#include "cache_on_disk/log.hpp"
#include "cache_on_disk/statistics.hpp"
#include "core/bytes_front_door.hpp"
#include "log/log.hpp"
#include "support/temporary_directory.hpp"

namespace {

using bytes::BytesCell;
using cache_on_disk::Trouble;
using cache_on_disk::core::Source;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TroubleWithFiles : public testing::Test {
 protected:
  TroubleWithFiles() {
    cache_on_disk::set_trouble_handler([this](const Trouble& trouble) { told.push_back(trouble.message); });
  }
  ~TroubleWithFiles() override { cache_on_disk::set_trouble_handler({}); }

  bytes::Answer call(const std::string& function, const std::string& value = "computed",
                     const std::string& object_class = "") {
    BytesCell cell;
    cell.retag(bytes::make_binding(directory_.path(), "T", function, object_class));
    return bytes::call(cell, [&] { return value; });
  }
  std::string path(const std::string& function) const {
    return directory_.path() + "/cacheT/root." + function + ".npy";
  }
  void cut(const std::string& function) const {
    std::filesystem::resize_file(path(function), std::filesystem::file_size(path(function)) - 1);
  }
  void write(const std::string& function, const std::string& content) const {
    std::ofstream(path(function), std::ios::binary | std::ios::trunc) << content;
  }
  void flip(const std::string& function, std::streamoff byte) const {
    std::fstream file(path(function), std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(byte);
    const char before = static_cast<char>(file.get());
    file.seekp(byte);
    file.put(static_cast<char>(before ^ 1));
  }
  std::vector<std::string> told;
  TemporaryDirectory directory_;
};

TEST_F(TroubleWithFiles, DamageIsToldOnceADirectoryAndKindAndIsCounted) {
  for (const char* const function : {"C.a", "C.b", "C.c", "C.d"}) call(function);
  cut("C.a");
  EXPECT_EQ(call("C.a").source, Source::computed);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0], AllOf(HasSubstr(path("C.a")), HasSubstr("is damaged and not used")));
  cut("C.b");
  EXPECT_EQ(call("C.b").source, Source::computed);
  EXPECT_EQ(told.size(), 1u) << "of the same kind";
  flip("C.c", 130);
  EXPECT_EQ(call("C.c").source, Source::computed);
  write("C.d", "");
  EXPECT_EQ(call("C.d").source, Source::computed);
  EXPECT_THAT(told, ElementsAre(HasSubstr("C.a"), HasSubstr("the payload is damaged"), HasSubstr("empty")));
  std::uint64_t count = 0;
  for (const auto& [message, times] : cache_on_disk::system::troubles_within(directory_.path() + "/cacheT")) {
    EXPECT_THAT(message, HasSubstr("damaged: "));
    count += times;
  }
  EXPECT_EQ(count, 4u);
  for (const char* const function : {"C.a", "C.b", "C.c", "C.d"}) EXPECT_EQ(call(function).source, Source::disk);
}

TEST_F(TroubleWithFiles, DamageThatPicklesTellInManyWaysIsOneKind) {
  for (const char* const function : {"C.a", "C.b", "C.c"}) call(function);
  write("C.a", "neither");
  write("C.b", "\x80\x04X");
  write("C.c", std::string("\x93NUMPY\x01", 7));
  for (const char* const function : {"C.a", "C.b", "C.c"}) EXPECT_EQ(call(function).source, Source::computed);
  EXPECT_EQ(told.size(), 1u);
}

TEST_F(TroubleWithFiles, ARenamedEntryIsDamage) {
  call("C.a");
  std::filesystem::rename(path("C.a"), path("C.b"));
  EXPECT_EQ(call("C.b").value, "computed");
  EXPECT_THAT(told, ElementsAre(HasSubstr("stored under another name or tag")));
}

TEST_F(TroubleWithFiles, ADamagedPlainNameIsToldAlsoWhereOursLiesBeside) {
  call("C.a", "theirs", "Other");
  EXPECT_EQ(call("C.a", "ours", "Mine").source, Source::computed);
  cut("C.a");
  EXPECT_EQ(call("C.a", "new", "Mine").value, "ours");
  EXPECT_THAT(told, ElementsAre(HasSubstr(path("C.a") + " is damaged")));
}

TEST_F(TroubleWithFiles, AnotherClassesEntryIsNoTrouble) {
  call("C.a", "theirs", "Other");
  EXPECT_EQ(call("C.a", "ours", "Mine").source, Source::computed);
  EXPECT_EQ(call("C.a", "new", "Mine").value, "ours");
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(TroubleWithFiles, WhoBindsLooksAtWhatThePathNamesNow) {
  call("C.a", "old");
  std::filesystem::rename(directory_ / "cacheT", directory_ / "kept");
  EXPECT_EQ(call("C.a", "new").value, "new");
  EXPECT_TRUE(std::filesystem::exists(path("C.a")));
  std::filesystem::remove_all(directory_ / "cacheT");
  std::filesystem::rename(directory_ / "kept", directory_ / "cacheT");
  EXPECT_EQ(call("C.a", "newer").value, "old");
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(TroubleWithFiles, WhoBindsBehindALinkLooksWhereItLeadsNow) {
  for (const char* const name : {"v1", "v2"}) std::filesystem::create_directory(directory_ / name);
  const auto lead_to = [&](const char* name) {
    std::filesystem::remove(directory_ / "current");
    std::filesystem::create_symlink(name, directory_ / "current");
  };
  const auto ask = [&](const std::string& value) {
    BytesCell cell;
    cell.retag(bytes::make_binding(directory_ / "current", "T", "C.a"));
    return bytes::call(cell, [&] { return value; }).value;
  };
  lead_to("v1");
  EXPECT_EQ(ask("one"), "one");
  lead_to("v2");
  EXPECT_EQ(ask("two"), "two");
  lead_to("v1");
  EXPECT_EQ(ask("three"), "one");
  EXPECT_TRUE(std::filesystem::exists(directory_ / "v2/cacheT/root.C.a.npy"));
}

TEST_F(TroubleWithFiles, AnExplanationLooksAtWhatThePathNamesNow) {
  BytesCell cell;
  cell.retag(bytes::make_binding(directory_.path(), "T", "C.a"));
  bytes::call(cell, [] { return std::string("old"); });
  std::filesystem::rename(directory_ / "cacheT", directory_ / "kept");
  cell.forget();
  EXPECT_EQ(cache_on_disk::core::explain_cell(cell, {}).state, cache_on_disk::Explanation::State::missing);
}

TEST_F(TroubleWithFiles, WhatFilesSayIsPrintedWithoutControlCharacters) {
  const std::string hostile = "\x1b]0;title\x07\u202e\u200f\u061c\u009b31mevil\nroot.C.a: memory\r";
  call("C.a", "theirs", hostile);
  BytesCell cell;
  cell.retag(bytes::make_binding(directory_.path(), "T", "C.a", "Mine"));
  std::vector<std::string> lines;
  cache_on_disk::set_log_handler(
      [&](cache_on_disk::LogLevel, std::string_view, std::string_view function, std::string_view message) {
        lines.emplace_back(function);
        lines.emplace_back(message);
      });
  const auto explanation = cache_on_disk::core::explain_cell(cell, {});
  bytes::call(cell, [] { return std::string("ours"); });
  cache_on_disk::set_log_handler({});
  EXPECT_THAT(explanation.reason, HasSubstr("evil"));
  lines.push_back(explanation.reason);
  lines.push_back(explanation.type);
  std::ostringstream printed;
  printed << explanation;
  std::istringstream text(printed.str());
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  for (const std::string& line : lines) {
    for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20u) << line;
    for (const char* const mark : {"\u202e", "\u200f", "\u061c", "\u009b", "\x7f"})
      EXPECT_EQ(line.find(mark), std::string::npos) << line;
    EXPECT_FALSE(line.starts_with("root.C.a: memory")) << line;
  }
}

TEST_F(TroubleWithFiles, EverythingThatIsPrintedIsFitForATerminal) {
  const std::string hostile = "\x1b[2J\u2067x\n";
  cache_on_disk::Explanation e;
  e.method = e.path = e.reason = e.type = hostile;
  e.entry_path = "/" + hostile;
  e.size = 1;
  e.troubles = {{hostile, 1}};
  cache_on_disk::Statistics statistics;
  statistics.methods.resize(1);
  statistics.methods[0].method = hostile;
  statistics.untagged_calls = {{hostile, 1}};
  statistics.troubles = {{hostile, 1}};
  std::ostringstream out;
  out << e << statistics;
  EXPECT_EQ(out.str().find('\x1b'), std::string::npos);
  EXPECT_EQ(out.str().find("\u2067"), std::string::npos);
  EXPECT_EQ(out.str().find("x\n\n"), std::string::npos);
  EXPECT_THAT(out.str(), HasSubstr("\\x1b[2J"));
}

}  // namespace
