// What the files of a tag directory are, as far as their names tell.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cache_on_disk::entry {

/// The files of the cache's own besides entries.
inline constexpr const char* temporary_prefix = ".tmp-";
inline constexpr const char* lock_file_name = ".lock";
inline constexpr const char* cachedir_tag_name = "CACHEDIR.TAG";

enum class FileRole {
  entry,      ///< may be an entry: reading it tells
  temporary,  ///< an entry that is being written, or whose writer died
  lock,
  cachedir_tag,
  foreign  ///< nothing of ours
};

FileRole role_of(std::string_view name) noexcept;

/// The stem that a file name tells; none for a name that is shortened or lies beside another, which the file
/// alone knows.
std::optional<std::string> stem_of(std::string_view name);

/// A stem without the arguments at its end. Parentheses in the keys of the instance are not arguments:
/// `root[(1,2)].A.m(3)` gives `root[(1,2)].A.m`.
std::string_view without_arguments(std::string_view stem) noexcept;

/// True for `<instance>.<Class>.<method>.npy`, the form of every name that a walk gives. A file without
/// trailer has no other sign that it is an entry, and not just an .npy file that somebody put here.
bool has_form_of_entry(std::string_view name);

}  // namespace cache_on_disk::entry
