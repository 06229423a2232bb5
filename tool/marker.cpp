#include "marker.hpp"

#include "files/directory.hpp"
#include "format/footer.hpp"
#include "store/copy.hpp"
#include "store/judge.hpp"

namespace cache_on_disk::tool {
bool is_marker(const entry::TagDirectory& directory, const File& file) {
  if (file.kind != system::FileKind::regular) return false;
  if (file.role == entry::FileRole::lock) return true;
  return file.role == entry::FileRole::cachedir_tag && entry::has_our_cachedir_tag(directory);
}

bool is_marker(const entry::Finding& finding) {
  return finding.judgement == entry::Judgement::sound && !finding.trailerless;
}

bool has_marker(const entry::TagDirectory& directory) {
  bool found = false;
  (void)for_each_file(directory.descriptor(), [&](const File& file) {
    found = is_marker(directory, file) || (file.may_be_entry() && is_marker(look_at(directory, file.name)));
    return !found;
  });
  return found;
}

bool ends_in_trailer(const entry::TagDirectory& directory, const std::string& name) {
  entry::Finding finding;
  const entry::OpenedFile opened = entry::open_file(directory, name, finding);
  if (!opened.file || finding.status.size < entry::footer_size) return false;
  entry::FooterBytes end{};
  const std::uint64_t offset = finding.status.size - end.size();
  entry::Footer footer;
  return entry::reader_of(opened.file.number())(end, offset).ok() &&
         entry::parse_footer(end, footer) != entry::FooterState::none;
}

bool Markers::has_marker(const entry::TagDirectoryPtr& directory) {
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(directory->path());
  if (known != known_.end()) return known->second;
  return known_[directory->path()] = tool::has_marker(*directory);
}

}  // namespace cache_on_disk::tool
