// Quantities and masked arrays: what Python pickled is read, and what is written here Python reads: quantities.txt is
// made by make_quantities.py, quantities_written.txt is what both languages' tests read.
#include "cache_on_disk/quantity.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "cache_on_disk/detail/pickle/pickle_codecs.hpp"
#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/detail/pickle/value_form.hpp"
#include "cache_on_disk/repr.hpp"

namespace cache_on_disk {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

std::string bytes_of(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::string hexadecimal(const std::string& bytes) {
  std::string digits;
  for (const char c : bytes) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return digits;
}

std::vector<std::vector<std::string>> golden(const std::string& name) {
  std::ifstream file(COD_TEST_SOURCE_DIR "/pickle/" + name);
  std::vector<std::vector<std::string>> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(split(line, '\t'));
  EXPECT_FALSE(lines.empty()) << name;
  return lines;
}

Value read(const std::string& pickle) {
  const auto value = pickle::read({std::as_bytes(std::span(pickle)), nullptr});
  EXPECT_TRUE(value.ok()) << value.error().message;
  return value ? *value : Value();
}

template <class T>
std::string dump(const T& value) {
  const auto bytes = pickle::dump([&](pickle::Writer& writer) { pickle::Form<T>::write(writer, value); });
  EXPECT_TRUE(bytes.ok()) << bytes.error().message;
  return bytes ? *bytes : std::string();
}

TEST(Quantity, of_python_gives_numbers_and_unit) {
  for (const auto& line : golden("quantities.txt")) {
    if (line[0].starts_with("masked") || line[0] == "no mask") continue;
    const Value value = read(bytes_of(line[1]));
    const auto quantity = value.as_quantity();
    ASSERT_TRUE(quantity.has_value()) << line[0] << ": " << repr(value);
    EXPECT_EQ(quantity->unit, line[3]) << line[0];
    std::vector<double> expected;
    if (line[0] == "complex") {
      const auto numbers = value_as<Quantity<Array<std::complex<double>>>>(value);
      ASSERT_TRUE(numbers.ok()) << numbers.error().message;
      EXPECT_EQ(numbers->value(0), (std::complex<double>{1, 2}));
      continue;
    }
    for (const std::string& number : split(line[2], ' ')) expected.push_back(std::stod(number));
    std::vector<double> found;
    if (line[0] == "integers") {
      const auto numbers = value_as<Quantity<Array<std::int32_t>>>(value);
      ASSERT_TRUE(numbers.ok()) << numbers.error().message;
      found.assign(numbers->value.begin(), numbers->value.end());
    } else if (line[0] == "single") {
      const auto numbers = value_as<Quantity<std::vector<float>>>(value);
      ASSERT_TRUE(numbers.ok()) << numbers.error().message;
      found.assign(numbers->value.begin(), numbers->value.end());
    } else if (quantity->value.rank() == 0) {
      const auto number = value_as<Quantity<double>>(value);
      ASSERT_TRUE(number.ok()) << number.error().message;
      found.push_back(number->value);
      EXPECT_EQ(number->unit, line[3]);
    } else {
      const auto numbers = value_as<Quantity<Array<double>>>(value);
      ASSERT_TRUE(numbers.ok()) << numbers.error().message;
      found.assign(numbers->value.begin(), numbers->value.end());
      EXPECT_EQ(numbers->unit, line[3]);
    }
    EXPECT_EQ(found, expected) << line[0];
  }
}

TEST(Masked, of_python_gives_data_and_mask) {
  int read_ones = 0;
  for (const auto& line : golden("quantities.txt")) {
    if (!line[0].starts_with("masked") && line[0] != "no mask") continue;
    const Value value = read(bytes_of(line[1]));
    ASSERT_TRUE(value.as_masked_array().has_value()) << repr(value);
    if (line[0] == "masked text") continue;
    std::string data, mask;
    const auto append = [](std::string& text, const std::string& word) { text += (text.empty() ? "" : " ") + word; };
    const auto print = [&](const auto& masked) {
      ASSERT_TRUE(masked.ok()) << masked.error().message;
      for (const auto number : masked->data) append(data, fmt::format("{}", number));
      for (const bool hidden : masked->mask) append(mask, hidden ? "True" : "False");
    };
    if (line[0] == "masked integers")
      print(value_as<Masked<Array<std::int16_t>>>(value));
    else
      print(value_as<Masked<std::vector<double>>>(value));
    if (line[0] == "no mask") data = "1.0 2.0";  // fmt leaves the zero out
    EXPECT_EQ(data, line[2]);
    EXPECT_EQ(mask, line[3]);
    ++read_ones;
  }
  EXPECT_EQ(read_ones, 9);
}

TEST(Quantity, is_written_for_python_byte_for_byte) {
  std::map<std::string, std::string> written;
  const auto add = [&](const std::string& name, const auto& value) { written[name] = dump(value); };
  add("speed", Quantity<Array<double>>{Array<double>({2}, {1.5, 2.5}), "m / s"});
  add("integers", Quantity<Array<std::int16_t>>{Array<std::int16_t>({3}, {1, -2, 3}), "adu"});
  add("single", Quantity<std::vector<float>>{{0.5F, 1.5F}, "1e-20 erg / (s cm2)"});
  add("number", Quantity<double>{2.5, "km"});
  add("complex", Quantity<std::complex<double>>{{1, -2}, "V"});
  add("none", Quantity<double>{0.25, ""});
  add("masked", Masked<Array<double>>{Array<double>({2, 2}, {1, 2, 3, 4}),
                                      Array<bool>({2, 2}, std::vector<bool>{false, true, false, false})});
  add("within", std::map<std::string, Quantity<double>>{{"length", {3, "m"}}});
  const Value tree = Value::list(
      {Value::quantity(AnyArray(Array<double>({1}, {9})), "s"),
       Value(MaskedArray{AnyArray(Array<int>({1}, {5})), AnyArray(Array<bool>({1}, std::vector<bool>{true}))})});
  add("tree", tree);
  for (const auto& [name, bytes] : written) {
    const auto lines = golden("quantities_written.txt");
    const auto line = std::ranges::find_if(lines, [&](const auto& parts) { return parts[0] == name; });
    if (line == lines.end())
      ADD_FAILURE() << name << '\t' << hexadecimal(bytes);
    else
      EXPECT_EQ((*line)[1], hexadecimal(bytes)) << name;
  }
}

TEST(Quantity, comes_back_as_it_was) {
  const Quantity<Array<double>> flux{Array<double>({3}, {1, 2, 3}), "erg / (s cm2)"};
  const auto again = value_as<Quantity<Array<double>>>(read(dump(flux)));
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->unit, flux.unit);
  EXPECT_TRUE(std::ranges::equal(again->value, flux.value));
  const auto number = value_as<Quantity<float>>(read(dump(Quantity<float>{1.5F, "m"})));
  ASSERT_TRUE(number.ok()) << number.error().message;
  EXPECT_EQ(*number, (Quantity<float>{1.5F, "m"}));
  const Masked<Array<float>> map{Array<float>({2}, {1, 2}), Array<bool>({2}, std::vector<bool>{true, false})};
  const auto mapped = value_as<Masked<Array<float>>>(read(dump(map)));
  ASSERT_TRUE(mapped.ok()) << mapped.error().message;
  EXPECT_TRUE(std::ranges::equal(mapped->data, map.data));
  EXPECT_TRUE(std::ranges::equal(mapped->mask, map.mask));
}

TEST(Masked, takes_an_array_as_one_that_counts_whole) {
  const auto masked = value_as<Masked<Array<double>>>(Value(Array<double>({2}, {1, 2})));
  ASSERT_TRUE(masked.ok()) << masked.error().message;
  EXPECT_EQ(std::ranges::count(masked->mask, false), 2);
}

TEST(Quantity, is_told_from_what_has_no_unit) {
  const auto plain = value_as<Quantity<double>>(Value(2.5));
  ASSERT_FALSE(plain.ok());
  EXPECT_EQ(plain.error().message, "the float 2.5 is not a quantity with a unit");
  const auto other = value_as<Quantity<Array<int>>>(Value::quantity(AnyArray(Array<double>({1}, {1.5})), "m"));
  EXPECT_FALSE(other.ok());
  using Either = std::variant<double, Quantity<double>>;
  const auto either = value_as<Either>(read(dump(Either(Quantity<double>{2, "m"}))));
  ASSERT_TRUE(either.ok()) << either.error().message;
  EXPECT_EQ(std::get<1>(*either), (Quantity<double>{2, "m"}));
  EXPECT_EQ(Value(2.5).as_quantity().has_value(), false);
  EXPECT_EQ(Value::object(Construction::call, Value::global("m", "Quantity"), Value::tuple({1.0, "m"}))
                .as_quantity()
                .has_value(),
            false);
}

enum class Mode { open = 1, closed = 2 };

TEST(Enumerations, of_python_give_their_numbers) {
  const auto mode = value_as<Mode>(read("cm\nMode\n(I2\ntR."));
  ASSERT_TRUE(mode.ok()) << mode.error().message;
  EXPECT_EQ(*mode, Mode::closed);
  const auto nested = value_as<Mode>(read("cbuiltins\ngetattr\n(cm\nLoop\nS'Mode'\ntR(I1\ntR."));
  ASSERT_TRUE(nested.ok()) << nested.error().message;
  EXPECT_EQ(*nested, Mode::open);
  EXPECT_EQ(*value_as<std::vector<Mode>>(read("(lcm\nMode\n(I2\ntRaI1\na.")), (std::vector{Mode::closed, Mode::open}));
  EXPECT_EQ(value_as<Mode>(read("cbuiltins\ngetattr\n(cm\nMode\nS'open'\ntR.")).error().message,
            "the object m.Mode.open is not a signed integer of 32 bits");
  EXPECT_FALSE(value_as<Mode>(read("cm\nMode\n(F2.0\ntR.")).ok());
  EXPECT_FALSE(value_as<Mode>(read("cm\nMode\n(I2\nI3\ntR.")).ok());
  EXPECT_FALSE(value_as<Mode>(read("cm\nMode\n(I01\ntR.")).ok());  // True
  EXPECT_FALSE(value_as<int>(read("cm\nMode\n(I2\ntR.")).ok());    // an int is not an object
}

}  // namespace
}  // namespace cache_on_disk
