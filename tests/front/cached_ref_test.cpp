// CachedRef: bare where the cell keeps the value, owning everywhere else.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gtest/gtest.h>

#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using Numbers = std::vector<double>;

struct Source {
  CachedRef<Numbers> all() const {
    return all_([] { return Numbers{1, 2, 3}; });
  }
  CachedRef<Numbers> some(int count) const {
    return some_(count, [count] { return Numbers(static_cast<std::size_t>(count), 4); });
  }
  Cached<Numbers> all_;
  Cached<Numbers(int)> some_;
  CACHE_ON_DISK(Source, all_, some_)
};

static_assert(std::is_convertible_v<CachedRef<Numbers>&, const Numbers&>);
static_assert(std::is_convertible_v<const CachedRef<Numbers>&, const Numbers&>);
static_assert(!std::is_convertible_v<CachedRef<Numbers>, const Numbers&>);
static_assert(std::is_copy_constructible_v<CachedRef<Numbers>> && std::is_copy_assignable_v<CachedRef<Numbers>>);

class Refs : public testing::Test {
 protected:
  Refs() {
    set_tmpdir(*source, directory.path());
    set_tag(*source, "night");
  }
  TemporaryDirectory directory;
  std::unique_ptr<Source> source = std::make_unique<Source>();
};

double sum(const Numbers& numbers) { return std::accumulate(numbers.begin(), numbers.end(), 0.0); }

TEST_F(Refs, PointLikeASmartPointer) {
  const CachedRef<Numbers> ref = source->all();
  EXPECT_EQ(ref->size(), 3u);
  EXPECT_EQ((*ref)[2], 3);
  EXPECT_EQ(ref.get(), &*ref);
  EXPECT_EQ(sum(ref), 6);  // a named ref passes as a reference
}

TEST_F(Refs, OfAHitPointAtOneValueInMemory) {
  const auto first = source->all(), second = source->all(), copy = second;
  EXPECT_EQ(first.get(), second.get());
  EXPECT_EQ(copy.get(), second.get());
  const auto keyed = source->some(2), again = source->some(2);
  EXPECT_EQ(keyed.get(), again.get());
}

TEST_F(Refs, AreBareForABufferedValueAndOwnOtherwise) {
  struct Arrays {
    CachedRef<Array<double>> all() const {
      return all_([] { return Array<double>({1}, std::vector<double>{1}); });
    }
    CachedRef<Array<double>> of(int i) const {
      return of_(i, [] { return Array<double>({1}, std::vector<double>{2}); });
    }
    Cached<Array<double>> all_;
    Cached<Array<double>(int)> of_;
    CACHE_ON_DISK(Arrays, all_, of_)
  } arrays;
  set_tmpdir(arrays, directory.path());
  set_tag(arrays, "night");
  // The array's buffer lives as long as the cached value does.
  const auto bare = arrays.all(), keyed = arrays.of(1);
  const std::weak_ptr<const void> unkept = bare->owner(), kept = keyed->owner();
  clear_tag(arrays);
  EXPECT_TRUE(unkept.expired());
  EXPECT_FALSE(kept.expired());
  std::weak_ptr<const void> own;
  {
    const auto untagged = arrays.all();
    own = untagged->owner();
    const auto copy = untagged;
    EXPECT_FALSE(own.expired());
  }
  EXPECT_TRUE(own.expired());
}

TEST_F(Refs, AreCopiedMovedAndAssignedAsTheyAre) {
  auto ref = source->some(3), other = source->some(2);
  CachedRef<Numbers> copy = ref;
  copy = other;
  EXPECT_EQ(copy.get(), other.get());
  copy = std::move(ref);
  CachedRef<Numbers>& same = copy;
  copy = same;
  source.reset();
  EXPECT_EQ(sum(copy), 12);
  EXPECT_EQ(sum(other), 8);
}

TEST_F(Refs, WithoutATagPointAtAValueOfTheirOwn) {
  clear_tag(*source);
  const auto first = source->all(), second = source->all();
  EXPECT_NE(first.get(), second.get());
  source.reset();
  EXPECT_EQ(sum(first), 6);
}

TEST_F(Refs, GiveAShareThatOutlivesRetaggingClearingAndTheObject) {
  const auto shared = source->all().share();
  set_tag(*source, "another");
  EXPECT_EQ(sum(*shared), 6);
  const auto second = source->all().share();
  clear_cache(*source);
  EXPECT_EQ(sum(*second), 6);
  const auto third = source->all().share();
  const auto fourth = source->some(2).share();
  source.reset();
  EXPECT_EQ(sum(*third) + sum(*fourth), 14);
}

struct Star {
  CachedRef<bool> is_bright() const {
    return is_bright_([] { return true; });
  }
  CachedRef<double> flux() const {
    return flux_([] { return 2.5; });
  }
  CachedRef<std::string> name() const {
    return name_([] { return std::string("HD 1"); });
  }
  Cached<bool> is_bright_;
  Cached<double> flux_;
  Cached<std::string> name_;
  CACHE_ON_DISK(Star, is_bright_, flux_, name_)
};
static_assert(std::is_convertible_v<CachedRef<double>, double> && std::is_convertible_v<CachedRef<double>&, double>);
static_assert(!std::is_convertible_v<CachedRef<std::string>, std::string>);

double twice(const double& number) { return 2 * number; }

TEST_F(Refs, ToNumbersAreNumbersInExpressions) {
  Star star;
  set_tmpdir(star, directory.path());
  for (const char* const tag : {"", "night"}) {  // computed, stored, in memory
    if (*tag != 0) set_tag(star, tag);
    for (int i = 0; i < 2; ++i) {
      if (!star.is_bright()) FAIL();
      const double flux = star.flux();
      const auto named = star.flux();
      EXPECT_EQ(flux, 2.5);
      EXPECT_EQ(2 * star.flux(), 5);
      EXPECT_EQ(named + star.flux(), 5);
      EXPECT_EQ(twice(star.flux()) + twice(named), 10);
      EXPECT_TRUE(star.flux() > 1 && named == 2.5);
      std::vector<double> fluxes{star.flux()};
      fluxes.push_back(star.flux());
      EXPECT_EQ(fluxes, (std::vector<double>{2.5, 2.5}));
    }
  }
}

TEST_F(Refs, AreWrittenAsTheirValues) {
  const Star star;
  std::ostringstream out;
  const auto name = star.name();
  out << star.flux() << ' ' << name << ' ' << star.name() << std::boolalpha << ' ' << star.is_bright();
  EXPECT_EQ(out.str(), "2.5 HD 1 HD 1 true");
}

TEST_F(Refs, OfByArgumentsMethodsSurviveWhatEmptiesTheCell) {
  const auto ref = source->some(3);
  clear_cache(*source);
  EXPECT_EQ(sum(ref), 12);
  const auto other = source->some(3);
  source.reset();
  EXPECT_EQ(sum(other), 12);
}

TEST_F(Refs, OfAMappedValueSurviveToo) {
  struct Image {
    CachedRef<Array<float>> pixels() const {
      return pixels_([] { return Array<float>({512, 512}, [](std::span<float> all) { all.back() = 7; }); });
    }
    Cached<Array<float>> pixels_;
    CACHE_ON_DISK(Image, pixels_)
  };
  std::shared_ptr<const Array<float>> shared;
  Array<float> copy;
  {
    Image writer, reader;
    for (Image* const image : {&writer, &reader}) {
      set_tmpdir(*image, directory.path());
      set_tag(*image, "night");
    }
    writer.pixels();
    shared = reader.pixels().share();
    copy = *reader.pixels();
    clear_cache(reader);
  }
  EXPECT_EQ((*shared)(511, 511), 7);
  EXPECT_EQ(copy(511, 511), 7);
}

}  // namespace
}  // namespace cache_on_disk
