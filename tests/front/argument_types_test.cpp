// Which C++ types name a value, that no two unequal values of a type have one name, and that the name is the one that
// docs/format.md tells: Python programs find the same entries.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <deque>
#include <filesystem>
#include <list>
#include <map>
#include <random>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <variant>

#include "front/program.hpp"
#include "support/temporary_directory.hpp"

namespace {
struct Fit {
  double slope = 0;
  std::vector<std::string> stars;
  auto operator<=>(const Fit&) const = default;
};
CACHE_ON_DISK_FIELDS(Fit, slope, stars)

struct Tree {
  int number = 0;
  std::vector<Tree> branches;
};
CACHE_ON_DISK_FIELDS(Tree, number, branches)

struct Angle {
  double degrees = 0;
  auto operator<=>(const Angle&) const = default;
};
struct Filter {
  int number = 0;
};
struct Faulty {};
}  // namespace

template <>
struct cache_on_disk::Conversion<Angle> {
  static double to(const Angle& angle) { return angle.degrees; }
  static Angle from(double degrees) { return {degrees}; }
};
template <>
struct cache_on_disk::Conversion<Faulty> {
  static double to(const Faulty&) { throw std::runtime_error("out of order"); }
  static Faulty from(double) { return {}; }
};
template <>
struct cache_on_disk::ArgumentEncoder<Filter> {
  static void add(ArgumentList& list, const Filter& filter) { list.integer(filter.number); }
};

namespace cache_on_disk {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

using Path = std::filesystem::path;
using Bytes = std::vector<std::byte>;
using Random = std::mt19937;

template <class... Args>
std::string name(const Args&... args) {
  return Arguments(args...).text();
}

// Values, small ones so that equal ones come often, and how Python writes them.

std::size_t below(Random& random, std::size_t n) { return random() % n; }

template <class T>
struct Made;

template <std::integral T>
struct Made<T> {
  static T make(Random& random) {
    if (std::same_as<T, bool> || below(random, 2) == 0) return static_cast<T>(below(random, 3));
    return static_cast<T>((std::uint64_t{random()} << 32 | random()) >> below(random, 64));
  }
  static std::string python(T value) {
    return std::same_as<T, bool> ? (value ? "True" : "False") : std::to_string(value);
  }
};
template <>
struct Made<double> {
  static double make(Random& random) {
    constexpr double some[] = {0.0, -0.0, 1.0, 0.1, 1e300, std::numeric_limits<double>::infinity()};
    return below(random, 2) == 0 ? some[below(random, 6)] : std::ldexp(static_cast<double>(random()), -20);
  }
  static std::string python(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%a", value);
    return "float.fromhex('" + std::string(text) + "')";
  }
};
template <>
struct Made<std::complex<double>> {
  static std::complex<double> make(Random& random) { return {Made<double>::make(random), Made<double>::make(random)}; }
  static std::string python(const std::complex<double>& value) {
    return "complex(" + Made<double>::python(value.real()) + "," + Made<double>::python(value.imag()) + ")";
  }
};
std::string python_bytes(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    hex += digits;
  }
  return "bytes.fromhex('" + hex + "')";
}
template <>
struct Made<std::string> {
  static std::string make(Random& random) {
    constexpr const char* some[] = {
        "", "a", "b", "ab", "a,b", "a'b", "M\xC3\xBCnchen", "None", "1", "a/b", "\xF0\x9F\x94\xAD"};
    std::string text = some[below(random, 11)];
    if (below(random, 8) == 0) text.append(below(random, 300), 'x');
    return text;
  }
  static std::string python(const std::string& value) { return python_bytes(value) + ".decode()"; }
};
template <>
struct Made<Path> {
  static Path make(Random& random) {
    constexpr const char* some[] = {"a", "a/b", "/a", "a.fits", "/data/M\xC3\xBCnchen", "."};
    return some[below(random, 6)];
  }
  static std::string python(const Path& value) { return "Path(" + Made<std::string>::python(value.native()) + ")"; }
};
template <>
struct Made<Bytes> {
  static Bytes make(Random& random) { return Bytes(below(random, 4), static_cast<std::byte>(random() & 0x81)); }
  static std::string python(const Bytes& value) {
    return python_bytes({reinterpret_cast<const char*>(value.data()), value.size()});
  }
};
template <class Rep, class Period>
struct Made<std::chrono::duration<Rep, Period>> {
  using T = std::chrono::duration<Rep, Period>;
  static T make(Random& random) { return T(Made<std::int64_t>::make(random)); }
  static std::string python(const T& value) {
    const std::string unit = ElementTraits<T>::type.unit.text();
    return "Elements('<m8" + unit + "', (), (" + std::to_string(value.count()) +
           ").to_bytes(8, 'little', signed=True))";
  }
};
template <class T>
struct Made<std::optional<T>> {
  static std::optional<T> make(Random& random) {
    if (below(random, 3) == 0) return std::nullopt;
    return Made<T>::make(random);
  }
  static std::string python(const std::optional<T>& value) { return value ? Made<T>::python(*value) : "None"; }
};
template <>
struct Made<std::monostate> {
  static std::monostate make(Random&) { return {}; }
  static std::string python(std::monostate) { return "None"; }
};
template <class... T>
struct Made<std::variant<T...>> {
  static std::variant<T...> make(Random& random) {
    std::variant<T...> value;
    std::size_t chosen = below(random, sizeof...(T)), i = 0;
    ((i++ == chosen ? (void)(value = Made<T>::make(random)) : void()), ...);
    return value;
  }
  static std::string python(const std::variant<T...>& value) {
    return std::visit([]<class Held>(const Held& held) { return Made<Held>::python(held); }, value);
  }
};
template <class T, char open, char close>
struct MadeSequence {
  static T make(Random& random) {
    T value;
    for (std::size_t n = below(random, 4); n > 0; --n)
      value.insert(value.end(), Made<typename T::value_type>::make(random));
    return value;
  }
  static std::string python(const T& value) {
    std::string text;
    for (const auto& element : value) text += Made<typename T::value_type>::python(element) + ",";
    if (open == '{' && value.empty()) return "set()";
    return open + text + close;
  }
};
template <class T>
struct Made<std::list<T>> : MadeSequence<std::list<T>, '[', ']'> {};
template <class T>
struct Made<std::deque<T>> : MadeSequence<std::deque<T>, '[', ']'> {};
template <class T>
  requires(!ArrayElement<T> && !detail::NestedArray<std::vector<T>>)
struct Made<std::vector<T>> : MadeSequence<std::vector<T>, '[', ']'> {};
template <class T>
struct Made<std::set<T>> : MadeSequence<std::set<T>, '{', '}'> {};
template <class T>
struct Made<std::unordered_set<T>> : MadeSequence<std::unordered_set<T>, '{', '}'> {};

/// "<f8" of elements, and their bytes.
template <class T>
std::string python_elements(const std::vector<T>& elements, const std::string& shape) {
  const std::string descr = Dtype::of(ElementTraits<T>::type).text();
  return "Elements('" + descr + "', " + shape + ", " +
         python_bytes({reinterpret_cast<const char*>(elements.data()), elements.size() * sizeof(T)}) + ")";
}
template <ArrayElement T>
  requires(!std::same_as<T, std::byte>)
struct Made<std::vector<T>> {
  static std::vector<T> make(Random& random) {
    std::vector<T> value(below(random, 4));
    for (T& element : value) element = Made<T>::make(random);
    return value;
  }
  static std::string python(const std::vector<T>& value) {
    return python_elements(value, "(" + std::to_string(value.size()) + ",)");
  }
};
template <ArrayElement T>
  requires(!std::same_as<T, std::byte>)
struct Made<std::vector<std::vector<T>>> {
  using Nest = std::vector<std::vector<T>>;
  static Nest make(Random& random) {
    Nest value(below(random, 4));
    const std::size_t columns = below(random, 3);
    const bool ragged = below(random, 2) == 0;
    for (auto& row : value)
      for (std::size_t n = columns + (ragged ? below(random, 2) : 0); n > 0; --n) row.push_back(Made<T>::make(random));
    return value;
  }
  static std::string python(const Nest& value) {
    std::vector<T> all;
    std::string rows;
    bool ragged = false;
    for (const auto& row : value) {
      all.insert(all.end(), row.begin(), row.end());
      rows += Made<std::vector<T>>::python(row) + ",";
      ragged = ragged || row.size() != value.front().size();
    }
    if (ragged) return "[" + rows + "]";
    const std::size_t columns = value.empty() ? 0 : value.front().size();
    return python_elements(all, "(" + std::to_string(value.size()) + "," + std::to_string(columns) + ")");
  }
};
template <class Map>
struct MadeMap {
  static Map make(Random& random) {
    Map value;
    for (std::size_t n = below(random, 4); n > 0; --n)
      value[Made<typename Map::key_type>::make(random)] = Made<typename Map::mapped_type>::make(random);
    return value;
  }
  static std::string python(const Map& value) {
    std::string text;
    for (const auto& [key, mapped] : value)
      text += Made<typename Map::key_type>::python(key) + ":" + Made<typename Map::mapped_type>::python(mapped) + ",";
    return "{" + text + "}";
  }
};
template <class K, class V>
struct Made<std::map<K, V>> : MadeMap<std::map<K, V>> {};
template <class K, class V>
struct Made<std::unordered_map<K, V>> : MadeMap<std::unordered_map<K, V>> {};
template <class... T>
struct Made<std::tuple<T...>> {
  static std::tuple<T...> make(Random& random) { return std::tuple<T...>{Made<T>::make(random)...}; }
  static std::string python(const std::tuple<T...>& value) {
    return "(" +
           std::apply([](const T&... parts) { return (std::string() + ... + (Made<T>::python(parts) + ",")); }, value) +
           ")";
  }
};
template <class A, class B>
struct Made<std::pair<A, B>> {
  static std::pair<A, B> make(Random& random) { return {Made<A>::make(random), Made<B>::make(random)}; }
  static std::string python(const std::pair<A, B>& value) {
    return "(" + Made<A>::python(value.first) + "," + Made<B>::python(value.second) + ")";
  }
};
template <>
struct Made<Fit> {
  static Fit make(Random& random) { return {Made<double>::make(random), Made<std::vector<std::string>>::make(random)}; }
  static std::string python(const Fit& value) {
    return "{'slope':" + Made<double>::python(value.slope) +
           ",'stars':" + Made<std::vector<std::string>>::python(value.stars) + "}";
  }
};
template <>
struct Made<Angle> {
  static Angle make(Random& random) { return {Made<double>::make(random)}; }
  static std::string python(const Angle& value) { return Made<double>::python(value.degrees); }
};

/// Equal, and alike: 0.0 and -0.0 are not.
template <class T>
bool are_alike(const T& one, const T& other) {
  if constexpr (requires { Made<T>::python(one); })
    return one == other && (Made<T>::python(one) == Made<T>::python(other) || requires { typename T::hasher; });
  else
    return one == other;
}

struct Trial {
  std::string script = R"(
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from argument_names import Elements, name
for line in open(sys.argv[2]):
    told, expression = line.rstrip('\n').split('\t')
    assert told == name(eval(expression)), line
)";
  std::string lines;
  Random random{20240410};

  template <class T>
  void of() {
    constexpr int count = 150;
    std::vector<std::pair<T, std::string>> known;
    for (int i = 0; i < count; ++i) {
      T value = Made<T>::make(random);
      std::string told = name(value);
      lines += told + "\t" + Made<T>::python(value) + "\n";
      for (const auto& [other, name_of_other] : known)
        ASSERT_EQ(are_alike(value, other), told == name_of_other)
            << Made<T>::python(value) << " and " << Made<T>::python(other);
      known.emplace_back(std::move(value), std::move(told));
    }
  }
};

TEST(ArgumentTypes, OfUnequalValuesHaveUnequalNamesWhichAreThoseOfPython) {
  Trial trial;
  trial.of<bool>();
  trial.of<std::int64_t>();
  trial.of<std::uint64_t>();
  trial.of<std::int8_t>();
  trial.of<double>();
  trial.of<std::complex<double>>();
  trial.of<std::string>();
  trial.of<Path>();
  trial.of<Bytes>();
  trial.of<std::chrono::nanoseconds>();
  trial.of<std::chrono::minutes>();
  trial.of<std::optional<std::string>>();
  trial.of<std::optional<std::vector<double>>>();
  trial.of<std::vector<double>>();
  trial.of<std::vector<std::int16_t>>();
  trial.of<std::vector<std::vector<int>>>();
  trial.of<std::vector<std::string>>();
  trial.of<std::vector<std::vector<std::string>>>();
  trial.of<std::vector<Bytes>>();
  trial.of<std::list<double>>();
  trial.of<std::deque<Path>>();
  trial.of<std::set<std::int64_t>>();
  trial.of<std::set<std::pair<std::string, bool>>>();
  trial.of<std::unordered_set<std::string>>();
  trial.of<std::map<std::string, double>>();
  trial.of<std::map<std::pair<int, std::string>, std::vector<double>>>();
  trial.of<std::map<std::string, std::map<int, std::list<bool>>>>();
  trial.of<std::unordered_map<std::string, std::int64_t>>();
  trial.of<std::tuple<std::string>>();
  trial.of<std::tuple<std::string, double, std::optional<int>>>();
  trial.of<std::pair<std::tuple<int, int>, int>>();
  trial.of<std::variant<std::monostate, bool, int, double, std::string, Path>>();
  trial.of<std::vector<std::variant<int, std::vector<std::string>>>>();
  trial.of<Fit>();
  trial.of<std::map<std::string, Fit>>();
  trial.of<Angle>();
  const TemporaryDirectory directory;
  std::ofstream(directory / "names") << trial.lines;
  if (run_python("", {}).code != 0) GTEST_SKIP() << "no /usr/bin/python3";
  const Outcome outcome = run_python(trial.script, {COD_TEST_SOURCE_DIR "/support", directory / "names"});
  EXPECT_EQ(outcome.code, 0) << outcome.output;
}

TEST(ArgumentTypes, OfOneTypeDoNotRunTogether) {
  using Strings = std::vector<std::string>;
  EXPECT_NE(name(Strings{"a", "b"}), name(Strings{"a,b"}));
  EXPECT_NE(name(Strings{"ab"}, Strings{}), name(Strings{}, Strings{"ab"}));
  EXPECT_NE(name(std::vector<Strings>{{"a"}, {}}), name(std::vector<Strings>{{}, {"a"}}));
  EXPECT_NE(name(std::map<std::string, std::string>{{"a", "b"}}), name(std::map<std::string, std::string>{{"b", "a"}}));
  EXPECT_NE(name(Path("a")), name("a"));
  EXPECT_NE(name(Path("a")), name(Path("a/")));
  EXPECT_NE(name(Path("a/../b")), name(Path("b")));
  EXPECT_EQ(name(Path("a//b")), name(Path("a/b"))) << "they are equal";
  EXPECT_NE(name(std::vector<std::vector<int>>{{1}, {2, 3}}), name(std::vector<std::vector<int>>{{1, 2}, {3}}));
}

TEST(ArgumentTypes, AlternativesThatLookAlikeAreToldApart) {
  using Both = std::variant<float, double>;
  EXPECT_NE(name(Both(0.5F)), name(Both(0.5)));
  using Sequences = std::variant<std::list<int>, std::deque<int>>;
  EXPECT_NE(name(Sequences(std::list<int>{1})), name(Sequences(std::deque<int>{1})));
  using Structs = std::variant<Fit, std::map<std::string, std::string>>;
  EXPECT_NE(name(Structs(Fit{})), name(Structs(std::map<std::string, std::string>{})));
  using Empty = std::variant<std::monostate, std::optional<int>>;
  EXPECT_NE(name(Empty(std::monostate())), name(Empty(std::optional<int>())));
  using Clear = std::variant<int, std::string>;
  EXPECT_EQ(name(Clear(3)), "(3)") << "as in Python";
}

TEST(ArgumentTypes, PaddingPlaysNoPart) {
  // As memory may be left: the bytes between the fields, and behind the ten of a long double.
  const auto dtype =
      Dtype::parse("[('a', '|i1'), ('', '|V7'), ('b', '<f8'), ('c', [('d', '|u1'), ('', '|V3')], (2,))]");
  ASSERT_TRUE(dtype) << dtype.error().message;
  const auto filled = [&](unsigned char padding, unsigned char value) {
    auto bytes = std::make_shared<std::vector<std::byte>>(24, std::byte{padding});
    for (const std::size_t place : {0u, 8u, 9u, 10u, 11u, 12u, 13u, 14u, 15u, 16u, 20u})
      (*bytes)[place] = std::byte{value};
    return AnyArray(*dtype, npy::StridedBytes{{1}, {24}, bytes->data(), bytes});
  };
  EXPECT_EQ(name(filled(0, 1)), name(filled(0xAB, 1)));
  EXPECT_NE(name(filled(0, 1)), name(filled(0, 2)));
  const auto large = [](unsigned char padding) {
    std::array<long double, 2> numbers{1.0L, 2.0L};
    std::array<std::byte, sizeof numbers> bytes = std::bit_cast<std::array<std::byte, sizeof numbers>>(numbers);
    if (std::numeric_limits<long double>::digits == 64)
      for (std::size_t i = 0; i < bytes.size(); ++i)
        if (i % sizeof(long double) >= 10) bytes[i] = std::byte{padding};
    auto owned = std::make_shared<std::array<std::byte, sizeof numbers>>(bytes);
    return AnyArray(Dtype::of(ElementTraits<long double>::type),
                    npy::StridedBytes{{2}, {sizeof(long double)}, owned->data(), owned});
  };
  EXPECT_EQ(name(large(0)), name(large(0xCD)));
}

TEST(ArgumentTypes, OfAProgramHaveTheirOwnEncoder) {
  EXPECT_EQ(name(Filter{3}), "(3)");
  EXPECT_EQ(name(std::vector<Filter>{{3}}), name(std::list<int>{3}));
  EXPECT_EQ(name(static_cast<const char*>(nullptr)), "(None)");
}

struct Station {
  CachedRef<int> file(const Path& path) const {
    return file_(path, [this] { return ++calls; });
  }
  CachedRef<int> names(const std::vector<std::string>& all) const {
    return names_(all, [this] { return ++calls; });
  }
  CachedRef<int> rows(const std::vector<std::vector<int>>& all) const {
    return rows_(all, [this] { return ++calls; });
  }
  CachedRef<int> tree(const Tree& tree) const {
    return tree_(tree, [this] { return ++calls; });
  }
  CachedRef<int> faulty(const Faulty& faulty) const {
    return faulty_(faulty, [this] { return ++calls; });
  }
  mutable int calls = 0;
  Cached<int(Path)> file_;
  Cached<int(std::vector<std::string>)> names_;
  Cached<int(std::vector<std::vector<int>>)> rows_;
  Cached<int(Tree)> tree_;
  Cached<int(Faulty)> faulty_;
  CACHE_ON_DISK(Station, file_, names_, rows_, tree_, faulty_)
};

TEST(ArgumentTypes, ReachTheEntryOfTheSameArguments) {
  const TemporaryDirectory directory;
  Station writer, reader;
  for (Station* const one : {&writer, &reader}) {
    set_tmpdir(*one, directory.path());
    set_tag(*one, "night");
  }
  EXPECT_EQ(*writer.file("a.fits"), 1);
  EXPECT_EQ(*writer.names({"a", "b"}), 2);
  EXPECT_EQ(*writer.rows({{1}, {2, 3}}), 3);
  EXPECT_EQ(*reader.file("a.fits"), 1);
  EXPECT_EQ(*reader.names({"a", "b"}), 2);
  EXPECT_EQ(*reader.rows({{1}, {2, 3}}), 3);
  EXPECT_EQ(reader.calls, 0);
  EXPECT_EQ(explain(reader, "file", Arguments(Path("a.fits"))).state, Explanation::State::memory);
}

Tree deep(int levels) {
  Tree tree;
  for (int i = 0; i < levels; ++i) {
    Tree outer{i, {}};
    outer.branches.push_back(std::move(tree));
    tree = std::move(outer);
  }
  return tree;
}

/// What cannot name a value is computed, told once, and thrown where that is wanted.
TEST(ArgumentTypes, ThatCannotNameAValueAreComputedWithoutTheCache) {
  const TemporaryDirectory directory;
  std::vector<std::string> troubles;
  set_trouble_handler([&](const Trouble& trouble) { troubles.push_back(trouble.message); });
  Station station;
  set_tmpdir(station, directory.path());
  set_tag(station, "night");
  EXPECT_EQ(*station.tree(deep(50)), 1);
  EXPECT_EQ(*station.tree(deep(50)), 1);
  const Tree too_deep = deep(1000);
  EXPECT_EQ(*station.tree(too_deep), 2);
  EXPECT_EQ(*station.tree(too_deep), 3);
  EXPECT_EQ(*station.faulty({}), 4);
  EXPECT_EQ(*station.faulty({}), 5);
  ASSERT_THAT(troubles, SizeIs(2));
  EXPECT_THAT(troubles[0], HasSubstr("root.Station.tree is computed without the cache"));
  EXPECT_THAT(troubles[0], HasSubstr("nested more than 200 levels deep"));
  EXPECT_THAT(troubles[1], HasSubstr("out of order"));
  const auto uncached = statistics(station).uncached;  // of the whole process
  EXPECT_EQ(std::ranges::count_if(uncached, [](const auto& one) { return one.first.starts_with("root.Station."); }), 2);
  EXPECT_THROW((void)explain(station, "tree", Arguments(too_deep)), std::invalid_argument);
  Options strict = options();
  strict.strict = true;
  set_options(strict);
  EXPECT_THROW((void)station.tree(too_deep), UncachedError);
  EXPECT_EQ(station.calls, 5);
  Options off;
  off.mode = Mode::off;
  off.strict = true;
  set_options(off);
  EXPECT_EQ(*station.tree(too_deep), 6) << "as if no tag were set";
  set_options({});
  set_trouble_handler({});
}

}  // namespace
}  // namespace cache_on_disk
