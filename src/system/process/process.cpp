#include "process/process.hpp"

#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <mutex>
#include <random>
#include <string_view>

#include "process/fork.hpp"
#include "process/text_file.hpp"

namespace cache_on_disk::system {
namespace {

struct ProcStat {
  char state = '?';
  std::uint64_t start_time = 0;
};

/// Reads /proc/<pid>/stat: the fields follow the last ')', since a command's name may hold any character.
ProcStat read_proc_stat(std::int64_t pid) {
  const std::string line = first_line("/proc/" + std::to_string(pid) + "/stat");
  const auto end = line.rfind(')');
  if (end == std::string::npos || line.size() < end + 3) return {};
  std::string_view fields(line);
  fields.remove_prefix(end + 2);
  ProcStat result;
  result.state = fields.front();
  for (int field = 3; field < 22; ++field) fields.remove_prefix(std::min(fields.find(' '), fields.size() - 1) + 1);
  std::from_chars(fields.data(), fields.data() + fields.size(), result.start_time);
  return result;
}

ProcessIdentity find_identity() {
  ProcessIdentity identity;
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) == 0) identity.host = host.data();
  identity.boot = first_line("/proc/sys/kernel/random/boot_id");
  struct stat status{};
  if (::stat("/proc/self/ns/pid", &status) == 0) identity.pid_namespace = status.st_ino;
  identity.pid = ::getpid();
  identity.start_time = read_proc_stat(identity.pid).start_time;
  return identity;
}

std::string find_program() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string() : path.filename().string();
}

struct Self {
  GlobalMutex mutex{MutexRank::process};
  ProcessIdentity identity;
  std::string program;
};

/// What does not change while the process lives is found out once; a forked child does so anew.
template <class Part>
Part part_of_self(Part Self::* part) {
  Self& self = lasting<Self>();
  const std::lock_guard lock(self.mutex);
  if (self.identity.pid != ::getpid()) {
    self.program = find_program();
    self.identity = find_identity();
  }
  return self.*part;
}

}  // namespace

ProcessIdentity this_process() { return part_of_self(&Self::identity); }

ProcessState state_of(const ProcessIdentity& process) {
  const ProcessIdentity self = this_process();
  if (process.host != self.host || process.boot != self.boot || process.pid_namespace != self.pid_namespace)
    return ProcessState::unknown;
  const ProcStat stat = read_proc_stat(process.pid);
  if (stat.state == '?' || stat.start_time != process.start_time) return ProcessState::gone;
  return stat.state == 'T' || stat.state == 't' ? ProcessState::stopped : ProcessState::running;
}

std::string program_name() { return part_of_self(&Self::program); }

std::uint64_t random_bits() {
  std::uint64_t bits = 0;
  if (::getrandom(&bits, sizeof bits, GRND_NONBLOCK) == static_cast<ssize_t>(sizeof bits)) return bits;
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

std::uintptr_t this_thread_id() noexcept {
  thread_local char place;
  return reinterpret_cast<std::uintptr_t>(&place);
}

}  // namespace cache_on_disk::system
