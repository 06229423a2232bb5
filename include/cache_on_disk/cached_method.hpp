// CachedMethod: one cached method of one object.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

#include "cache_on_disk/detail/arguments/arguments.hpp"
#include "cache_on_disk/detail/core/cell.hpp"
#include "cache_on_disk/detail/core/tree.hpp"
#include "cache_on_disk/statistics.hpp"

namespace cache_on_disk {

/// Thrown when something is asked of a method that has a place on disk only under a tag.
class TagNotSetException : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A handle on one cached method, from get_disk_cacher. Valid while its object is neither moved nor destroyed. Functions
/// that change something need exclusive access to the object. Arguments that are not those of the method, in number or kind,
/// throw std::invalid_argument.
class CachedMethod {
 public:
  explicit CachedMethod(const core::Cell& cell) : cell_(&cell) {}

  /// tmpdir/prefix<tag>/<instance>.<Class>.<method>[(arguments)].npy, whether or not the file exists. Throws
  /// TagNotSetException without a tag.
  std::string fullpath(const Arguments& arguments = {}) const;
  /// The file that is really used, or will be: beside the one above if that one is not ours to use.
  std::string entry_path(const Arguments& arguments = {}) const;

  /// Of a by-arguments method without its arguments: what can be said of all of them.
  Explanation explain(const Arguments& arguments = {}) const;
  MethodStatistics statistics() const;
  /// Drops the buffer and deletes what is stored of this method (by-arguments: for all arguments).
  core::Cleared clear_cache();
  /// Lets the next call compute again and replace what is stored.
  void refresh();

  /// Stores a value as if the function had returned it. Throws std::invalid_argument if T is not the cell's type, and
  /// TagNotSetException without a tag.
  template <class T>
  void put(T value, const Arguments& arguments = {}) {
    put_erased(typeid(T), &value, arguments);
  }

 private:
  void put_erased(const std::type_info& type, void* value, const Arguments& arguments);
  std::string name_of(const Arguments& arguments) const;
  const core::Cell* cell_;
};

}  // namespace cache_on_disk
