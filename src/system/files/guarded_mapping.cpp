#include "files/guarded_mapping.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>

#include "files/calls.hpp"

namespace cache_on_disk::system {
namespace {

/// What this thread is looking at. Its handler writes it between any two instructions of the thread, so it is volatile.
struct Watched {
  volatile std::uintptr_t begin = 0, end = 0;
  volatile bool torn = false;
};
constinit thread_local Watched watched;

std::atomic<bool> guarded{false};
struct sigaction handled_before{};
std::uintptr_t page_size = 0;  // known before the handler is there

/// Puts zeros where the fault was, up to the end of what is watched, so that the instruction can go on. (POSIX does not
/// list mmap for handlers; on Linux and the BSDs it is a bare system call.)
bool mend(std::uintptr_t fault) noexcept {
  if (fault < watched.begin || fault >= watched.end) return false;
  const std::uintptr_t page = fault / page_size * page_size;
  const int code = errno;
  const void* const zeros = ::mmap(reinterpret_cast<void*>(page), watched.end - page, PROT_READ,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  errno = code;
  if (zeros == MAP_FAILED) return false;
  watched.torn = true;
  return true;
}

void on_bus_error(int signal, siginfo_t* information, void* context) {
  const bool is_fault = information->si_code > 0;  // and not sent by a process
  if (is_fault && mend(reinterpret_cast<std::uintptr_t>(information->si_addr))) return;
  if ((handled_before.sa_flags & SA_SIGINFO) != 0) return handled_before.sa_sigaction(signal, information, context);
  if (handled_before.sa_handler == SIG_IGN && !is_fault) return;
  if (handled_before.sa_handler != SIG_DFL && handled_before.sa_handler != SIG_IGN)
    return handled_before.sa_handler(signal);
  // What nobody handles ends the program: a fault when its instruction is tried again, what was sent when it is sent again.
  ::signal(signal, SIG_DFL);
  if (!is_fault) ::raise(signal);
}

/// Unmaps and stops watching, also when `see` throws.
struct Watch {
  Watch(void* mapping, std::size_t mapped_size) : address(mapping), size(mapped_size) {
    watched.torn = false;
    watched.begin = reinterpret_cast<std::uintptr_t>(address);
    watched.end = watched.begin + (size + page_size - 1) / page_size * page_size;
  }
  ~Watch() {
    watched.begin = 0;
    watched.end = 0;
    unmap(address, size);
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void* address;
  std::size_t size;
};

}  // namespace

void guard_mappings() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action{};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO;
    ::sigemptyset(&action.sa_mask);
    guarded = ::sigaction(SIGBUS, &action, &handled_before) == 0;
  });
}

Mapped with_mapped(int descriptor, std::uint64_t offset, std::size_t size,
                   const std::function<void(std::span<const std::byte>)>& see) {
  errno = ENOTSUP;
  void* const address = guarded ? map_readonly(descriptor, size, static_cast<off_t>(offset)) : nullptr;
  if (address == nullptr) return Mapped::refused;
  const Watch watch(address, size);
  see({static_cast<const std::byte*>(address), size});
  return watched.torn ? Mapped::torn : Mapped::seen;
}

}  // namespace cache_on_disk::system
