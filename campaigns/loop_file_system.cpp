#include "loop_file_system.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace campaign {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t image_size = std::uintmax_t{320} << 20;  // mkfs.xfs makes none below 300 MiB

// XFS_IOC_GOINGDOWN, which ext4 and others know, too; as xfstests use it. In no header of user space.
constexpr unsigned long shut_down = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t flush_the_journal = 1, flush_nothing = 2;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what + ": " + std::strerror(errno)); }

/// Runs a program, whose output goes nowhere.
int run(const std::vector<std::string>& words) {
  const pid_t child = ::fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    const int nothing = ::open("/dev/null", O_RDWR);
    for (int i = 0; i <= 2; ++i) ::dup2(nothing, i);
    std::vector<char*> pointers;
    for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    ::execvp(pointers[0], pointers.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void must_run(const std::vector<std::string>& words) {
  if (const int code = run(words); code != 0)
    throw std::runtime_error(words[0] + " failed with " + std::to_string(code));
}

bool program_exists(const std::string& name) {
  for (const char* const directory : {"/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/"})
    if (::access((directory + name).c_str(), X_OK) == 0) return true;
  return false;
}

bool kernel_knows(const std::string& kind) {
  if (run({"modprobe", kind}) == 0) return true;
  std::ifstream known("/proc/filesystems");
  for (std::string line; std::getline(known, line);)
    if (line.ends_with("\t" + kind)) return true;
  return false;
}

}  // namespace

std::string loop_file_systems_lack() {
  if (::geteuid() != 0) return "root";
  if (::access("/dev/loop-control", R_OK | W_OK) != 0) return "loop devices";
  for (const char* const program : {"mkfs.ext4", "mkfs.xfs", "mount"})
    if (!program_exists(program)) return program;
  for (const char* const kind : {"ext4", "xfs"})
    if (!kernel_knows(kind)) return std::string("a kernel with ") + kind;
  const pid_t child = ::fork();  // a container may have all that, and yet no right to mount
  if (child == 0) ::_exit(::unshare(CLONE_NEWNS) == 0 ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? "" : "the right to mount";
}

void make_mounts_private() {
  if (::unshare(CLONE_NEWNS) != 0) fail("unshare");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) fail("private mounts");
}

LoopFileSystem::LoopFileSystem(std::string kind, std::string directory, std::string options)
    : kind_(std::move(kind)),
      image_(directory + "/image"),
      mounted_at_(directory + "/mounted"),
      options_(std::move(options)) {
  fs::create_directories(mounted_at_);
  std::ofstream(image_).close();
  fs::resize_file(image_, 0);
  fs::resize_file(image_, image_size);
  must_run({"mkfs." + kind_, kind_ == "xfs" ? "-f" : "-F", "-q", image_});
  mount();
}

LoopFileSystem::~LoopFileSystem() {
  if (mounted_) ::umount2(mounted_at_.c_str(), MNT_DETACH);
  ::unlink(image_.c_str());
}

void LoopFileSystem::cut_power(Journal journal) {
  const int root = ::open(mounted_at_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::uint32_t how = journal == Journal::flushed ? flush_the_journal : flush_nothing;
  const int result = ::ioctl(root, shut_down, &how);
  ::close(root);
  if (result != 0) fail("cannot shut down " + kind_);
  unmount();
}

void LoopFileSystem::recover() { mount(); }

void LoopFileSystem::mount() {
  must_run({"mount", "-t", kind_, "-o", "loop" + (options_.empty() ? "" : "," + options_), image_, mounted_at_});
  mounted_ = true;
}

void LoopFileSystem::unmount() {
  if (::umount2(mounted_at_.c_str(), 0) != 0) fail("umount");
  mounted_ = false;
}

}  // namespace campaign
