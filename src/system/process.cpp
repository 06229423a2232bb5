#include "system/process.hpp"

#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <sstream>

#include "system/fork.hpp"

namespace cache_on_disk::system {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

struct ProcStat {
  char state = '?';
  std::uint64_t start_time = 0;
};

/// Reads /proc/<pid>/stat: the fields follow the last ')', since a command's name may hold any character.
ProcStat read_proc_stat(std::int64_t pid) {
  const std::string line = first_line("/proc/" + std::to_string(pid) + "/stat");
  const auto end = line.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream fields(line.substr(end + 1));
  ProcStat result;
  fields >> result.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  fields >> result.start_time;
  return result;
}

ProcessIdentity find_identity() {
  ProcessIdentity identity;
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) == 0) identity.host = host.data();
  identity.boot = first_line("/proc/sys/kernel/random/boot_id");
  struct stat status {};
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
  ProcessIdentity identity;
  std::string program;
};

/// What does not change while the process lives is found out once; a forked child does so anew.
template <class Part>
Part part_of_self(Part Self::*part) {
  static GlobalMutex& mutex = *new GlobalMutex(MutexRank::process);
  static Self& self = *new Self;
  const std::lock_guard lock(mutex);
  if (self.identity.pid != ::getpid()) self = {find_identity(), find_program()};
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
