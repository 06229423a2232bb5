// What is done to whole object trees; the typed functions users call are in manage.hpp.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cache_on_disk/detail/core/cell.hpp"
#include "cache_on_disk/detail/core/settings.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/statistics.hpp"

namespace cache_on_disk::core {

class Walker;

/// Leads a walker through an object tree.
using Tree = std::function<void(Walker&)>;

/// What clearing did.
struct Cleared {
  std::size_t deleted = 0;              ///< files
  std::vector<std::string> left_alone;  ///< "name: why", for sound files that are not ours, and failures
};

CACHE_ON_DISK_EXPORT void set_tag(const Tree& tree, std::string_view tag);
CACHE_ON_DISK_EXPORT void clear_tag(const Tree& tree);
CACHE_ON_DISK_EXPORT void set_tmpdir(const Tree& tree, std::string_view tmpdir);
CACHE_ON_DISK_EXPORT void set_prefix(const Tree& tree, std::string_view prefix);
CACHE_ON_DISK_EXPORT void set_trust(const Tree& tree, const Trust& trust);
CACHE_ON_DISK_EXPORT Cleared clear(const Tree& tree);
CACHE_ON_DISK_EXPORT void refresh(const Tree& tree);
CACHE_ON_DISK_EXPORT Statistics statistics(const Tree& tree);
CACHE_ON_DISK_EXPORT std::vector<Explanation> explain(const Tree& tree);

/// The cell of a method of the tree's first object. Throws std::invalid_argument, with the names that are known.
CACHE_ON_DISK_EXPORT const Cell& find_cell(const Tree& tree, std::string_view method);

/// Binds a cell that no walk finds: a DiskCacher's. `function` is "Class.method".
CACHE_ON_DISK_EXPORT void bind_alone(const Cell& cell, std::string_view function, std::string_view instance,
                                     const Settings& settings);

/// The same for a front door of another language; `method` lives for ever (intern).
void bind_alone(const Cell& cell, const Method& method, std::string_view instance, const Settings& settings);

/// tmpdir/prefix<tag>/<name><arguments>.npy, a relative tmpdir as it was given. The cell has a tag.
std::string path_of(const Cell& cell, const std::string& arguments);

Cleared clear_cell(const Cell& cell);
Explanation explain_cell(const Cell& cell, const std::string& arguments);
/// What can be said of a by-arguments cell as a whole: each argument has an entry of its own.
Explanation explain_all_arguments(const Cell& cell);
MethodStatistics statistics_of(const Cell& cell);

}  // namespace cache_on_disk::core
