// Child processes for tests, and signals between them.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

/// A flag in memory shared with children forked later. Set once.
class Signal {
 public:
  Signal() {
    void* const shared =
        ::mmap(nullptr, sizeof(std::atomic<bool>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) throw std::runtime_error("mmap");
    flag_ = ::new (shared) std::atomic<bool>(false);
  }
  ~Signal() { ::munmap(static_cast<void*>(flag_), sizeof *flag_); }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void set() { flag_->store(true); }
  /// Gives up after a minute, so that a broken test ends.
  void wait() const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!flag_->load() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

 private:
  std::atomic<bool>* flag_;
};

/// Runs a function in a forked child, whose exit code is what it returns. Killed when this object goes.
class ChildProcess {
 public:
  explicit ChildProcess(const std::function<int()>& body) : pid_(::fork()) {
    if (pid_ < 0) throw std::runtime_error("fork");
    if (pid_ > 0) return;
    int code = 2;
    try {
      code = body();
    } catch (...) {
    }
    ::_exit(code);
  }
  ~ChildProcess() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void kill(int signal) { ::kill(pid_, signal); }
  /// The exit code, or 128 + the signal that ended it.
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

/// Adds a line to a file in one write, as several processes may at once.
inline void append_line(const std::string& file, const std::string& line) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::string text = line + "\n";
  if (descriptor < 0 || ::write(descriptor, text.data(), text.size()) < 0) throw std::runtime_error("cannot tally");
  ::close(descriptor);
}

inline int count_lines(const std::string& file) {
  std::ifstream stream(file);
  int lines = 0;
  for (std::string line; std::getline(stream, line);) ++lines;
  return lines;
}
