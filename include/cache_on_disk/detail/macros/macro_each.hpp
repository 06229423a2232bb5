// CACHE_ON_DISK_FOR_EACH_: a header of its own, because it is a system header to compilers. GCC then leaves out the thousand lines
// that would tell of a mistake in a user's list through which of these macros it came.
#pragma once
#pragma GCC system_header

// CACHE_ON_DISK_FOR_EACH_(macro, arguments...): applies a macro to each of up to 340 arguments. The expansion
// names itself again, and each scan unfolds one more.
#define CACHE_ON_DISK_FOR_EACH_(macro, ...) __VA_OPT__(CACHE_ON_DISK_EXPAND_(CACHE_ON_DISK_EACH_(macro, __VA_ARGS__)))
#define CACHE_ON_DISK_PARENTHESES_ ()
#define CACHE_ON_DISK_EACH_(macro, argument, ...) \
  macro(argument) __VA_OPT__(CACHE_ON_DISK_EACH_AGAIN_ CACHE_ON_DISK_PARENTHESES_(macro, __VA_ARGS__))
#define CACHE_ON_DISK_EACH_AGAIN_() CACHE_ON_DISK_EACH_
#define CACHE_ON_DISK_EXPAND_(...) \
  CACHE_ON_DISK_EXPAND_4_(CACHE_ON_DISK_EXPAND_4_(CACHE_ON_DISK_EXPAND_4_(CACHE_ON_DISK_EXPAND_4_(__VA_ARGS__))))
#define CACHE_ON_DISK_EXPAND_4_(...) \
  CACHE_ON_DISK_EXPAND_3_(CACHE_ON_DISK_EXPAND_3_(CACHE_ON_DISK_EXPAND_3_(CACHE_ON_DISK_EXPAND_3_(__VA_ARGS__))))
#define CACHE_ON_DISK_EXPAND_3_(...) \
  CACHE_ON_DISK_EXPAND_2_(CACHE_ON_DISK_EXPAND_2_(CACHE_ON_DISK_EXPAND_2_(CACHE_ON_DISK_EXPAND_2_(__VA_ARGS__))))
#define CACHE_ON_DISK_EXPAND_2_(...) \
  CACHE_ON_DISK_EXPAND_1_(CACHE_ON_DISK_EXPAND_1_(CACHE_ON_DISK_EXPAND_1_(CACHE_ON_DISK_EXPAND_1_(__VA_ARGS__))))
#define CACHE_ON_DISK_EXPAND_1_(...) __VA_ARGS__
