// A table of text with aligned columns.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "terminal.hpp"
#include "text/printable.hpp"

namespace cache_on_disk::tool {

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
};

/// Collects rows and prints them under their titles. All text must be text::printable(). A last column that aligns
/// left is not filled up.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// The row added last gets a style.
  void style_last(Style style);
  void print() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::pair<std::size_t, Style>> styles_;
};

}  // namespace cache_on_disk::tool
