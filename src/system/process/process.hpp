// Who this process is, and what another one on this machine is doing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace cache_on_disk::system {

/// Names a process beyond the life of its pid, across hosts, containers and reboots.
struct ProcessIdentity {
  std::string host;  ///< host name
  std::string boot;  ///< random id of the running boot; empty where the system tells none
  std::uint64_t pid_namespace = 0;
  std::int64_t pid = 0;
  std::uint64_t start_time = 0;  ///< clock ticks since boot (proc(5), field 22)

  bool operator==(const ProcessIdentity&) const = default;
};

/// This process. Found anew after a fork; costs a few file reads then, nothing later.
ProcessIdentity this_process();

enum class ProcessState { running, stopped, gone, unknown };

/// What a process of this host and pid namespace is doing; `unknown` for processes of other ones.
ProcessState state_of(const ProcessIdentity& process);

/// The program's file name, for metadata.
std::string program_name();

/// 64 random bits (getrandom), unique enough for a file name.
std::uint64_t random_bits();

/// An id of the calling thread that no other living thread of this process has; never 0.
std::uintptr_t this_thread_id() noexcept;

}  // namespace cache_on_disk::system
