// Small plain values: the cell keeps them within itself, and refs hold them.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gtest/gtest.h>

#include <array>
#include <barrier>
#include <complex>
#include <filesystem>
#include <thread>

#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using Complex = std::complex<double>;

struct Source {
  CachedRef<double> seeing() const {
    return seeing_([this] { return 0.25 * ++calls; });
  }
  CachedRef<Complex> phase() const {
    return phase_([] { return Complex{1, -2}; });
  }
  CachedRef<std::int64_t> of(int i) const {
    return of_(i, [i] { return std::int64_t{i} * i; });
  }
  CachedRef<std::array<float, 4>> four() const {
    return four_([] { return std::array<float, 4>{1, 2, 3, 4}; });
  }
  mutable std::atomic<int> calls = 0;
  Cached<double> seeing_;
  Cached<Complex> phase_;
  Cached<std::int64_t(int)> of_;
  Cached<std::array<float, 4>> four_;
  CACHE_ON_DISK(Source, seeing_, phase_, of_, four_)
};

static_assert(detail::is_small_value<bool> && detail::is_small_value<Complex> &&
              detail::is_small_value<std::chrono::nanoseconds> && detail::is_small_value<std::array<float, 4>>);
static_assert(!detail::is_small_value<std::string> && !detail::is_small_value<Array<double>> &&
              !detail::is_small_value<std::array<double, 3>>);
static_assert(std::is_trivially_copyable_v<CachedRef<double>>, "is returned in a register");

class SmallValues : public testing::Test {
 protected:
  SmallValues() { tag(source, "night"); }
  void tag(Source& one, std::string_view name) {
    set_tmpdir(one, directory.path());
    set_tag(one, name);
  }
  TemporaryDirectory directory;
  Source source;
};

TEST_F(SmallValues, AreComputedOnceReadFromMemoryAndFromDisk) {
  EXPECT_EQ(*source.seeing(), 0.25);
  EXPECT_EQ(*source.seeing(), 0.25);
  EXPECT_EQ(*source.phase(), Complex(1, -2));
  EXPECT_EQ(*source.of(7), 49);
  Source reader;
  tag(reader, "night");
  EXPECT_EQ(*reader.seeing(), 0.25);
  EXPECT_EQ(reader.phase()->imag(), -2);
  EXPECT_EQ(*reader.of(7), 49);
  EXPECT_EQ(source.calls, 1);
  EXPECT_EQ(reader.calls, 0);
}

TEST_F(SmallValues, OutliveTheirRefsAndCells) {
  auto mine = std::make_unique<Source>();
  tag(*mine, "night");
  const double& seeing = mine->seeing();  // of the copy, which lives as long as this name
  const auto ref = mine->seeing();
  mine.reset();
  EXPECT_EQ(seeing, 0.25);
  EXPECT_EQ(ref, 0.25);
}

TEST_F(SmallValues, ThatAreInMemoryNeedNoDisk) {
  (void)source.seeing();
  std::filesystem::remove_all(directory.path());
  EXPECT_EQ(*source.seeing(), 0.25);
  EXPECT_EQ(source.calls, 1);
}

TEST_F(SmallValues, StayInRefsAndSharesWhateverBecomesOfTheCell) {
  auto one = std::make_unique<Source>();
  tag(*one, "night");
  const auto ref = one->seeing();
  const auto shared = ref.share();
  set_tag(*one, "another");
  const auto other = one->seeing();
  EXPECT_EQ(*ref, 0.25);
  EXPECT_EQ(*other, 0.5);
  one.reset();
  EXPECT_EQ(*ref + *other + *shared, 1);
}

TEST_F(SmallValues, OfATemporaryRefAreItsValueAndNoReference) {
  static_assert(std::is_same_v<decltype(*source.seeing()), double>);
  const double& kept = *source.seeing();  // a reference to the value would be to what is gone
  EXPECT_EQ(kept, 0.25);
  double sum = 0;
  for (const float one : *source.four()) sum += one;
  EXPECT_EQ(sum, 10);
}

/// What a cell with a value does when another arrives.
struct Open : detail::SmallCell<double> {
  using SmallCell::find, SmallCell::publish, SmallCell::drop;
  const core::CellKind& kind() const noexcept override { std::abort(); }
  void forget() const noexcept override {}
  bool remembers(const std::string&) const override { return false; }
  void expect_refresh() const override {}
  void put(void*, const std::string&) const override {}
};

TEST(SmallCell, KeepsTheFirstValueThatArrives) {
  const auto holder = [](double value) {
    const auto make = [value] { return value; };
    return detail::Maker<double>(make)();
  };
  const Open cell;
  EXPECT_EQ(cell.find(), nullptr);
  cell.publish(holder(1));
  cell.publish(holder(2));
  EXPECT_EQ(*cell.find(), 1);
  cell.drop();
  cell.publish(holder(3));
  EXPECT_EQ(*cell.find(), 3);
}

TEST_F(SmallValues, AreForgottenPutAndComputedAnew) {
  (void)source.seeing();
  refresh(source, "seeing");
  EXPECT_EQ(*source.seeing(), 0.5);
  put(source, "seeing", 8.0);
  EXPECT_EQ(*source.seeing(), 8);
  clear_cache(source);
  EXPECT_EQ(*source.seeing(), 0.75);
  clear_tag(source);
  EXPECT_EQ(*source.seeing(), 1);
  EXPECT_EQ(*source.seeing(), 1.25);
}

TEST_F(SmallValues, GoWithACellThatIsMovedAndStayFromACopy) {
  EXPECT_EQ(*source.seeing(), 0.25);
  const Cached<double> copy(source.seeing_);
  EXPECT_FALSE(copy.remembers({}));
  Cached<double> moved(std::move(source.seeing_));
  EXPECT_TRUE(moved.remembers({}));
  EXPECT_FALSE(source.seeing_.remembers({}));
  EXPECT_EQ(*moved([] { return 9.0; }), 0.25);
  Cached<double> assigned;
  assigned = std::move(moved);
  EXPECT_EQ(*assigned([] { return 9.0; }), 0.25);
  EXPECT_FALSE(moved.remembers({}));
}

TEST_F(SmallValues, AreOneForThreadsThatAskAtOnce) {
  constexpr int threads = 8, rounds = 50;
  for (int round = 0; round < rounds; ++round) {
    Source one;
    tag(one, "round" + std::to_string(round));
    std::barrier all_ready(threads);
    std::array<double, threads> seen{};
    {
      std::vector<std::jthread> running;
      for (int i = 0; i < threads; ++i)
        running.emplace_back([&, i] {
          all_ready.arrive_and_wait();
          const auto ref = one.seeing();
          seen[static_cast<std::size_t>(i)] = *ref;
          EXPECT_EQ(*one.seeing(), *ref);
        });
    }
    for (const double value : seen) EXPECT_EQ(value, 0.25);
    EXPECT_EQ(one.calls, 1);
  }
}

}  // namespace
}  // namespace cache_on_disk
