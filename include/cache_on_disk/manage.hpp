// Naming the dataset, and managing what is cached: `set_tag` and its like.
//
//   Analyzer analyzer(path);                                  // has a Residuals, a vector of Loops, ...
//   set_tag(analyzer, "LBTISX20240410_112233");               // from here on its methods are cached
//   std::cout << explain(analyzer.residuals, "modes");        // why would this call hit or miss?
//   std::cout << statistics(analyzer);                        // what happened so far?
//
// All functions take the root of an object tree and work on every cell that a walk finds (walk.hpp), or on one method of one
// object by its name: "modes", or "Residuals.modes" where a base class has one, too. A name that no method has throws
// `std::invalid_argument`, which lists those there are. A root whose class has no cached methods does not compile.
//
// Threads: `explain`, `statistics` and `get_disk_cacher` may run beside calls of cached methods. All others need the whole tree
// to themselves, as non-const members of a standard container do. Different trees are independent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache_on_disk/cached_method.hpp"
#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/arguments/arguments.hpp"
#include "cache_on_disk/detail/core/tree.hpp"
#include "cache_on_disk/options.hpp"
#include "cache_on_disk/statistics.hpp"
#include "cache_on_disk/walk.hpp"

namespace cache_on_disk {
namespace detail {

/// The walk over any root as the core takes it.
template <class Root>
core::Tree tree(const Root& root) {
  static_assert(holds_cells<Root>(),
                "this object has no cached methods: give its class a CACHE_ON_DISK(...) that lists them");
  return [&root](core::Walker& walker) { walk_value(walker, root); };
}

}  // namespace detail

/// A handle on one cached method of one object; it is valid until the object is moved or destroyed.
template <class Object>
CachedMethod get_disk_cacher(const Object& object, std::string_view method) {
  static_assert(detail::HasWalk<Object>, "this object has no cached methods: give its class a CACHE_ON_DISK(...)");
  return CachedMethod(core::find_cell(detail::tree(object), method));
}

/// Starts caching under a tag, which names an immutable dataset: from now on each cached method under `root` is computed
/// once, ever. Another tag than before drops all values in memory.
///
/// The tag may be a path, such as "20240410/112233": its directories are made below the tmpdir. Throws `std::invalid_argument`
/// if prefix and tag cannot be part of a path: the tag is empty, holds "..", a part that begins with a dot or is too long, or
/// a control character.
///
/// Members that appear later are cached from the next `set_tag` on, with the directory, prefix and trust that the others have
/// from this root. Several objects of one class that are to lie under one tag are tagged in one call, as a container of them:
/// tagged one by one they are all called "root", and share their values, which is told once.
template <class Root>
void set_tag(Root& root, std::string_view tag) {
  core::set_tag(detail::tree(root), tag);
}

/// Stops caching: calls go straight to the functions again, and nothing is kept in memory. Stored values stay.
template <class Root>
void clear_tag(Root& root) {
  core::clear_tag(detail::tree(root));
}

/// Sets the directory in which tag directories lie. It is made when needed; a relative one is resolved at each use. Values in
/// memory are dropped if it is another one. The default is the first writable of $CACHE_ON_DISK_DIR, $TMPDIR, $TEMP, $TMP,
/// /tmp, /var/tmp, /usr/tmp.
template <class Root>
void set_tmpdir(Root& root, std::string_view tmpdir) {
  core::set_tmpdir(detail::tree(root), tmpdir);
}

/// Sets what stands before the tag in the name of its directory: "cache" unless set; may be empty. Throws
/// `std::invalid_argument` if it cannot be part of a path.
template <class Root>
void set_prefix(Root& root, std::string_view prefix) {
  core::set_prefix(detail::tree(root), prefix);
}

/// Says with whom the cache directory is shared, and so whose files are believed; see `Trust`. Throws `std::invalid_argument` if
/// the group does not exist.
template <class Root>
void set_trust(Root& root, const Trust& trust) {
  core::set_trust(detail::tree(root), trust);
}

using core::Cleared;

/// Drops from memory and deletes from disk the values of every cached method under `root`, called or not, or of one method (for
/// all arguments). Refs to them that do not own are invalid then. What belongs to others, such as another class of the same
/// name or a newer version, stays.
///
/// Gives a `Cleared`: `deleted`, the number of files, and `left_alone`, a list of "name: why" for those that belong to others
/// and those that could not be deleted.
template <class Root>
Cleared clear_cache(Root& root) {
  return core::clear(detail::tree(root));
}
template <class Object>
Cleared clear_cache(Object& object, std::string_view method) {
  return get_disk_cacher(object, method).clear_cache();
}

/// Lets the next call of every method under `root`, or of one method (for each arguments), compute again and replace what is
/// stored. Until then the stored value stays, for others to use; what is in memory is dropped.
template <class Root>
void refresh(Root& root) {
  core::refresh(detail::tree(root));
}
template <class Object>
void refresh(Object& object, std::string_view method) {
  get_disk_cacher(object, method).refresh();
}

/// What happened to the methods under `root`, or to one method, in this process: how often each was computed, read and
/// stored, and what took how long.
template <class Root>
Statistics statistics(const Root& root) {
  return core::statistics(detail::tree(root));
}
template <class Object>
MethodStatistics statistics(const Object& object, std::string_view method) {
  return get_disk_cacher(object, method).statistics();
}

/// Why the next call of each method under `root`, or of one method, would hit or miss. A method with arguments is asked about
/// one call by them, `explain(loop, "psd", Arguments(3))`; without them it is told of as a whole, as `by_arguments`. Looks at
/// the disk; changes nothing.
template <class Root>
std::vector<Explanation> explain(const Root& root) {
  return core::explain(detail::tree(root));
}
template <class Object>
Explanation explain(const Object& object, std::string_view method, const Arguments& arguments = {}) {
  return get_disk_cacher(object, method).explain(arguments);
}

/// Stores a value as if the function had returned it, for the given arguments if the method has any, and keeps it in memory.
/// Throws `std::invalid_argument` if `T` is not exactly the type of the cell, and `TagNotSetException` without a tag. Trouble with
/// storing is told, not thrown.
template <class Object, class T>
void put(Object& object, std::string_view method, T value) {
  get_disk_cacher(object, method).put(std::move(value));
}
template <class Object, class T>
void put(Object& object, std::string_view method, const Arguments& arguments, T value) {
  get_disk_cacher(object, method).put(std::move(value), arguments);
}

}  // namespace cache_on_disk
