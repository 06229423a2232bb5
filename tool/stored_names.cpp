#include "stored_names.hpp"

#include <algorithm>

#include "format/tag_files.hpp"
#include "scan.hpp"
#include "tag_tree.hpp"
#include "target.hpp"
#include "text/printable.hpp"

namespace cache_on_disk::tool {
namespace {

void sort_out(std::vector<std::string>& names) {
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
}

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
  (void)for_each_file((*directory)->descriptor(), [&](const File& file) {
    // Shells take a name a line; one that is not printable is not an entry of ours either.
    if (file.may_be_entry() && text::printable(file.name) == file.name)
      add_beginning(found, file.name.substr(0, file.name.size() - 4), start);
    return true;
  });
  sort_out(found);
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
  sort_out(found);
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
