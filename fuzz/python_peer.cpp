#include "python_peer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

// Python ends itself when a question costs it too much processor time; this is for a machine that is very busy.
constexpr int patience_ms = 300'000;

// Python is not an instrumented program: what the sanitizers are told is not for it.
std::array<char*, 3> environment() {
  static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
  static char no_cache[] = "PYTHONDONTWRITEBYTECODE=1";
  return {path, no_cache, nullptr};
}

}  // namespace

void PythonPeer::start() {
  std::signal(SIGPIPE, SIG_IGN);
  int to[2], from[2];
  if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) std::abort();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
  const char* chosen = std::getenv("CACHE_ON_DISK_FUZZ_PYTHON");
  std::string python = chosen != nullptr ? chosen : COD_PYTHON, script = COD_PYTHON_PEER;
  char* const arguments[] = {python.data(), script.data(), nullptr};
  auto variables = environment();
  const int error = posix_spawnp(&process_, python.c_str(), &actions, nullptr, arguments, variables.data());
  posix_spawn_file_actions_destroy(&actions);
  close(to[0]);
  close(from[1]);
  to_ = to[1];
  from_ = from[0];
  if (error != 0) {
    std::fprintf(stderr, "%s: %s\n", python.c_str(), std::strerror(error));
    std::abort();
  }
}

void PythonPeer::stop() {
  if (process_ < 0) return;
  close(to_);
  close(from_);
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

bool PythonPeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(to_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool PythonPeer::receive(std::span<char> bytes) {
  while (!bytes.empty()) {
    pollfd ready{from_, POLLIN, 0};
    if (poll(&ready, 1, patience_ms) <= 0) return false;
    const ssize_t count = read(from_, bytes.data(), bytes.size());
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

// A question is its kind and the length of either part in four bytes, then the parts. The answer is its length in four
// bytes, then the answer; numbers are those of this machine.
std::optional<std::string> PythonPeer::ask(char kind, std::string_view first, std::string_view second) {
  if (process_ < 0) {
    start();
    // Whoever cannot answer this, because a module is missing, answers nothing: that must not look like success.
    if (ask('?', "", "") != "ready") {
      std::fprintf(stderr, "%s does not answer\n", COD_PYTHON_PEER);
      std::abort();
    }
  }
  std::string question(1, kind);
  for (const std::string_view part : {first, second}) {
    const auto size = static_cast<std::uint32_t>(part.size());
    question.append(reinterpret_cast<const char*>(&size), sizeof size);
  }
  question.append(first).append(second);
  std::uint32_t size = 0;
  std::array<char, sizeof size> head{};
  if (send(question) && receive(head)) {
    std::memcpy(&size, head.data(), sizeof size);
    std::string answer(size, '\0');
    if (receive(answer)) return answer;
  }
  stop();
  return std::nullopt;
}
