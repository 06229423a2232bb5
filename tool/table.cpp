#include "table.hpp"

#include <algorithm>
#include <cstdio>

#include "text.hpp"

namespace cache_on_disk::tool {

void Table::style_last(Style style) { styles_.emplace_back(rows_.size() - 1, style); }

void Table::print() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, columns(row[i]));
    widths.push_back(width);
  }
  const auto line = [&](const auto& text_of) {
    std::string text;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& cell = text_of(i);
      const std::string gap(widths[i] - columns(cell), ' ');
      if (i > 0) text += "  ";
      text += columns_[i].align == Align::right ? gap + cell : cell;
      if (columns_[i].align == Align::left && i + 1 < columns_.size()) text += gap;
    }
    return text;
  };
  const auto print_line = [](const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\n', stdout);
  };
  print_line(styled(Style::strong, line([&](std::size_t i) -> const std::string& { return columns_[i].title; })));
  auto next_style = styles_.begin();
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    const std::string text = line([&](std::size_t i) -> const std::string& { return rows_[r][i]; });
    const bool has_style = next_style != styles_.end() && next_style->first == r;
    print_line(has_style ? styled(next_style++->second, text) : text);
  }
}

}  // namespace cache_on_disk::tool
