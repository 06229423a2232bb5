// What may happen in the model-based campaign, to the real thing and to its model alike.
#pragma once

#include <cstdint>
#include <string>

namespace campaign {

inline constexpr int model_processes = 2;
inline constexpr int model_objects = 2;  ///< in each process, all of one name
inline constexpr int model_tags = 3;

/// One step of one process.
struct Operation {
  enum class Kind : std::uint8_t { set_tag, clear_tag, call, call_nested, call_argument, clear, refresh, copy, kill };
  Kind kind;
  int process;
  int object;
  int argument;  ///< which tag, or which argument

  std::string text() const {
    static const char* const names[] = {"set_tag", "clear_tag", "call",    "call_nested", "call_argument",
                                        "clear",   "refresh",   "copy_to", "kill"};
    return std::string(names[static_cast<int>(kind)]) + "(process " + std::to_string(process) + ", object " +
           std::to_string(object) + ", " + std::to_string(argument) + ")";
  }
};

}  // namespace campaign
