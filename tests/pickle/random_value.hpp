// Values of any C++ type that can be cached, made of bytes, and the Python expressions that they should
// equal. The expressions are put together here, without a line of the library.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "cache_on_disk/cache_on_disk.hpp"

namespace random_value {

/// A source of decisions: the bytes of a fuzzer or of a generator; zeros when they are used up.
class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::uint64_t number(std::size_t width = 8) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value = value << 8 | byte();
    return value;
  }
  std::uint8_t byte() { return place_ < bytes_.size() ? bytes_[place_++] : 0; }
  std::size_t below(std::size_t limit) { return number(2) % limit; }
  /// Mostly small, now and then beyond the limits of a pickle's batches.
  std::size_t length() {
    const std::uint8_t kind = byte();
    return kind < 250 ? kind % 6 : kind < 254 ? 300 : 1001;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t place_ = 0;
};

enum class Color : std::int16_t { red = -1, green = 0, blue = 300 };

struct Fit {
  double slope = 0;
  std::vector<std::string> stars;
  std::optional<std::int32_t> order;
};
CACHE_ON_DISK_FIELDS(Fit, slope, stars, order)

/// Its fields are private, and it contains itself.
class Tree {
 public:
  std::string name_;
  std::vector<Tree> children_;
  CACHE_ON_DISK_PRIVATE_FIELDS(Tree, name_, children_)
};

struct Angle {
  double degrees = 0;
};

}  // namespace random_value

template <>
struct cache_on_disk::Conversion<random_value::Angle> {
  static std::pair<std::string, double> to(const random_value::Angle& angle) { return {"degrees", angle.degrees}; }
  static random_value::Angle from(const std::pair<std::string, double>& pair) { return {pair.second}; }
};

namespace random_value {

// What follows gives, for each type, make(bytes) and expression(value).
template <class T>
struct Maker;

template <class T>
T make(Bytes& bytes) {
  return Maker<T>::make(bytes);
}
template <class T>
std::string expression(const T& value) {
  return Maker<T>::expression(value);
}

template <>
struct Maker<std::monostate> {
  static std::monostate make(Bytes&) { return {}; }
  static std::string expression(std::monostate) { return "None"; }
};
template <>
struct Maker<bool> {
  static bool make(Bytes& bytes) { return bytes.byte() % 2 == 1; }
  static std::string expression(bool value) { return value ? "True" : "False"; }
};
template <std::integral T>
struct Maker<T> {
  static T make(Bytes& bytes) {
    // Numbers of every length, and around the ends of each.
    const unsigned bits = bytes.byte() % 65;
    const std::uint64_t low = bits == 64 ? bytes.number() : bytes.number() & ((std::uint64_t{1} << bits) - 1);
    const std::uint64_t edge = bits == 64 ? 0 : std::uint64_t{1} << bits;
    switch (bytes.byte() % 4) {
      case 0:
        return static_cast<T>(edge);
      case 1:
        return static_cast<T>(edge - 1);
      case 2:
        return static_cast<T>(~edge);
      default:
        return static_cast<T>(low);
    }
  }
  static std::string expression(T value) { return std::to_string(value); }
};
template <>
struct Maker<double> {
  static double make(Bytes& bytes) {
    constexpr double some[] = {0.0, -0.0, 1.0, -1.5, 0.1, 1e300, 5e-324, 1.7976931348623157e308};
    const std::uint8_t kind = bytes.byte();
    if (kind < 64) return some[kind % 8];
    if (kind < 72) return std::bit_cast<double>(std::uint64_t{kind % 2 ? 0x7ff0000000000000 : 0xfff0000000000000});
    return std::bit_cast<double>(bytes.number());  // any bits, NaNs too
  }
  static std::string expression(double value) {
    return "double(" + std::to_string(std::bit_cast<std::uint64_t>(value)) + ")";
  }
};
template <>
struct Maker<float> {
  static float make(Bytes& bytes) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(bytes.number(4)));
    return value == value ? value : 0.5F;  // a NaN becomes another one when it becomes a double
  }
  static std::string expression(float value) { return Maker<double>::expression(double{value}); }
};
template <>
struct Maker<std::complex<double>> {
  static std::complex<double> make(Bytes& bytes) {
    const double real = random_value::make<double>(bytes);
    return {real, random_value::make<double>(bytes)};
  }
  static std::string expression(const std::complex<double>& value) {
    return "complex(" + random_value::expression(value.real()) + ", " + random_value::expression(value.imag()) + ")";
  }
};

inline std::string hexadecimal(const std::string& text) {
  std::string digits;
  for (const char c : text)
    for (const int shift : {4, 0}) digits += "0123456789abcdef"[static_cast<unsigned char>(c) >> shift & 15];
  return digits;
}

template <>
struct Maker<std::string> {
  static std::string make(Bytes& bytes) {
    static const std::string pieces[] = {"a",    "seeing", "\xc3\xa9",           "\xe2\x82\xac", "\xf0\x9f\x94\xad",
                                         "\n",   "'",      std::string(1, '\0'), "\xed\x9f\xbf", "x",
                                         "HD 1", "_"};
    std::string text;
    for (std::size_t count = bytes.length(); count > 0; --count) text += pieces[bytes.byte() % std::size(pieces)];
    const std::uint8_t kind = bytes.byte();
    if (kind == 255) text += std::string(70000, 'y');
    if (kind % 16 == 1) text += "\xff";          // no UTF-8
    if (kind % 32 == 2) text += "\xed\xa0\x80";  // a surrogate, which is not UTF-8 either
    return text;
  }
  static std::string expression(const std::string& value) { return "text('" + hexadecimal(value) + "')"; }
};
template <>
struct Maker<std::filesystem::path> {
  static std::filesystem::path make(Bytes& bytes) { return "/data/" + random_value::make<std::string>(bytes); }
  static std::string expression(const std::filesystem::path& value) { return random_value::expression(value.native()); }
};
template <>
struct Maker<std::vector<std::byte>> {
  static std::vector<std::byte> make(Bytes& bytes) {
    std::vector<std::byte> result(bytes.length());
    for (std::byte& byte : result) byte = std::byte{bytes.byte()};
    return result;
  }
  static std::string expression(const std::vector<std::byte>& value) {
    return "bytes.fromhex('" + hexadecimal({reinterpret_cast<const char*>(value.data()), value.size()}) + "')";
  }
};
template <>
struct Maker<Color> {
  static Color make(Bytes& bytes) {
    constexpr Color colors[] = {Color::red, Color::green, Color::blue};
    return colors[bytes.byte() % 3];
  }
  static std::string expression(Color value) { return std::to_string(static_cast<int>(value)); }
};
template <>
struct Maker<std::chrono::milliseconds> {
  static std::chrono::milliseconds make(Bytes& bytes) {
    return std::chrono::milliseconds(random_value::make<std::int64_t>(bytes));
  }
  static std::string expression(std::chrono::milliseconds value) {
    return "time('m8[ms]', " + std::to_string(value.count()) + ")";
  }
};
template <>
struct Maker<std::chrono::system_clock::time_point> {
  using T = std::chrono::system_clock::time_point;
  static T make(Bytes& bytes) { return T(std::chrono::nanoseconds(random_value::make<std::int64_t>(bytes))); }
  static std::string expression(T value) {
    return "time('M8[ns]', " + std::to_string(value.time_since_epoch().count()) + ")";
  }
};

template <class T>
struct Maker<std::optional<T>> {
  static std::optional<T> make(Bytes& bytes) {
    if (bytes.byte() % 4 == 0) return std::nullopt;
    return random_value::make<T>(bytes);
  }
  static std::string expression(const std::optional<T>& value) {
    return value ? random_value::expression(*value) : "None";
  }
};
template <class... T>
struct Maker<std::variant<T...>> {
  using V = std::variant<T...>;
  static V make(Bytes& bytes) {
    using Make = V (*)(Bytes&);
    constexpr Make makes[] = {[](Bytes& b) { return V(random_value::make<T>(b)); }...};
    return makes[bytes.byte() % sizeof...(T)](bytes);
  }
  static std::string expression(const V& value) {
    return std::visit([](const auto& held) { return random_value::expression(held); }, value);
  }
};

template <class T>
std::string joined(const T& items) {
  std::string text;
  for (const auto& item : items) text += random_value::expression(item) + ", ";
  return text;
}

template <class T>
struct SequenceMaker {
  static T make(Bytes& bytes) {
    T result;
    for (std::size_t count = bytes.length(); count > 0; --count)
      result.push_back(random_value::make<typename T::value_type>(bytes));
    return result;
  }
  static std::string expression(const T& value) { return "[" + joined(value) + "]"; }
};
template <class T>
struct Maker<std::list<T>> : SequenceMaker<std::list<T>> {};
template <class T>
struct Maker<std::deque<T>> : SequenceMaker<std::deque<T>> {};
template <class T>
struct Maker<std::vector<T>> : SequenceMaker<std::vector<T>> {};

template <class T, const char* dtype>
struct ArrayMaker : SequenceMaker<std::vector<T>> {
  static std::string expression(const std::vector<T>& value) {
    return "numpy.array([" + joined(value) + "], '" + dtype + "')";
  }
};
inline constexpr char float64[] = "<f8";
inline constexpr char int32[] = "<i4";
inline constexpr char uint8[] = "|u1";
template <>
struct Maker<std::vector<double>> : ArrayMaker<double, float64> {};
template <>
struct Maker<std::vector<std::int32_t>> : ArrayMaker<std::int32_t, int32> {};
template <>
struct Maker<std::vector<std::uint8_t>> : ArrayMaker<std::uint8_t, uint8> {};

/// Rows of one length are an array, others a list of arrays.
template <>
struct Maker<std::vector<std::vector<double>>> : SequenceMaker<std::vector<std::vector<double>>> {
  static std::string expression(const std::vector<std::vector<double>>& value) {
    const std::size_t columns = value.empty() ? 0 : value.front().size();
    for (const auto& row : value)
      if (row.size() != columns) return "[" + joined(value) + "]";
    std::string rows;
    for (const auto& row : value) rows += "[" + joined(row) + "], ";
    return "numpy.array([" + rows + "], '<f8').reshape(" + std::to_string(value.size()) + ", " +
           std::to_string(columns) + ")";
  }
};
template <>
struct Maker<cache_on_disk::Array<std::int16_t>> {
  using T = cache_on_disk::Array<std::int16_t>;
  static T make(Bytes& bytes) {
    const std::size_t rows = bytes.length(), columns = bytes.byte() % 40;
    const T array({rows, columns}, [&](std::span<std::int16_t> all) {
      for (auto& element : all) element = static_cast<std::int16_t>(bytes.number(2));
    });
    switch (bytes.byte() % 4) {
      case 0:
        return array.transpose();
      case 1:
        return array.slice(1, 0, columns, 2);
      default:
        return array;
    }
  }
  static std::string expression(const T& array) {
    std::string shape, elements;
    for (const std::size_t extent : array.shape()) shape += std::to_string(extent) + ", ";
    for (const std::int16_t element : array) elements += std::to_string(element) + ", ";
    return "numpy.array([" + elements + "], '<i2').reshape((" + shape + "))";
  }
};

template <class... T>
struct Maker<std::tuple<T...>> {
  static std::tuple<T...> make(Bytes& bytes) { return std::tuple<T...>{random_value::make<T>(bytes)...}; }
  static std::string expression(const std::tuple<T...>& value) {
    const auto items = [](const T&... item) { return (std::string() + ... + (random_value::expression(item) + ", ")); };
    return "(" + std::apply(items, value) + ")";
  }
};
template <class A, class B>
struct Maker<std::pair<A, B>> {
  static std::pair<A, B> make(Bytes& bytes) {
    A a = random_value::make<A>(bytes);
    return {std::move(a), random_value::make<B>(bytes)};
  }
  static std::string expression(const std::pair<A, B>& value) {
    return "(" + random_value::expression(value.first) + ", " + random_value::expression(value.second) + ")";
  }
};

template <class T>
struct MapMaker {
  static T make(Bytes& bytes) {
    T map;
    for (std::size_t count = bytes.length(); count > 0; --count) {
      auto key = random_value::make<typename T::key_type>(bytes);
      map.try_emplace(std::move(key), random_value::make<typename T::mapped_type>(bytes));
    }
    return map;
  }
  static std::string expression(const T& map) {
    std::string text;
    for (const auto& [key, value] : map)
      text += random_value::expression(key) + ": " + random_value::expression(value) + ", ";
    return "{" + text + "}";
  }
};
template <class K, class V>
struct Maker<std::map<K, V>> : MapMaker<std::map<K, V>> {};
template <class K, class V>
struct Maker<std::unordered_map<K, V>> : MapMaker<std::unordered_map<K, V>> {};

template <class T>
struct SetMaker {
  static T make(Bytes& bytes) {
    T set;
    for (std::size_t count = bytes.length(); count > 0; --count)
      set.insert(random_value::make<typename T::value_type>(bytes));
    return set;
  }
  static std::string expression(const T& set) { return "set([" + joined(set) + "])"; }
};
template <class T>
struct Maker<std::set<T>> : SetMaker<std::set<T>> {};
template <class T>
struct Maker<std::unordered_set<T>> : SetMaker<std::unordered_set<T>> {};

template <>
struct Maker<Fit> {
  static Fit make(Bytes& bytes) {
    Fit fit;
    fit.slope = random_value::make<double>(bytes);
    fit.stars = random_value::make<std::vector<std::string>>(bytes);
    fit.order = random_value::make<std::optional<std::int32_t>>(bytes);
    return fit;
  }
  static std::string expression(const Fit& fit) {
    return "{'slope': " + random_value::expression(fit.slope) + ", 'stars': " + random_value::expression(fit.stars) +
           ", 'order': " + random_value::expression(fit.order) + "}";
  }
};
template <>
struct Maker<Tree> {
  static Tree make(Bytes& bytes, int depth = 0) {
    Tree tree;
    tree.name_ = random_value::make<std::string>(bytes);
    for (std::size_t count = depth < 20 ? bytes.byte() % 3 : 0; count > 0; --count)
      tree.children_.push_back(make(bytes, depth + 1));
    return tree;
  }
  static std::string expression(const Tree& tree) {
    std::string children;
    for (const Tree& child : tree.children_) children += expression(child) + ", ";
    return "{'name': " + random_value::expression(tree.name_) + ", 'children': [" + children + "]}";
  }
};
template <>
struct Maker<Angle> {
  static Angle make(Bytes& bytes) { return {random_value::make<double>(bytes)}; }
  static std::string expression(const Angle& angle) {
    return "('degrees', " + random_value::expression(angle.degrees) + ")";
  }
};

template <class... T>
struct Types {};

/// The types that are tried.
using AllTypes =
    Types<std::monostate, bool, std::int8_t, std::uint16_t, std::int32_t, std::int64_t, std::uint64_t, double, float,
          std::complex<double>, std::string, std::filesystem::path, std::vector<std::byte>, Color,
          std::chrono::milliseconds, std::chrono::system_clock::time_point, std::optional<std::string>,
          std::list<double>, std::deque<std::int64_t>, std::vector<std::string>, std::tuple<>, std::tuple<std::int32_t>,
          std::tuple<bool, double, std::string, Color>, std::pair<std::string, std::vector<double>>,
          std::map<std::string, double>, std::map<std::int64_t, std::string>,
          std::unordered_map<std::string, std::vector<std::int32_t>>, std::unordered_map<std::int64_t, Fit>,
          std::set<std::string>, std::unordered_set<std::int64_t>, std::unordered_set<std::string>,
          std::set<std::tuple<std::int32_t, std::string>>, std::list<std::vector<double>>,
          std::list<std::vector<std::uint8_t>>, std::list<std::vector<std::vector<double>>>,
          std::list<cache_on_disk::Array<std::int16_t>>, std::map<Color, std::optional<std::chrono::milliseconds>>,
          std::map<std::filesystem::path, std::list<std::map<std::string, std::tuple<std::string, double>>>>,
          std::variant<std::monostate, std::int64_t, double, std::string, std::list<double>>,
          std::vector<std::variant<bool, std::int32_t, std::vector<double>, std::map<std::string, std::string>>>, Fit,
          std::vector<Fit>, Tree, std::list<Angle>, std::map<std::vector<std::byte>, bool>>;

}  // namespace random_value
