#include "stored_names.hpp"

#include <algorithm>

#include "files/directory.hpp"
#include "format/tag_files.hpp"
#include "tag_tree.hpp"
#include "target.hpp"
#include "text/printable.hpp"

namespace cache_on_disk::tool {
namespace {

/// Adds the name, or the ends of it behind a dot, that begin with `start`.
void add_beginning(std::vector<std::string>& found, const std::string& name, const std::string& start) {
  if (name.starts_with(start)) found.push_back(name);
  if (start.empty()) return;
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1))
    if (name.compare(dot + 1, start.size(), start) == 0) found.push_back(name.substr(dot + 1));
}

std::vector<std::string> names_in(const Session& session, const std::string& tag, const std::string& start) {
  std::vector<std::string> found;
  const auto target = find_target(session, tag);
  if (!target || !target->is_tag()) return found;
  const auto directory = open_to_look(*target);
  if (!directory) return found;
  auto files = system::DirectoryStream::open((*directory)->descriptor());
  if (!files) return found;
  while (true) {
    const auto file = files->next();
    if (!file || !*file) break;
    const std::string name((*file)->name);
    // Shells take a name a line; one that is not printable is not an entry of ours either.
    if ((*file)->kind != system::FileKind::regular || entry::role_of(name) != entry::FileRole::entry ||
        text::printable(name) != name)
      continue;
    add_beginning(found, name.substr(0, name.size() - 4), start);
  }
  std::ranges::sort(found);
  const auto rest = std::ranges::unique(found);
  found.erase(rest.begin(), rest.end());
  return found;
}

}  // namespace

std::vector<std::string> tags_beginning(const Session& session, const std::string& start) {
  std::vector<std::string> found;
  for (const std::string& root : tag_roots(session)) {
    const auto names = list_tags(session, root);
    if (!names) continue;
    for (const std::string& name : *names)
      if (std::string tag = tag_of(session, name); tag.starts_with(start)) found.push_back(std::move(tag));
  }
  std::ranges::sort(found);
  const auto again = std::ranges::unique(found);
  found.erase(again.begin(), again.end());
  return found;
}

std::vector<std::string> entries_beginning(const Session& session, const std::string& start) {
  // A tag may have slashes: what is written may be the beginning of one, or the whole and that of an entry.
  const auto tags = tags_beginning(session, start);
  const auto slash = start.rfind('/');
  if (tags.size() != 1 && slash == std::string::npos) return {};
  const bool is_whole = tags.size() != 1;
  const std::string tag = is_whole ? start.substr(0, slash) : tags.front();
  auto found = names_in(session, tag, is_whole ? start.substr(slash + 1) : "");
  for (std::string& name : found) name = tag + "/" + name;
  return found;
}

std::vector<std::string> methods_beginning(const Session& session, const std::string& tag, const std::string& start) {
  auto found = names_in(session, tag, start);
  // Of the name of a file that was shortened, or lies beside another, only the file knows the whole.
  std::erase_if(found, [](const std::string& name) { return !entry::stem_of(name + ".npy"); });
  return found;
}

}  // namespace cache_on_disk::tool
