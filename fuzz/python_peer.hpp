// A Python that is asked what it makes of a pickle: it runs beside the fuzz target (python_peer.py), so that what kills
// it, or keeps it busy for ever, is no more than an unanswered question.
#pragma once

#include <sys/types.h>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Started at the first question, and anew after each that it does not survive. Not for several threads.
class PythonPeer {
 public:
  PythonPeer() = default;
  ~PythonPeer() { stop(); }
  PythonPeer(const PythonPeer&) = delete;
  PythonPeer& operator=(const PythonPeer&) = delete;

  /// Sends a question of a kind and two parts; nothing if there is no answer. Aborts if Python cannot be started.
  std::optional<std::string> ask(char kind, std::string_view first, std::string_view second);

 private:
  void start();
  void stop();
  bool send(std::string_view bytes);
  bool receive(std::span<char> bytes);

  pid_t process_ = -1;
  int to_ = -1, from_ = -1;
};
