#include "scan.hpp"

#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "cache_on_disk/options.hpp"
#include "files/errors.hpp"
#include "tag_tree.hpp"

namespace cache_on_disk::tool {
namespace {

/// Hands out batches to several threads, one after the other.
class Cursor {
 public:
  Cursor(std::span<const Target> targets, const std::function<void(std::size_t, const Error&)>& trouble,
         std::size_t batch_size)
      : targets_(targets), trouble_(trouble), batch_size_(batch_size) {}

  bool next(Batch& batch) {
    const std::lock_guard lock(mutex_);
    batch.files.clear();
    while (batch.files.empty() && (stream_ || next_tag_ < targets_.size())) {
      if (stream_)
        fill(batch.files);
      else
        open_next(batch.files);
      batch.tag = next_tag_ - 1;
      batch.directory = directory_;
    }
    return !batch.files.empty();
  }

  /// There is nothing more from now on.
  void stop() {
    const std::lock_guard lock(mutex_);
    stream_.reset();
    next_tag_ = targets_.size();
  }

 private:
  void open_next(std::vector<File>& files) {
    const Target& target = targets_[next_tag_++];
    const auto directory = open_to_look(target);
    if (!directory) return trouble_(next_tag_ - 1, directory.error());
    directory_ = *directory;
    if (target.is_entry())
      return files.push_back({target.name, entry::role_of(target.name), system::FileKind::regular});
    auto stream = system::DirectoryStream::open(directory_->descriptor());
    if (!stream) return trouble_(next_tag_ - 1, stream.error());
    stream_.emplace(*std::move(stream));
  }

  void fill(std::vector<File>& files) {
    while (files.size() < batch_size_) {
      const auto file = stream_->next();
      if (!file)
        trouble_(next_tag_ - 1, {system::describe(file.error()) + " " + directory_->path(), file.error().code});
      if (!file || !*file) return stream_.reset();
      // Other tags, and the way to them, are none of this one's.
      if ((*file)->kind == system::FileKind::directory && leads_to_tags(directory_->path(), std::string((*file)->name)))
        continue;
      files.push_back({std::string((*file)->name), entry::role_of((*file)->name), (*file)->kind});
    }
  }

  std::mutex mutex_;
  std::span<const Target> targets_;
  const std::function<void(std::size_t, const Error&)>& trouble_;
  std::size_t batch_size_;
  std::size_t next_tag_ = 0;
  entry::TagDirectoryPtr directory_;
  std::optional<system::DirectoryStream> stream_;
};

}  // namespace

Result<void> for_each_file(int directory, const std::function<bool(const File&)>& use) {
  auto names = system::DirectoryStream::open(directory);
  if (!names) return names.error();
  while (true) {
    const auto next = names->next();
    if (!next) return next.error();
    if (!*next || !use({std::string((*next)->name), entry::role_of((*next)->name), (*next)->kind})) return {};
  }
}

void scan(std::span<const Target> targets, const std::function<void(const Batch&)>& work,
          const std::function<void(std::size_t tag, const Error&)>& trouble, std::size_t batch_size) {
  Cursor cursor(targets, trouble, batch_size);
  const auto drain = [&] {
    try {
      for (Batch batch; cursor.next(batch);) work(batch);
    } catch (...) {
      cursor.stop();
      throw;
    }
  };
  std::vector<std::future<void>> others;
  for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i)
    others.push_back(std::async(std::launch::async, drain));
  drain();
  for (auto& other : others) other.get();
}

Result<std::vector<Target>> tags_of(const Session& session, const Target& target) {
  if (!target.component.empty()) return std::vector{target};
  // A directory that was named is listed alone; the default one with this user's own in it.
  std::vector<std::string> roots = tag_roots(session);
  if (roots.empty() || roots.front() != target.tmpdir) roots = {target.tmpdir};
  std::vector<Target> tags;
  for (const std::string& root : roots) {
    auto names = list_tags(session, root);
    if (!names) return names.error();
    for (std::string& name : *names) tags.push_back({root, std::move(name), {}});
  }
  return tags;
}

const Options& reading_options() {
  static const Options all = [] {
    Options chosen;
    chosen.verify = Verify::always;
    return chosen;
  }();
  return all;
}

entry::Finding look_at(const entry::TagDirectory& directory, const std::string& name) {
  return entry::survey_entry(directory, name, std::nullopt, reading_options());
}

bool is_deletable_entry(const std::string& name, const entry::Finding& finding) {
  const bool sound = finding.judgement == entry::Judgement::sound;
  if (sound && !finding.trailerless) return true;
  if (!sound && finding.judgement != entry::Judgement::damaged) return false;
  return entry::has_form_of_entry(name);
}

std::string stem_of(const std::string& name, const entry::Finding& finding) {
  if (finding.judgement == entry::Judgement::sound && !finding.trailerless) return finding.metadata.stem;
  return entry::stem_of(name).value_or(name);
}

std::string method_of(const std::string& name, const entry::Finding& finding) {
  if (!finding.metadata.origin.function.empty()) return finding.metadata.origin.function;
  const std::string stem(entry::without_arguments(stem_of(name, finding)));
  const auto last = stem.rfind('.');
  if (last == std::string::npos || last == 0) return stem;
  const auto before = stem.rfind('.', last - 1);
  return before == std::string::npos ? stem : stem.substr(before + 1);
}

}  // namespace cache_on_disk::tool
