// The table of docs/file_systems.md is the table of the code.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "files/file_system.hpp"

namespace cache_on_disk::system {
namespace {

std::string_view yes_or_no(bool value) { return value ? "yes" : "no"; }

std::string_view text(Locks locks) {
  return locks == Locks::everywhere ? "all hosts" : locks == Locks::one_client ? "one host" : "nobody";
}

std::string_view text(Revalidation missing) {
  return missing == Revalidation::none ? "-" : missing == Revalidation::ask_server ? "server asked" : "name asked";
}

std::string known_by(const FileSystem& kind) {
  if (kind.magic == 0) return "any other number";
  return fmt::format("`0x{:X}`{}{}", kind.magic, kind.type.empty() ? "" : ", ", kind.type);
}

std::string row_of(const FileSystem& kind) {
  return fmt::format("| {} | {} | {}, {} | {} | {} | {} | {} | {} | {} | {} |", kind.name, known_by(kind),
                     yes_or_no(kind.maps), yes_or_no(kind.marks), text(kind.locks),
                     kind.dead == LocksOfTheDead::freed ? "freed" : "kept", text(kind.missing),
                     kind.is_shared() ? fmt::format("{} s", kind.longest_poll().count() / 1000) : "woken", kind.tries,
                     yes_or_no(kind.whole_at_close), yes_or_no(kind.server_times));
}

/// The rows of the page's first table.
std::vector<std::string> rows_of_page() {
  std::ifstream page(COD_TEST_SOURCE_DIR "/../docs/file_systems.md");
  std::vector<std::string> rows;
  bool in_table = false;
  for (std::string line; std::getline(page, line);) {
    const bool is_row = line.starts_with("| ");
    if (in_table && !is_row) break;
    if (in_table) rows.push_back(line);
    in_table = in_table || line.starts_with("|---");
  }
  return rows;
}

TEST(FileSystemTable, OfThePageIsThatOfTheCode) {
  std::vector<std::string> rows;
  std::string all;
  for (const FileSystem& kind : known_file_systems()) {
    rows.push_back(row_of(kind));
    all += rows.back() + "\n";
  }
  EXPECT_EQ(rows_of_page(), rows) << "it should be:\n" << all;
}

TEST(FileSystemTable, HasEachKindUnderItsNumberAndType) {
  for (const FileSystem& kind : known_file_systems()) {
    const FileSystem found = file_system_of(kind.magic, kind.type, "");
    EXPECT_EQ(found.name, kind.name);
  }
}

TEST(FileSystemTable, MapsAndMarksOnlyWhereNoOtherHostChangesFiles) {
  for (const FileSystem& kind : known_file_systems()) {
    EXPECT_EQ(kind.maps, !kind.is_shared()) << kind.name;
    EXPECT_EQ(kind.marks, !kind.is_shared()) << kind.name;
    EXPECT_EQ(kind.tries > 1, kind.is_shared()) << kind.name;
  }
}

}  // namespace
}  // namespace cache_on_disk::system
