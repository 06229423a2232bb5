// How the arguments of a call stand in the name of its entry.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <filesystem>
#include <set>

#include "format/hash.hpp"
#include "front/program.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using ::testing::MatchesRegex;
using ::testing::UnorderedElementsAre;

template <class... Args>
std::string name(const Args&... args) {
  return Arguments(args...).text();
}

/// A length as it stands in the encoding.
std::string sized(const std::string& bytes) {
  std::string text;
  for (int i = 0; i < 8; ++i) text += static_cast<char>(bytes.size() >> (8 * i) & 0xFF);
  return text + bytes;
}
std::string hashed(const std::string& encoding) { return "(#" + entry::hex(entry::hash_128(encoding)) + ")"; }

enum class Band { blue = 3, red = -7 };
enum Plain : std::uint8_t { on = 200 };

TEST(ArgumentNames, StandAsPythonWritesThem) {
  EXPECT_EQ(name(3), "(3)");
  EXPECT_EQ(name(3, "a"), "(3,'a')");
  EXPECT_EQ(Arguments().text(), "()");
  EXPECT_EQ(name(true, false), "(True,False)");
  EXPECT_EQ(name(std::optional<int>()), "(None)");
  EXPECT_EQ(name(std::optional<int>(5)), "(5)");
  EXPECT_EQ(name(std::string("with space_and-dots.")), "('with space_and-dots.')");
  EXPECT_EQ(name(std::string_view("")), "('')");
  EXPECT_EQ(name(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::uint64_t>::max()),
            "(-9223372036854775808,18446744073709551615)");
  EXPECT_EQ(name(std::int8_t{-5}, 'A', std::uint16_t{7}), "(-5,65,7)");
  EXPECT_EQ(name(std::tuple(1, std::tuple(std::string("a"), true))), "((1,('a',True)))");
  EXPECT_EQ(name(std::pair(1, 2.5), 3), "((1,2.5),3)");
  EXPECT_EQ(name(std::tuple<>()), "(())");
}

TEST(ArgumentNames, OfEnumsAreTheirNumbers) {
  EXPECT_EQ(name(Band::blue, Band::red, on), "(3,-7,200)");
  EXPECT_EQ(name(Band::blue), name(3));
}

TEST(ArgumentNames, OfFloatsAreTheShortestThatGiveTheValueBack) {
  EXPECT_EQ(name(1.0), "(1.0)");
  EXPECT_EQ(name(0.1, -0.0), "(0.1,-0.0)");
  EXPECT_EQ(name(0.5F), "(0.5)");
  EXPECT_EQ(name(1e16, 1e15), "(1e+16,1000000000000000.0)");
  EXPECT_EQ(name(0.0001, 0.00001), "(0.0001,1e-05)");
  EXPECT_EQ(name(1.7976931348623157e308, 5e-324), "(1.7976931348623157e+308,5e-324)");
}

TEST(ArgumentNames, OfFloatsAreThoseOfPython) {
  if (run_python("", {}).code != 0) GTEST_SKIP() << "no /usr/bin/python3";
  Words words;
  std::string script =
      "import struct, sys\nfor w in sys.argv[1:]: print(repr(struct.unpack('<d', bytes.fromhex(w))[0]))";
  std::string expected;
  std::uint64_t bits = 0x9E3779B97F4A7C15u;
  for (int i = 0; i < 2000; ++i) {
    bits = bits * 6364136223846793005u + 1442695040888963407u;
    // Random bits are nearly always huge or tiny; every other one is brought near 1.
    const std::uint64_t chosen =
        i % 2 == 0 ? bits : (bits & 0x000FFFFFFFFFFFFFu) | ((1023u - 60u + (bits >> 57)) << 52);
    const double value = std::bit_cast<double>(chosen);
    if (!std::isfinite(value)) continue;
    std::string hex;
    for (int byte = 0; byte < 8; ++byte) {
      const auto digits = "0123456789abcdef";
      hex += digits[chosen >> (8 * byte + 4) & 15], hex += digits[chosen >> (8 * byte) & 15];
    }
    words.push_back(hex);
    const std::string text = name(value);
    expected += text.substr(1, text.size() - 2) + "\n";
  }
  EXPECT_EQ(run_python(script, words).output, expected);
}

TEST(ArgumentNames, OfOddOrLongTextAreHashes) {
  for (const std::string odd : {"a/b", "it's", "100%", "back\\slash", "tab\t", "M\xC3\xBCnchen", "\xff", "del\x7f"})
    EXPECT_EQ(name(odd), hashed("s" + sized(odd))) << odd;
  EXPECT_EQ(name(std::string(32, 'x')), "('" + std::string(32, 'x') + "')");
  EXPECT_EQ(name(std::string(33, 'x')), hashed("s" + sized(std::string(33, 'x'))));
  EXPECT_EQ(name(std::string("a\0b", 3)), hashed("s" + sized(std::string("a\0b", 3))));
  // Each short, together long: hashed as a whole.
  const std::string text(30, 'y');
  EXPECT_EQ(name(text, text, text), hashed("s" + sized(text) + "s" + sized(text) + "s" + sized(text)));
}

/// The encoding is the contract with other languages: it must not change.
TEST(ArgumentNames, HashACanonicalEncoding) {
  const std::string odd = "/";
  const std::string text = "s" + sized(odd);
  EXPECT_EQ(name(odd, 0), hashed(text + "i" + sized(std::string(1, '\0'))));
  EXPECT_EQ(name(odd, 127), hashed(text + "i" + sized("\x7f")));
  EXPECT_EQ(name(odd, 128), hashed(text + "i" + sized(std::string("\x80\0", 2))));
  EXPECT_EQ(name(odd, -1), hashed(text + "i" + sized("\xff")));
  EXPECT_EQ(name(odd, -128), hashed(text + "i" + sized("\x80")));
  EXPECT_EQ(name(odd, -129), hashed(text + "i" + sized("\x7f\xff")));
  EXPECT_EQ(name(odd, std::uint64_t{1} << 63), hashed(text + "i" + sized(std::string("\0\0\0\0\0\0\0\x80\0", 9))));
  EXPECT_EQ(name(odd, true), hashed(text + "b" + sized("1")));
  EXPECT_EQ(name(odd, std::optional<int>()), hashed(text + "N" + sized("")));
  EXPECT_EQ(name(1.0, odd), hashed("f" + sized(std::string("\0\0\0\0\0\0\xf0\x3f", 8)) + text));
  EXPECT_EQ(name(std::complex<double>(1, 0)),
            hashed("c" + sized(std::string("\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\0", 16))));
  EXPECT_EQ(name(std::tuple(odd), odd), hashed("(" + text + ")" + text));
  EXPECT_EQ(name(std::vector<std::uint8_t>{1, 2, 3}),
            hashed("a" + sized(sized("|u1") + sized("3") + sized(entry::hex(entry::hash_128("\x01\x02\x03"))))));
}

/// Literal results, so that a change of the hash itself shows as well.
TEST(ArgumentNames, HashToWhatTheyAlwaysDid) {
  EXPECT_EQ(name("a/b"), "(#e5ec6e1b4f4ff8606fdd40815dd28eec)");
  EXPECT_EQ(name(std::complex<double>(1.5, -2)), "(#eefe1b70c38133666295c82668b1197a)");
  EXPECT_EQ(name(std::vector<double>{1, 2, 3}), "(#494b4984f2a7ecdd08f324cdfdda2e2a)");
  EXPECT_EQ(name(std::vector<std::vector<float>>{{1, 2}, {3, 4}}, 7), "(#284cf13b717112bad02264fb36e00a43)");
  EXPECT_EQ(name(INFINITY), "(#648b0df5b174f1323d96dbf70ada2e46)");
}

TEST(ArgumentNames, OfAllNaNsAreOne) {
  EXPECT_EQ(name(NAN), name(-NAN));
  EXPECT_EQ(name(NAN), name(std::bit_cast<double>(0x7FF8000000000123u)));
  EXPECT_NE(name(INFINITY), name(-INFINITY));
}

TEST(ArgumentNames, OfArraysTellDtypeShapeAndElementsApartButNotMemoryOrder) {
  const Array<double> rows({2, 3}, std::vector<double>{1, 2, 3, 4, 5, 6});
  const Array<double> columns = Array<double>({3, 2}, std::vector<double>{1, 4, 2, 5, 3, 6}).transpose();
  ASSERT_TRUE(std::equal(rows.begin(), rows.end(), columns.begin(), columns.end()));
  EXPECT_EQ(name(rows), name(columns));
  EXPECT_EQ(name(rows), name(std::vector<std::vector<double>>{{1, 2, 3}, {4, 5, 6}}));
  EXPECT_EQ(name(rows),
            name(Array<double>({4, 3}, std::vector<double>{1, 2, 3, 9, 9, 9, 4, 5, 6, 9, 9, 9}).slice(0, 0, 4, 2)));
  const std::set<std::string> different{name(rows),
                                        name(rows.transpose()),
                                        name(Array<double>({3, 2}, std::vector<double>{1, 2, 3, 4, 5, 6})),
                                        name(Array<double>({6}, std::vector<double>{1, 2, 3, 4, 5, 6})),
                                        name(Array<double>({1, 6}, std::vector<double>{1, 2, 3, 4, 5, 6})),
                                        name(Array<float>({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6})),
                                        name(Array<std::int64_t>({2, 3}, std::vector<std::int64_t>{1, 2, 3, 4, 5, 6})),
                                        name(Array<double>({0, 3}, std::vector<double>{})),
                                        name(Array<double>({3, 0}, std::vector<double>{})),
                                        name(Array<double>({0}, std::vector<double>{})),
                                        name(std::vector<float>{}),
                                        name(std::chrono::seconds(5)),
                                        name(std::chrono::milliseconds(5))};
  EXPECT_EQ(different.size(), 13u);
  for (const std::string& text : different) EXPECT_THAT(text, MatchesRegex("\\(#[0-9a-f]+\\)"));
}

TEST(ArgumentNames, OfArraysOfThreeDimensionsInFortranOrderAreThoseOfCOrder) {
  std::vector<int> c, fortran(24);
  for (int i = 0; i < 24; ++i) c.push_back(i);
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t k = 0; k < 4; ++k) fortran[i + 2 * j + 6 * k] = c[12 * i + 4 * j + k];
  const Array<int> turned = Array<int>({4, 3, 2}, std::move(fortran)).transpose();
  ASSERT_TRUE(turned.is_fortran_contiguous());
  EXPECT_EQ(name(turned), name(Array<int>({2, 3, 4}, std::move(c))));
}

TEST(ArgumentNames, OfDifferentArgumentsDiffer) {
  const std::set<std::string> names{name(1),
                                    name(1.0),
                                    name(true),
                                    name("1"),
                                    name(1, 1),
                                    name(11),
                                    name(std::tuple(1, 1)),
                                    name(std::tuple(1), 1),
                                    name("1,1"),
                                    name("1", "1"),
                                    name("None"),
                                    name(std::optional<int>()),
                                    name(std::complex<double>(1, 0)),
                                    name(0.0),
                                    name(-0.0),
                                    name(0),
                                    name(false),
                                    name(""),
                                    name(std::tuple<>()),
                                    Arguments().text()};
  EXPECT_EQ(names.size(), 20u);
}

TEST(ArgumentNames, OfKeywordsCannotBeMistakenForOthers) {
  const auto with = [](const std::string& keyword) {
    ArgumentList list;
    list.keyword(keyword);
    list.integer(2);
    return list.name();
  };
  EXPECT_EQ(with("order"), "(order=2)");
  ArgumentList two;
  two.keyword("a"), two.integer(1), two.keyword("b"), two.integer(2);
  EXPECT_EQ(two.name(), "(a=1,b=2)");
  EXPECT_THAT(with("a=1,b"), MatchesRegex("\\(#[0-9a-f]+\\)"));
  EXPECT_THAT(with(""), MatchesRegex("\\(#[0-9a-f]+\\)"));
}

struct Spectrum {
  CachedRef<double> of(int mode) const {
    return of_(mode, [this, mode] { return ++calls * 100.0 + mode; });
  }
  CachedRef<double> at(double x) const {
    return at_(x, [this] { return ++calls * 1.0; });
  }
  CachedRef<double> named(const std::string& text, bool flag) const {
    return named_(text, flag, [this] { return ++calls * 1.0; });
  }
  CachedRef<double> total() const {
    return total_([this] { return ++calls * 1.0; });
  }
  CachedRef<double> over(const std::vector<double>& window) const {
    return over_(window, [this] { return ++calls * 1.0; });
  }
  mutable int calls = 0;
  Cached<double(int)> of_;
  Cached<double(double)> at_;
  Cached<double(const std::string&, bool)> named_;
  Cached<double()> total_;
  Cached<double(std::vector<double>)> over_;
  CACHE_ON_DISK(Spectrum, of_, at_, named_, total_, over_)
};

TEST(ByArguments, EachArgumentHasOneEntry) {
  const TemporaryDirectory directory;
  Spectrum spectrum, reader;
  for (Spectrum* const one : {&spectrum, &reader}) {
    set_tmpdir(*one, directory.path());
    set_tag(*one, "night");
  }
  EXPECT_EQ(*spectrum.of(3), 103);
  EXPECT_EQ(*spectrum.of(4), 204);
  EXPECT_EQ(*spectrum.of(3), 103);
  spectrum.at(3), spectrum.named("a", true), spectrum.total(), spectrum.over({1, 2});
  EXPECT_EQ(spectrum.calls, 6);
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(directory / "cachenight"))
    if (file.path().extension() == ".npy") names.push_back(file.path().filename());
  EXPECT_THAT(names,
              UnorderedElementsAre("root.Spectrum.of(3).npy", "root.Spectrum.of(4).npy", "root.Spectrum.at(3.0).npy",
                                   "root.Spectrum.named('a',True).npy", "root.Spectrum.total().npy",
                                   "root.Spectrum.over" + name(std::vector<double>{1, 2}) + ".npy"));
  EXPECT_EQ(*reader.of(4), 204);
  EXPECT_EQ(*reader.over({1, 2}), 6);
  EXPECT_EQ(reader.calls, 0);
  EXPECT_EQ(*reader.over({2, 1}), 1);
}

TEST(ByArguments, NothingIsKeptWithoutATag) {
  const TemporaryDirectory directory;
  Spectrum spectrum;
  set_tmpdir(spectrum, directory.path());
  EXPECT_EQ(*spectrum.of(3), 103);
  EXPECT_EQ(*spectrum.of(3), 203);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(ByArguments, MayAskForThemselvesWithOtherArguments) {
  struct Fibonacci {
    double of(int n) const {
      return *of_(n, [this, n]() -> double { return ++calls, n < 2 ? n : of(n - 1) + of(n - 2); });
    }
    mutable int calls = 0;
    Cached<double(int)> of_;
    CACHE_ON_DISK(Fibonacci, of_)
  };
  const TemporaryDirectory directory;
  Fibonacci fibonacci;
  set_tmpdir(fibonacci, directory.path());
  set_tag(fibonacci, "night");
  EXPECT_EQ(fibonacci.of(20), 6765);
  EXPECT_EQ(fibonacci.calls, 21);
}

TEST(ByArguments, ExceptionsPassAndKeepNothing) {
  const TemporaryDirectory directory;
  struct Failing {
    double of(int n) const {
      return *of_(n, [n]() -> double { return n == 0 ? throw n : 1.0 / n; });
    }
    Cached<double(int)> of_;
    CACHE_ON_DISK(Failing, of_)
  } failing;
  set_tmpdir(failing, directory.path());
  set_tag(failing, "night");
  EXPECT_THROW(failing.of(0), int);
  EXPECT_EQ(failing.of(2), 0.5);
  EXPECT_EQ(explain(failing, "of", Arguments(0)).state, Explanation::State::missing);
  EXPECT_EQ(explain(failing, "of", Arguments(2)).state, Explanation::State::memory);
}

}  // namespace
}  // namespace cache_on_disk
