// Naming the dataset, and managing what is cached: set_tag and its like.
//
//   Analyzer analyzer(path);                                  // has a Residuals, a vector of Loops, ...
//   set_tag(analyzer, "LBTISX20240410_112233");               // from here on its methods are cached
//   std::cout << explain(analyzer.residuals, "modes");        // why would this call hit or miss?
//
// All functions take the root of an object tree and work on every cell that a walk finds (walk.hpp), or on one method of
// one object by its name. Those that change something need exclusive access to the tree, as non-const members of a standard
// container do; explain and statistics may run beside calls. An unknown method name throws std::invalid_argument and lists
// the known ones.
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

/// One cached method of one object, by its name ("modes", or "Residuals.modes" where a base has one too).
template <class Object>
CachedMethod get_disk_cacher(const Object& object, std::string_view method) {
  static_assert(detail::HasWalk<Object>, "this object has no cached methods: give its class a CACHE_ON_DISK(...)");
  return CachedMethod(core::find_cell(detail::tree(object), method));
}

/// Starts caching under a tag, which names an immutable dataset: from now on each cached method under `root` is computed
/// once, ever. Members that appear later are cached from the next set_tag on, with the directory, prefix and trust of the
/// others that have theirs from this root (what has no cached method yet keeps nothing: set them when there is one). Two living objects of one class
/// that are tagged one by one with one tag share their names and values, which is told once: tag a container of them. Another tag than before drops all buffered
/// values. Throws std::invalid_argument if prefix + tag cannot name a directory.
template <class Root>
void set_tag(Root& root, std::string_view tag) {
  core::set_tag(detail::tree(root), tag);
}

/// Stops caching: calls go straight to the functions again, and nothing is kept. Stored values stay.
template <class Root>
void clear_tag(Root& root) {
  core::clear_tag(detail::tree(root));
}

/// Sets the directory in which tag directories lie. It is made when needed; a relative one is resolved at each use. The
/// default is the first writable of $CACHE_ON_DISK_DIR, $TMPDIR, $TEMP, $TMP, /tmp, /var/tmp, /usr/tmp.
template <class Root>
void set_tmpdir(Root& root, std::string_view tmpdir) {
  core::set_tmpdir(detail::tree(root), tmpdir);
}

/// Sets what stands before the tag in the name of its directory ("cache" unless set; may be empty).
template <class Root>
void set_prefix(Root& root, std::string_view prefix) {
  core::set_prefix(detail::tree(root), prefix);
}

/// Says with whom the cache directory may be shared. Throws std::invalid_argument if the group does not exist.
template <class Root>
void set_trust(Root& root, const Trust& trust) {
  core::set_trust(detail::tree(root), trust);
}

/// What clearing did.
using core::Cleared;

/// Drops the buffers and deletes the stored values of every cached method under `root`, called or not. What belongs to
/// others (another class of the same name, a newer version) stays, and is listed.
template <class Root>
Cleared clear_cache(Root& root) {
  return core::clear(detail::tree(root));
}
/// The same for one method.
template <class Object>
Cleared clear_cache(Object& object, std::string_view method) {
  return get_disk_cacher(object, method).clear_cache();
}

/// Lets the next call of every method under `root` compute again and replace what is stored. Until then the stored value
/// stays, for others to use.
template <class Root>
void refresh(Root& root) {
  core::refresh(detail::tree(root));
}
template <class Object>
void refresh(Object& object, std::string_view method) {
  get_disk_cacher(object, method).refresh();
}

/// What happened to the methods under `root` in this process.
template <class Root>
Statistics statistics(const Root& root) {
  return core::statistics(detail::tree(root));
}
template <class Object>
MethodStatistics statistics(const Object& object, std::string_view method) {
  return get_disk_cacher(object, method).statistics();
}

/// Why each method under `root` would hit or miss now (by-arguments methods, as a whole, are `by_arguments`).
template <class Root>
std::vector<Explanation> explain(const Root& root) {
  return core::explain(detail::tree(root));
}
template <class Object>
Explanation explain(const Object& object, std::string_view method, const Arguments& arguments = {}) {
  return get_disk_cacher(object, method).explain(arguments);
}

/// Stores a value as if the function had returned it. T must be the cell's type, else std::invalid_argument. Throws
/// TagNotSetException without a tag.
template <class Object, class T>
void put(Object& object, std::string_view method, T value) {
  get_disk_cacher(object, method).put(std::move(value));
}
template <class Object, class T>
void put(Object& object, std::string_view method, const Arguments& arguments, T value) {
  get_disk_cacher(object, method).put(std::move(value), arguments);
}

}  // namespace cache_on_disk
