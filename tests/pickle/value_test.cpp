// Values made in C++, and what they answer.
#include "cache_on_disk/value.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "cache_on_disk/repr.hpp"
#include "pickle/made_values.hpp"

namespace cache_on_disk {
namespace {

using namespace made_values;

TEST(Values, made_in_cpp_are_printed_as_python_prints_them) {
  const std::string big("\0\0\0\0\0\0\0\0\1", 9);
  const Value east = Value::timezone({0, 3600, 0});
  const std::pair<Value, const char*> all[] = {
      {Value(), "None"},
      {true, "True"},
      {-5, "-5"},
      {std::numeric_limits<std::uint64_t>::max(), "18446744073709551615"},
      {Value::integer(std::as_bytes(std::span(big))), "18446744073709551616"},
      {2.5, "2.5"},
      {std::complex(1.0, -2.0), "(1-2j)"},
      {"it's", "\"it's\""},
      {Value::bytes("a\xff"), "b'a\\xff'"},
      {bytearray("a'"), "bytearray(b\"a\\'\")"},
      {Value::list({1, "a"}), "[1, 'a']"},
      {Value::tuple({1}), "(1,)"},
      {set({}), "set()"},
      {set({1, true, 1.0, 2}), "{1, 2}"},
      {frozenset({}), "frozenset()"},
      {frozenset({"a", "a"}), "frozenset({'a'})"},
      {Value::dict({{"a", 1}, {2, Value::list({})}, {"a", 3}}), "{'a': 3, 2: []}"},
      {PythonDate{2024, 4, 10}, "datetime.date(2024, 4, 10)"},
      {PythonTimedelta{-1, 2, 0}, "datetime.timedelta(days=-1, seconds=2)"},
      {PythonTimedelta{}, "datetime.timedelta(0)"},
      {PythonTime{1, 2, 3, 4, false}, "datetime.time(1, 2, 3, 4)"},
      {Value(PythonTime{1, 2, 0, 0, true}, east),
       "datetime.time(1, 2, tzinfo=datetime.timezone(datetime.timedelta(seconds=3600)), fold=1)"},
      {PythonDatetime{{2024, 4, 10}, {1, 2, 0, 0, false}}, "datetime.datetime(2024, 4, 10, 1, 2)"},
      {Value::timezone({}), "datetime.timezone.utc"},
      {Value::timezone({-1, 1, 0}), "datetime.timezone(datetime.timedelta(days=-1, seconds=1))"},
      {global(), "<class 'm.C'>"},
      {Value::global("builtins", "list"), "<class 'list'>"},
      {object(Construction::call, 1), "m.C(1)"},
      {object(Construction::make, 1, Value::dict({{"x", 2}})), "<m.C(1) state={'x': 2}>"},
      {Value::object(Construction::call, object(Construction::call, 1), Value::tuple({})), "m.C(1)()"},
      {array("<i2", "\1\0\2\0"s), "array([1, 2], dtype=int16)"},
  };
  for (const auto& [value, printed] : all) EXPECT_EQ(repr(value), printed);
}

TEST(Values, that_python_could_not_have_are_not_made) {
  const std::vector<std::pair<const char*, std::function<Value()>>> all = {
      {"text that is not UTF-8", [] { return Value("\xff"); }},
      {"no such date", [] { return Value(PythonDate{2023, 2, 29}); }},
      {"no such time", [] { return Value(PythonTime{24, 0, 0, 0, false}); }},
      {"no such date of a datetime", [] { return Value(PythonDatetime{{2024, 13, 1}, {}}); }},
      {"no such time of a datetime", [] { return Value(PythonDatetime{{2024, 1, 1}, {0, 60, 0, 0, false}}); }},
      {"too many days", [] { return Value(PythonTimedelta{1'000'000'000, 0, 0}); }},
      {"too few days", [] { return Value(PythonTimedelta{-1'000'000'000, 0, 0}); }},
      {"negative seconds", [] { return Value(PythonTimedelta{0, -1, 0}); }},
      {"a day of seconds", [] { return Value(PythonTimedelta{0, 86400, 0}); }},
      {"negative microseconds", [] { return Value(PythonTimedelta{0, 0, -1}); }},
      {"a second of microseconds", [] { return Value(PythonTimedelta{0, 0, 1'000'000}); }},
      {"a list in a set", [] { return set({Value::list({})}); }},
      {"a dict in a frozenset", [] { return frozenset({Value::dict({})}); }},
      {"a list as a key", [] { return Value::dict({{Value::list({}), 1}}); }},
      {"a list in a tuple as a key", [] { return Value::dict({{Value::tuple({Value::list({})}), 1}}); }},
      {"a day from UTC", [] { return Value::timezone({1, 0, 0}); }},
      {"a day from UTC the other way", [] { return Value::timezone({-1, 0, 0}); }},
      {"arguments that are not a tuple", [] { return Value::object(Construction::call, global(), 5); }},
  };
  for (const auto& [what, make] : all) EXPECT_THROW(make(), std::invalid_argument) << what;
}

TEST(Values, without_what_is_asked_for_throw_or_have_nothing) {
  const Value list = Value::list({1}), dict = Value::dict({{"a", 1}});
  EXPECT_THROW((void)list[1], std::out_of_range);
  EXPECT_THROW((void)Value(5)[0], std::out_of_range);
  EXPECT_THROW((void)list.entry(0), std::out_of_range);
  EXPECT_THROW((void)dict.entry(1), std::out_of_range);
  EXPECT_THROW((void)dict["b"], std::out_of_range);
  EXPECT_THROW((void)list.at("a"), std::out_of_range);
  EXPECT_EQ(dict.entry(0).second.as_int64(), 1);
  for (const Value& value : {Value(), Value("a"), list, dict, global(), Value(PythonDate{})}) {
    EXPECT_FALSE(value.as_bool() || value.as_int64() || value.as_uint64() || value.as_double());
    EXPECT_FALSE(value.as_complex() || value.as_bytes() || value.integer_bytes() || value.as_array());
    EXPECT_FALSE(value.as_masked_array() || value.as_time() || value.as_datetime() || value.as_timedelta());
    EXPECT_TRUE(value.dtype() == nullptr && value.shape().empty() && value.callable().is_none());
    EXPECT_TRUE(value.attribute().is_none() && value.arguments().is_none() && !value.field("a"));
  }
  EXPECT_FALSE(Value(5).string() || Value(5).as_date());
  EXPECT_EQ(Value(-1).as_uint64(), std::nullopt);
  EXPECT_EQ(Value(std::numeric_limits<std::uint64_t>::max()).as_int64(), std::nullopt);
  EXPECT_TRUE(Value(5).module().empty() && Value(5).name().empty());
}

TEST(Values, that_are_the_same_object_have_one_identity) {
  const Value text = "a", pair = Value::tuple({text, text, Value::list({}), Value::list({})});
  EXPECT_EQ(pair[0].identity(), pair[1].identity());
  EXPECT_NE(pair[2].identity(), pair[3].identity());
  for (const Value& value : {text, Value::bytes("a"), global(), pair, object(Construction::call, 1)})
    EXPECT_TRUE(value.identity() != nullptr && value.identity() == Value(value).identity()) << repr(value);
  const Value dtypes = read_text("(cnumpy\ndtype\nX\2\0\0\0f8\x85Rq\0h\0t."s);
  EXPECT_TRUE(dtypes[0].identity() != nullptr && dtypes[0].identity() == dtypes[1].identity());
  for (const Value& value : {Value(), Value(1), Value(""), Value(1.5)}) EXPECT_EQ(value.identity(), nullptr);
}

TEST(Values, of_objects_have_attributes_in_a_dict_or_in_slots) {
  const Value slots = Value::tuple({Value(), Value::dict({{"x", 1}})});
  EXPECT_EQ(object(Construction::make, 0, slots).field("x")->as_int64(), 1);
  EXPECT_FALSE(object(Construction::make, 0, slots).field("y"));
  EXPECT_EQ(object(Construction::make, 0, Value::dict({{"x", 2}})).field("x")->as_int64(), 2);
  EXPECT_FALSE(object(Construction::make, 0).field("x"));
  const Value called = Value::object(Construction::call, object(Construction::call, 1), Value::tuple({}));
  EXPECT_TRUE(called.module().empty() && called.name().empty());
}

TEST(Values, of_numpy_tell_their_dtype_and_shape) {
  const std::string dtype = "cnumpy\ndtype\n";
  const Value scalar = read_text("cnumpy.core.multiarray\nscalar\n" + dtype + "X\2\0\0\0u4\x85RC\4\7\0\0\0\x86R."s);
  EXPECT_EQ(scalar.as_uint64(), 7U);
  EXPECT_EQ(scalar.as_int64(), 7);
  EXPECT_EQ(scalar.dtype()->text(), "<u4");
  EXPECT_EQ(scalar.as_array()->rank(), 0U);
  const Value objects = read_text("cnumpy\nndarray\nK\0K\2\x86"s + dtype + "X\1\0\0\0O\x85R\x86R."s);
  EXPECT_EQ(objects.kind(), ValueKind::object_array);
  EXPECT_EQ(objects.shape(), (Shape{0, 2}));
  EXPECT_TRUE(objects.dtype()->has_object() && !objects.as_array());
  EXPECT_TRUE(objects == read_text("cnumpy\nndarray\nK\0K\2\x86"s + dtype + "X\1\0\0\0O\x85R\x86R."s));
  EXPECT_FALSE(objects == read_text("cnumpy\nndarray\nK\0K\3\x86"s + dtype + "X\1\0\0\0O\x85R\x86R."s));
  EXPECT_EQ(array("<i2", "\1\0\2\0"s).shape(), Shape{2});
}

}  // namespace
}  // namespace cache_on_disk
