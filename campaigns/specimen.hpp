// A class with cached methods whose right values anybody can tell, so that a wrong one is noticed wherever it
// turns up.
#pragma once

#include <cache_on_disk/cache_on_disk.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace campaign {

using cache_on_disk::Array;
using cache_on_disk::Cached;
using cache_on_disk::CachedRef;

/// Lengths of array(k) in doubles: read and mapped entries, below and above the size that is always checked,
/// some whose payload ends on a page.
inline const std::vector<std::size_t> specimen_lengths{1,      100,     512 - 16, 4000,        8192 - 16,
                                                       20'000, 131'072, 400'000,  262'144 - 16};

/// The values of one tag. `on_compute` is called whenever a function runs.
class Specimen {
 public:
  explicit Specimen(
      std::string tag, std::function<void()> on_compute = [] {})
      : tag_(std::move(tag)), on_compute_(std::move(on_compute)) {}

  CachedRef<Array<double>> array(int k) const {
    return array_(k, [this, k] {
      on_compute_();
      return Array<double>({specimen_lengths[static_cast<std::size_t>(k)]}, [&](std::span<double> all) {
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = expected(k, i);
      });
    });
  }
  CachedRef<std::string> text() const {
    return text_([this] {
      on_compute_();
      return expected_text();
    });
  }

  /// Numbers of methods: array(k) is k, then comes text().
  static std::size_t methods() { return specimen_lengths.size() + 1; }
  static std::size_t large_method() { return 7; }  // mapped, and large enough for a durable mark
  static std::size_t text_method() { return specimen_lengths.size(); }

  /// Calls one method, of methods(), and tells whether its value is right.
  bool is_right(std::size_t method) const {
    if (method == text_method()) return *text() == expected_text();
    const auto values = array(static_cast<int>(method));
    if (values->size() != specimen_lengths[method]) return false;
    for (std::size_t i = 0; i < values->size(); ++i)
      if (values->data()[i] != expected(static_cast<int>(method), i)) return false;
    return true;
  }

  std::string expected_text() const { return "the text of " + tag_; }
  const std::string& tag() const { return tag_; }
  /// Has the values of another tag from now on.
  void become(std::string tag) { tag_ = std::move(tag); }

 private:
  double expected(int k, std::size_t i) const {
    return static_cast<double>(std::hash<std::string>{}(tag_) % 1000) + k * 1e3 + static_cast<double>(i) * 1e-3;
  }
  std::string tag_;
  std::function<void()> on_compute_;
  Cached<Array<double>(int)> array_;
  Cached<std::string> text_;
  CACHE_ON_DISK(Specimen, array_, text_)
};

/// A specimen that is cached under its tag in `directory`.
inline std::unique_ptr<Specimen> tagged_specimen(
    const std::string& directory, const std::string& tag, std::function<void()> on_compute = [] {}) {
  auto specimen = std::make_unique<Specimen>(tag, std::move(on_compute));
  cache_on_disk::set_tmpdir(*specimen, directory);
  cache_on_disk::set_tag(*specimen, tag);
  return specimen;
}

}  // namespace campaign
