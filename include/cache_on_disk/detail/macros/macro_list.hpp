// For macros that take a list of members: does something with each, and knows its name.
#pragma once

#include <cstddef>
#include <string_view>

#include "cache_on_disk/detail/macros/macro_each.hpp"

namespace cache_on_disk::detail {

/// A member's name in the source, as a macro stringifies it, without one trailing '_'.
template <std::size_t N>
struct MemberName {
  char text[N] = {};
  std::size_t length = N - 1;
  consteval MemberName(const char (&written)[N]) {
    for (std::size_t i = 0; i < N; ++i) text[i] = written[i];
    if (length > 1 && text[length - 1] == '_') --length;
  }
};
template <std::size_t N>
MemberName(const char (&)[N]) -> MemberName<N>;

/// A view that lives as long as the program.
template <MemberName name>
consteval std::string_view member_name() {
  return {name.text, name.length};
}

}  // namespace cache_on_disk::detail
