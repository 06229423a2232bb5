// `CachedMethod`: one cached method of one object, found by its name.
//
//   CachedMethod modes = get_disk_cacher(residuals, "modes");     // manage.hpp
//   std::cout << modes.fullpath() << modes.explain();
//   CachedMethod psd = get_disk_cacher(residuals, "psd");
//   psd.put(measured, Arguments(3));                              // of a method with arguments: for these
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

#include "cache_on_disk/detail/arguments/arguments.hpp"
#include "cache_on_disk/detail/core/cell.hpp"
#include "cache_on_disk/detail/core/tree.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/statistics.hpp"

namespace cache_on_disk {

/// Thrown when something is asked that has an answer only under a tag, such as the path of a method's file.
class CACHE_ON_DISK_EXPORT TagNotSetException : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A handle on one cached method, from `get_disk_cacher`. Valid until its object is moved or destroyed; copies are as good.
///
/// Threads: const functions may run beside calls of the method; the others need the object to themselves. Each function
/// throws `std::invalid_argument` for `Arguments` that are not those of the method, in number or kind.
class CACHE_ON_DISK_EXPORT CachedMethod {
 public:
  /// For `get_disk_cacher`, which makes handles.
  explicit CachedMethod(const core::Cell& cell) : cell_(&cell) {}

  /// The path of the method's file, whether or not it exists:
  /// `<tmpdir>/<prefix><tag>/<instance>.<Class>.<method>[(<arguments>)].npy`. Throws `TagNotSetException` without a tag.
  std::string fullpath(const Arguments& arguments = {}) const;
  /// The path of the file that is really used, or will be: another one beside `fullpath` if a file of another class or function
  /// has that name. Throws `TagNotSetException` without a tag.
  std::string entry_path(const Arguments& arguments = {}) const;

  /// Why the next call would hit or miss. Of a method with arguments, without them: what can be said of all of its calls.
  Explanation explain(const Arguments& arguments = {}) const;
  /// What happened to this method of this object in this process.
  MethodStatistics statistics() const;
  /// Drops what is in memory and deletes what is stored of this method (for all arguments). Gives the number of files
  /// `deleted`, and `left_alone`: the names of those that belong to others, or could not be deleted, and why.
  core::Cleared clear_cache();
  /// Lets the next call (for each arguments) compute again and replace what is stored. The stored value stays until then.
  void refresh();

  /// Stores a value as if the function had returned it, and keeps it in memory. Throws `std::invalid_argument` if `T` is not the
  /// type of the cell, and `TagNotSetException` without a tag. Trouble with storing is told, not thrown.
  template <class T>
  void put(T value, const Arguments& arguments = {}) {
    put_erased(typeid(T), &value, arguments);
  }

 private:
  void put_erased(const std::type_info& type, void* value, const Arguments& arguments);
  CACHE_ON_DISK_NO_EXPORT std::string name_of(const Arguments& arguments) const;
  const core::Cell* cell_;
};

}  // namespace cache_on_disk
