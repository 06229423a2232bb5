// For macros that take a list of members: does something with each, and knows its name.
#pragma once

#include <cstddef>
#include <string_view>

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

// CACHE_ON_DISK_FOR_EACH_(macro, arguments...): applies a macro to each of up to 340 arguments. The expansion
// names itself again, and each scan unfolds one more.
#define CACHE_ON_DISK_FOR_EACH_(macro, ...) \
  __VA_OPT__(CACHE_ON_DISK_EXPAND_(CACHE_ON_DISK_EACH_(macro, __VA_ARGS__)))
#define CACHE_ON_DISK_PARENTHESES_ ()
#define CACHE_ON_DISK_EACH_(macro, argument, ...) \
  macro(argument) __VA_OPT__(CACHE_ON_DISK_EACH_AGAIN_ CACHE_ON_DISK_PARENTHESES_(macro, __VA_ARGS__))
#define CACHE_ON_DISK_EACH_AGAIN_() CACHE_ON_DISK_EACH_
#define CACHE_ON_DISK_EXPAND_(...) \
  CACHE_ON_DISK_EXPAND_4_(         \
      CACHE_ON_DISK_EXPAND_4_(CACHE_ON_DISK_EXPAND_4_(CACHE_ON_DISK_EXPAND_4_(__VA_ARGS__))))
#define CACHE_ON_DISK_EXPAND_4_(...) \
  CACHE_ON_DISK_EXPAND_3_(           \
      CACHE_ON_DISK_EXPAND_3_(CACHE_ON_DISK_EXPAND_3_(CACHE_ON_DISK_EXPAND_3_(__VA_ARGS__))))
#define CACHE_ON_DISK_EXPAND_3_(...) \
  CACHE_ON_DISK_EXPAND_2_(           \
      CACHE_ON_DISK_EXPAND_2_(CACHE_ON_DISK_EXPAND_2_(CACHE_ON_DISK_EXPAND_2_(__VA_ARGS__))))
#define CACHE_ON_DISK_EXPAND_2_(...) \
  CACHE_ON_DISK_EXPAND_1_(           \
      CACHE_ON_DISK_EXPAND_1_(CACHE_ON_DISK_EXPAND_1_(CACHE_ON_DISK_EXPAND_1_(__VA_ARGS__))))
#define CACHE_ON_DISK_EXPAND_1_(...) __VA_ARGS__
