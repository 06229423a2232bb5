#include "process/stack.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstddef>
#include <thread>

#include "support/sanitizers.hpp"

namespace cache_on_disk::system {
namespace {

[[gnu::noinline]] std::size_t left_below(int calls) {
  volatile char filling[1024] = {};
  const std::size_t left = calls == 0 ? stack_room().left : left_below(calls - 1);
  filling[0] = 1;
  return left;
}

TEST(StackRoom, GetsLessWithEachCall) {
#if defined(COD_ADDRESS_SANITIZER)
  GTEST_SKIP() << "the sanitizer puts variables of functions on a stack of its own";
#endif
  const std::size_t here = stack_room().left;
  EXPECT_LT(left_below(10), here - 10 * 1024);
  EXPECT_GT(left_below(10), here - 10 * 4096);
}

TEST(StackRoom, IsThatOfEachThread) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 512 << 10);
  StackRoom room{};
  pthread_t thread{};
  const auto ask = [](void* answer) -> void* {
    *static_cast<StackRoom*>(answer) = stack_room();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, ask, &room), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  EXPECT_EQ(room.whole, 512u << 10);
  EXPECT_LT(room.left, room.whole);
  EXPECT_GT(room.left, 256u << 10);
}

}  // namespace
}  // namespace cache_on_disk::system
