// Which sanitizer a test is built with: GCC and Clang say so in different words.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define COD_ADDRESS_SANITIZER 1
#elif defined(__SANITIZE_THREAD__)
#define COD_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COD_ADDRESS_SANITIZER 1
#elif __has_feature(thread_sanitizer)
#define COD_THREAD_SANITIZER 1
#endif
#endif
