#include "files/directory.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "files/errors.hpp"

namespace cache_on_disk::system {
namespace {

FileKind kind_of(int directory, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG:
      return FileKind::regular;
    case DT_DIR:
      return FileKind::directory;
    case DT_LNK:
      return FileKind::link;
    case DT_UNKNOWN:
      break;  // some file systems do not tell here (readdir(3))
    default:
      return FileKind::other;
  }
  FileStatus status;
  if (status_at(directory, entry.d_name, status) != 0) return FileKind::other;
  if (status.is_regular()) return FileKind::regular;
  if (status.is_directory()) return FileKind::directory;
  return S_ISLNK(status.mode) ? FileKind::link : FileKind::other;
}

#ifdef O_PATH
constexpr int only_to_pass = O_PATH;
constexpr int most_links = 40;  // as the kernel

/// Puts the components of a path onto a stack, the first one on top.
void push_components(std::string_view path, std::vector<std::string>& stack) {
  while (!path.empty()) {
    const auto slash = path.rfind('/');
    const std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (!last.empty() && last != ".") stack.emplace_back(last);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  }
}

/// A walk along a path.
class PathWalk {
 public:
  explicit PathWalk(const std::string& path) : whole_(path) { go_on_with(path); }

  Result<Descriptor> run(const JudgeLink& judge) {
    while (here_ && !waiting_.empty())
      if (auto done = step(judge); !done) return done.error();
    if (here_) here_.reset(open_at(here_.number(), ".", O_RDONLY | O_DIRECTORY));
    if (!here_) return last_error("cannot open directory", whole_);
    return std::move(here_);
  }

 private:
  void go_on_with(std::string_view path) {
    push_components(path, waiting_);
    if (!path.starts_with('/')) return;
    here_.reset(open_at(AT_FDCWD, "/", only_to_pass | O_DIRECTORY));
    seen_.clear();
  }

  Result<void> step(const JudgeLink& judge) {
    const std::string name = std::move(waiting_.back());
    waiting_.pop_back();
    const std::string path = seen_ + "/" + name;
    Descriptor next(open_at(here_.number(), name.c_str(), only_to_pass | O_NOFOLLOW));
    FileStatus status;
    if (!next || status_of(next.number(), status) != 0) return last_error("cannot open directory", whole_);
    if (S_ISLNK(status.mode)) return follow(next, path, status, judge);
    if (!status.is_directory())
      return Error{"cannot open directory " + whole_ + ", as " + path + " is " + std::string(kind_text(status.mode)),
                   ENOTDIR};
    here_ = std::move(next);
    seen_ = path;
    return {};
  }

  Result<void> follow(const Descriptor& link, const std::string& path, const FileStatus& status,
                      const JudgeLink& judge) {
    if (++links_ > most_links) return Error{"cannot open directory " + whole_, ELOOP};
    if (auto fits = judge(path, status); !fits) return fits;
    std::array<char, 4096> target;
    const ssize_t size = ::readlinkat(link.number(), "", target.data(), target.size());
    if (size <= 0) return last_error("cannot read the link", path);
    go_on_with({target.data(), static_cast<std::size_t>(size)});
    return {};
  }

  std::string whole_;
  std::vector<std::string> waiting_;
  Descriptor here_;
  std::string seen_;
  int links_ = 0;
};
#endif

}  // namespace

Result<Descriptor> open_directory_by_path(const std::string& path, const JudgeLink& judge) {
#ifdef O_PATH
  return PathWalk(absolute_path(path)).run(judge);
#else
  FileStatus status;
  if (status_at(AT_FDCWD, path.c_str(), status) == 0 && S_ISLNK(status.mode))
    if (auto fits = judge(path, status); !fits) return fits.error();
  return open_directory(AT_FDCWD, path, true);
#endif
}

std::string_view kind_text(mode_t mode) noexcept {
  if (S_ISREG(mode)) return "a file";
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

Result<Descriptor> open_directory(int parent, const std::string& name, bool follow_links) {
  const int flags = O_RDONLY | O_DIRECTORY | (follow_links ? 0 : O_NOFOLLOW);
  Descriptor directory(open_at(parent, name.c_str(), flags));
  if (!directory) return last_error("cannot open directory", name);
  return directory;
}

Result<void> make_directories(const std::string& path) {
  if (make_directory_at(AT_FDCWD, path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  if (errno != ENOENT) return last_error("cannot create directory", path);
  const std::string parent = std::filesystem::path(path).parent_path().string();
  if (parent.empty() || parent == path) return last_error("cannot create directory", path);
  if (auto made = make_directories(parent); !made) return made;
  if (make_directory_at(AT_FDCWD, path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return last_error("cannot create directory", path);
}

Result<DirectoryStream> DirectoryStream::open(int directory) {
  // A second open of the same directory: reading one descends its own position, and closedir closes it.
  const int number = open_at(directory, ".", O_RDONLY | O_DIRECTORY);
  if (number < 0) return last_error("cannot list", "directory");
  Stream stream(::fdopendir(number), ::closedir);
  if (stream) return DirectoryStream(std::move(stream));
  const Error error = last_error("cannot list", "directory");
  close_descriptor(number);
  return error;
}

Result<std::optional<DirectoryStream::Entry>> DirectoryStream::next() {
  while (true) {
    errno = 0;
    const dirent* const entry = ::readdir(stream_.get());
    if (entry == nullptr) {
      if (errno != 0) return last_error("cannot list", "directory");
      return std::optional<Entry>();
    }
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    return std::optional<Entry>({name, kind_of(::dirfd(stream_.get()), *entry)});
  }
}

Result<std::vector<std::string>> list_directory(int directory) {
  auto stream = DirectoryStream::open(directory);
  if (!stream) return stream.error();
  std::vector<std::string> names;
  while (true) {
    const auto entry = stream->next();
    if (!entry) return entry.error();
    if (!*entry) return names;
    names.emplace_back((*entry)->name);
  }
}

bool is_writable_directory(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error) && ::access(path.c_str(), W_OK | X_OK) == 0;
}

std::string absolute_path(std::string_view path) {
  if (!path.empty() && path.front() == '/') return std::string(path);
  std::error_code error;
  const auto current = std::filesystem::current_path(error);
  return error ? std::string(path) : (current / path).string();
}

}  // namespace cache_on_disk::system
