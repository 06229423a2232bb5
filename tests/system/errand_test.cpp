#include "process/errand.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

namespace cache_on_disk::system {
namespace {

using namespace std::chrono_literals;

TEST(Errand, IsDoneOnAnotherThread) {
  std::thread::id id;
  Errand errand([&] { id = std::this_thread::get_id(); });
  while (!errand.wait(10ms)) {
  }
  EXPECT_NE(id, std::this_thread::get_id());
}

TEST(Errand, ThatHangsIsLeftBehindWithWhatItUses) {
  const auto go = std::make_shared<std::atomic<bool>>(false);
  const auto done = std::make_shared<std::atomic<bool>>(false);
  {
    Errand errand([go, done] {
      while (!*go) std::this_thread::sleep_for(1ms);
      *done = true;
    });
    EXPECT_FALSE(errand.wait(0ms));
  }
  *go = true;
  while (!*done) std::this_thread::sleep_for(1ms);
}

TEST(Errand, ThatThrowsIsDone) {
  Errand errand([] { throw std::runtime_error("x"); });
  while (!errand.wait(10ms)) {
  }
}

TEST(Errand, LetsGoOfWhatItUsedBeforeItIsDone) {
  auto used = std::make_shared<int>(1);
  Errand errand([used] {});
  while (!errand.wait(10ms)) {
  }
  EXPECT_EQ(used.use_count(), 1);
}

}  // namespace
}  // namespace cache_on_disk::system
