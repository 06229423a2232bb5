#include "cache_on_disk/detail/npy/chrono_codecs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "npy/golden.hpp"

namespace cache_on_disk {
namespace {

using namespace testing;
using namespace std::chrono;
using ::testing::ElementsAre;

template <std::intmax_t Num, std::intmax_t Den = 1>
using Duration = duration<std::int64_t, std::ratio<Num, Den>>;

template <class T>
std::string dtype_of() {
  return Codec<T>::stored_type().text();
}

TEST(ChronoCodec, TakesTheUnitFromThePeriod) {
  EXPECT_EQ(dtype_of<system_clock::time_point>(), "npy <M8[ns] 0");
  EXPECT_EQ(dtype_of<sys_days>(), "npy <M8[D] 0");
  EXPECT_EQ(dtype_of<nanoseconds>(), "npy <m8[ns] 0");
  EXPECT_EQ(dtype_of<microseconds>(), "npy <m8[us] 0");
  EXPECT_EQ(dtype_of<milliseconds>(), "npy <m8[ms] 0");
  EXPECT_EQ(dtype_of<seconds>(), "npy <m8[s] 0");
  EXPECT_EQ(dtype_of<minutes>(), "npy <m8[m] 0");
  EXPECT_EQ(dtype_of<hours>(), "npy <m8[h] 0");
  EXPECT_EQ(dtype_of<weeks>(), "npy <m8[W] 0");
  EXPECT_EQ(dtype_of<months>(), "npy <m8[M] 0");
  EXPECT_EQ(dtype_of<years>(), "npy <m8[Y] 0");
  EXPECT_EQ((dtype_of<duration<std::int64_t, std::pico>>()), "npy <m8[ps] 0");
  EXPECT_EQ((dtype_of<duration<std::int64_t, std::femto>>()), "npy <m8[fs] 0");
  EXPECT_EQ((dtype_of<duration<std::int64_t, std::atto>>()), "npy <m8[as] 0");
  EXPECT_EQ(dtype_of<Duration<25>>(), "npy <m8[25s] 0");
  EXPECT_EQ(dtype_of<Duration<900>>(), "npy <m8[15m] 0");
  EXPECT_EQ((dtype_of<Duration<1, 100>>()), "npy <m8[10ms] 0");
  EXPECT_EQ((dtype_of<Duration<3, 2>>()), "npy <m8[1500ms] 0");
}

TEST(ChronoCodec, ReadsWhatNumpyWrote) {
  const auto times = decoded<std::vector<system_clock::time_point>>(golden("times"));
  const system_clock::time_point noon = sys_days{2024y / 4 / 10} + 11h + 22min + 33s;
  ASSERT_EQ(times.size(), 3U);
  EXPECT_EQ(times[0], noon);
  EXPECT_EQ(times[1].time_since_epoch().count(), INT64_MIN);  // NaT
  EXPECT_EQ(stored(times), read_file("values/times.npy"));
  EXPECT_THAT(decoded<Array<Duration<25>>>(golden("times_25s")),
              ElementsAre(Duration<25>(0), Duration<25>(2), Duration<25>(-1)));
}

TEST(ChronoCodec, HoldsSingleValues) {
  EXPECT_EQ(decoded<seconds>(payload_of(stored(seconds(-5)))), seconds(-5));
  const auto now = system_clock::now();
  EXPECT_EQ(decoded<system_clock::time_point>(payload_of(stored(now))), now);
  EXPECT_EQ(decoded<AnyArray>(payload_of(stored(now))).shape(), Shape{});
}

TEST(ChronoCodec, RefusesAnotherUnitOrKind) {
  const Payload payload = payload_of(stored(seconds(5)));
  EXPECT_FALSE(Codec<milliseconds>::decode(payload).ok());
  EXPECT_FALSE(Codec<sys_seconds>::decode(payload).ok());
  EXPECT_EQ(refusal<std::vector<seconds>>(payload),
            "the file holds '<m8[s]' of shape (), asked for '<m8[s]' with 1 dimension");
}

}  // namespace
}  // namespace cache_on_disk
