#include "scan.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "cache_on_disk/options.hpp"
#include "files/errors.hpp"
#include "tag_tree.hpp"

namespace cache_on_disk::tool {
namespace {

/// Hands out batches, one after the other, to whoever asks.
class Cursor {
 public:
  Cursor(std::span<const Target> targets, const std::function<void(std::size_t, const Error&)>& trouble,
         std::size_t batch_size)
      : targets_(targets), trouble_(trouble), batch_size_(batch_size) {}

  bool next(Batch& batch) {
    const std::lock_guard lock(mutex_);
    batch.files.clear();
    while (batch.files.empty()) {
      if (!stream_ && !open_next()) return false;
      batch.tag = next_tag_ - 1;
      batch.directory = directory_;
      fill(batch.files);
    }
    return true;
  }

 private:
  bool open_next() {
    while (next_tag_ < targets_.size()) {
      const Target& target = targets_[next_tag_++];
      auto directory = open_to_look(target);
      if (!directory) {
        trouble_(next_tag_ - 1, directory.error());
        continue;
      }
      directory_ = *directory;
      if (target.is_entry()) {
        single_ = target.name;
        stream_.emplace(Error{});
        return true;
      }
      stream_.emplace(system::DirectoryStream::open(directory_->descriptor()));
      if (stream_->ok()) return true;
      trouble_(next_tag_ - 1, stream_->error());
      stream_.reset();
    }
    return false;
  }

  void fill(std::vector<File>& files) {
    if (single_) {
      files.push_back({*single_, entry::role_of(*single_), system::FileKind::regular});
      single_.reset();
      stream_.reset();
      return;
    }
    while (files.size() < batch_size_) {
      const auto file = (*stream_)->next();
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
  std::optional<Result<system::DirectoryStream>> stream_;
  std::optional<std::string> single_;
};

/// The first exception of several threads: one that left its thread would end the program.
class FirstException {
 public:
  template <class Function>
  void guard(Function function) {
    try {
      function();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!exception_) exception_ = std::current_exception();
      is_there_ = true;
    }
  }
  bool is_there() const { return is_there_; }
  void rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr exception_;
  std::atomic<bool> is_there_{false};
};

}  // namespace

bool File::is_foreign() const {
  if (kind != system::FileKind::regular) return true;
  return role == entry::FileRole::foreign;
}

void scan(std::span<const Target> targets, const std::function<void(const Batch&)>& work,
          const std::function<void(std::size_t tag, const Error&)>& trouble, std::size_t batch_size) {
  Cursor cursor(targets, trouble, batch_size);
  FirstException failure;
  const auto drain = [&] {
    failure.guard([&] {
      Batch batch;
      while (!failure.is_there() && cursor.next(batch)) work(batch);
    });
  };
  {
    std::vector<std::jthread> workers;
    failure.guard([&] {
      for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) workers.emplace_back(drain);
    });
    drain();
  }
  failure.rethrow();
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
