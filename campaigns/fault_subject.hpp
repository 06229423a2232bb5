// An object with one cached value, which knows how often its function ran.
#pragma once

#include <cache_on_disk/cache_on_disk.hpp>

#include <string>
#include <utility>

#include "failing_allocations.hpp"

namespace campaign {

class Subject {
 public:
  Subject(std::string directory, std::size_t length, std::string tag = "night")
      : directory_(std::move(directory)), tag_(std::move(tag)), length_(length) {
    cache_on_disk::set_tmpdir(*this, directory_);
    cache_on_disk::set_tag(*this, tag_);
  }

  cache_on_disk::CachedRef<cache_on_disk::Array<double>> value() const {
    return value_([this] {
      const AllocationsSpared function_s_own;
      ++computed;
      return cache_on_disk::Array<double>({length_}, [](std::span<double> all) {
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = expected(i);
      });
    });
  }
  bool is_right() const {
    const auto values = value();
    if (values->size() != length_) return false;
    for (std::size_t i = 0; i < length_; ++i)
      if (values->data()[i] != expected(i)) return false;
    return true;
  }
  /// Drops the value from memory, by walking twice.
  void forget() {
    cache_on_disk::clear_tag(*this);
    cache_on_disk::set_tag(*this, tag_);
  }

  const std::string& directory() const { return directory_; }
  std::size_t length() const { return length_; }
  mutable int computed = 0;

 private:
  static double expected(std::size_t i) { return 7 + static_cast<double>(i) * 0.25; }

  std::string directory_;
  std::string tag_;
  std::size_t length_;
  cache_on_disk::Cached<cache_on_disk::Array<double>> value_;
  CACHE_ON_DISK(Subject, value_)
};

}  // namespace campaign
