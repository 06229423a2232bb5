#include "suggest.hpp"

#include <algorithm>
#include <numeric>

namespace cache_on_disk::tool {
namespace {

/// How many letters have to be put in, taken out or changed (the distance of Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  if (word.empty()) return {};
  const auto far_from = [&](const std::string& other) {
    return other.starts_with(word) ? std::size_t{0} : distance(word, other);
  };
  const auto nearest = std::ranges::min_element(known, {}, far_from);
  if (nearest == known.end() || 3 * far_from(*nearest) > std::max(word.size(), nearest->size())) return {};
  return "; did you mean '" + *nearest + "'?";
}

}  // namespace cache_on_disk::tool
