#include "system/directory.hpp"

#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "system/errors.hpp"

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

}  // namespace

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

bool on_network(int descriptor) {
  // Magic numbers of statfs(2) and of the file systems' own headers.
  constexpr std::array<std::uint32_t, 9> network = {
      0x6969 /* NFS */,      0x0BD00BD0 /* Lustre */, 0x65735546 /* FUSE */,
      0xFE534D42 /* SMB2 */, 0xFF534D42 /* CIFS */,   0x00C36400 /* Ceph */,
      0x47504653 /* GPFS */, 0x19830326 /* BeeGFS */, 0x5346414F /* AFS */};
  struct statfs raw {};
  if (::fstatfs(descriptor, &raw) != 0) return true;
  return std::ranges::find(network, static_cast<std::uint32_t>(raw.f_type)) != network.end();
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
