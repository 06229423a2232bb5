#include "attack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace cache_on_disk::tool {
namespace {

// What runs programs or code, or reaches files and the interpreter. Values need none of these modules.
constexpr std::array modules = {"os",         "posix",     "nt",    "subprocess",      "sys",    "shutil",
                                "socket",     "importlib", "runpy", "ctypes",          "pty",    "commands",
                                "webbrowser", "code",      "pip",   "multiprocessing", "signal", "pickle",
                                "_pickle",    "marshal",   "types", "inspect",         "urllib", "http",
                                "asyncio",    "pdb",       "timeit"};
// Of the built-in functions; the types among the built-ins are harmless.
constexpr std::array functions = {"eval",    "exec",       "compile", "open",       "getattr", "setattr",
                                  "delattr", "__import__", "input",   "breakpoint", "globals", "locals",
                                  "vars",    "execfile",   "apply",   "exit",       "quit",    "help"};

template <std::size_t N>
bool is_among(std::string_view word, const std::array<const char*, N>& words) {
  return std::ranges::any_of(words, [&](std::string_view each) { return each == word; });
}

bool is_harmful(const ValueView& value) {
  const std::string_view module = value.module();
  if (module == "builtins" || module == "__builtin__")
    return is_among(value.name().substr(0, value.name().find('.')), functions);
  return is_among(module.substr(0, module.find('.')), modules);
}

}  // namespace

std::optional<std::string> attack_in(const ValueView& root) {
  std::vector<ValueView> waiting{root};
  std::unordered_set<const void*> seen;
  while (!waiting.empty()) {
    const ValueView value = waiting.back();
    waiting.pop_back();
    if (value.identity() != nullptr && !seen.insert(value.identity()).second) continue;
    if (!value.module().empty() && is_harmful(value))
      return fmt::format("{}.{}", value.module(), value.name());
    if (value.is_mapping())
      for (std::size_t i = 0; i < value.size(); ++i) waiting.push_back(value.entry(i).second);
    for (const ValueView item : value.items()) waiting.push_back(item);
    if (value.kind() == ValueKind::object)
      for (const ValueView part : {value.callable(), value.arguments(), value.keywords(), value.state(),
                                   value.list_items(), value.dict_items()})
        if (!part.is_none()) waiting.push_back(part);
    if (const ValueView attribute = value.attribute(); !attribute.is_none()) waiting.push_back(attribute);
  }
  return std::nullopt;
}

}  // namespace cache_on_disk::tool
