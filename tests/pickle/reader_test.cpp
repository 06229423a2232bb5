#include "cache_on_disk/detail/pickle/reader.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "cache_on_disk/detail/pickle/value_codec.hpp"
#include "cache_on_disk/json.hpp"
#include "cache_on_disk/repr.hpp"

namespace cache_on_disk::pickle {
namespace {

using std::string_literals::operator""s;

Value value_of(const std::string& pickle) {
  auto value = read({std::as_bytes(std::span(pickle)), nullptr});
  if (!value) ADD_FAILURE() << value.error().message;
  return value ? *value : Value();
}

std::string why(const std::string& pickle) {
  const auto value = read({std::as_bytes(std::span(pickle)), nullptr});
  return value ? "accepted as " + repr(*value) : value.error().message;
}

TEST(Reader, keeps_objects_of_unknown_classes_inert) {
  const Value value = value_of("cposix\nsystem\n(S'id'\ntR.");
  EXPECT_EQ(value.kind(), ValueKind::object);
  EXPECT_EQ(value.construction(), Construction::call);
  EXPECT_EQ(value.module(), "posix");
  EXPECT_EQ(value.name(), "system");
  EXPECT_EQ(value.arguments()[0].as_text(), "id");
  EXPECT_EQ(repr(value), "posix.system('id')");
}

TEST(Reader, shows_the_parts_of_an_object) {
  const Value whole = value_of(
      "cm\nC\nK\x01\x85\x81(K\x03K\x04"
      "e(X\x01\0\0\0kK\x05u}X\x01\0\0\0xK\x02sb."s);
  EXPECT_EQ(whole.construction(), Construction::make);
  EXPECT_EQ(whole.field("x")->as_int64(), 2);
  EXPECT_EQ(whole.list_items().size(), 2u);
  EXPECT_EQ(whole.dict_items().at("k").as_int64(), 5);
  EXPECT_EQ(repr(whole), "<m.C(1) state={'x': 2} items=[3, 4] entries={'k': 5}>");
}

TEST(Reader, finds_the_array_in_a_subclass_that_it_does_not_know) {
  // What NumPy 1 and 2 write for such a subclass: astropy's Quantity puts its attributes behind the array's
  // state.
  const std::string array =
      "(K\x01K\x02\x85"
      "cnumpy\ndtype\nX\x02\0\0\0f4\x89\x88\x87R\x89"
      "C\x08\0\0\x80\x3f\0\0\0\x40t"s;
  const Value value = value_of(
      "\x80\x03"
      "cnumpy.core.multiarray\n_reconstruct\ncunits\nQuantity\nK\0\x85"
      "C\x01"
      "b\x87R("s +
      array + "}X\x04\0\0\0unitX\x01\0\0\0mstb."s);
  EXPECT_EQ(value.name(), "Quantity");
  EXPECT_EQ(value.field("unit")->as_text(), "m");
  const auto elements = value.arguments()[0].as_array()->as<float>();
  EXPECT_EQ((*elements)(0), 1.0F);
  EXPECT_EQ((*elements)(1), 2.0F);
}

TEST(Reader, leaves_arrays_and_text_in_the_payload) {
  const std::string pickle =
      "\x80\x03(X\x03\0\0\0abccnumpy\nndarray\nK\0\x85"
      "C\x01"
      "b\x86R(K\x01K\x04\x85"
      "cnumpy\ndtype\nX\x02\0\0\0u1\x85R\x89"
      "C\x04wxyztbt."s;
  auto owner = std::make_shared<const std::string>(pickle);
  const Value value = *read({std::as_bytes(std::span(*owner)), owner});
  const auto within = [&](const void* p) { return p >= owner->data() && p < owner->data() + owner->size(); };
  EXPECT_TRUE(within(value[0].as_text()->data()));
  const AnyArray array = *value[1].as_array();
  EXPECT_TRUE(within(array.data()));
  EXPECT_EQ(owner.use_count() > 1, true);
}

TEST(Reader, lets_the_last_value_of_a_key_win_at_the_place_of_the_first) {
  EXPECT_EQ(repr(value_of("}(K\x01X\x01\0\0\0aX\x01\0\0\0bX\x01\0\0\0bG\x3f\xf0\0\0\0\0\0\0X\x01\0\0\0cu."s)),
            "{1: 'c', 'b': 'b'}");
  EXPECT_EQ(value_of("(K\x01\x88G\x3f\xf0\0\0\0\0\0\0\x91."s).size(), 1u);
  EXPECT_EQ(value_of("}((K\x01K\x02tK\x05(\x88G\x40\0\0\0\0\0\0\0tK\x06u."s).size(), 1u);
}

TEST(Reader, keeps_shared_values_shared_and_cycles_finite) {
  const Value shared = value_of(
      "(]q\0K\x01"
      "ah\0t."s);
  EXPECT_EQ(shared[0].identity(), shared[1].identity());
  const Value cycle = value_of("]q\0h\0a."s);
  EXPECT_EQ(cycle[0].identity(), cycle.identity());
  EXPECT_EQ(repr(cycle), "[[...]]");
  EXPECT_TRUE(cycle == value_of("]q\0]h\0aa."s));
  EXPECT_FALSE(cycle == value_of("]q\0(h\0h\0e."s));
  EXPECT_FALSE(to_json(cycle).ok());
}

TEST(Reader, takes_what_is_on_top_at_the_STOP) {
  // So does CPython, whatever lies below, a MARK too.
  EXPECT_EQ(repr(value_of("K\x01K\x02."s)), "2");
  EXPECT_EQ(repr(value_of("(K\x01."s)), "1");
  EXPECT_EQ(repr(value_of("((K\x01(K\x02."s)), "2");
}

TEST(Reader, takes_the_suffix_of_a_long_only_at_its_very_end) {
  EXPECT_EQ(repr(value_of("L-3L\n."s)), "-3");
  EXPECT_EQ(repr(value_of("L3 L\n."s)), "3");
  EXPECT_EQ(why("L3L\r\n."s), "byte 0: LONG has an argument that is not an int of at most 4300 digits");
}

TEST(Reader, prints_characters_that_Unicode_does_not_assign_escaped) {
  EXPECT_EQ(repr(value_of("X\x03\0\0\0\xe1\xa6\xac."s)), "'\\u19ac'");  // in the middle of a script
  EXPECT_EQ(repr(value_of("X\x03\0\0\0\xe1\xa6\xab."s)), "'\xe1\xa6\xab'");
  EXPECT_EQ(repr(value_of("X\x04\0\0\0\xf0\x9f\xab\xbf."s)), "'\\U0001faff'");
}

TEST(Reader, says_where_and_what) {
  EXPECT_EQ(why("]K\x01"
                "aK\x02)b."s),
            "byte 7: BUILD gives a state to the int 2");
  EXPECT_EQ(why("K\x01K\x02"
                "a."),
            "byte 4: APPEND puts an item into the int 1");
  EXPECT_EQ(why("cbuiltins\nobject\nN\x85R."), "byte 19: REDUCE has arguments that do not fit its callable");
  EXPECT_EQ(why("cbuiltins\nobject\nN\x85\x81."), "byte 19: NEWOBJ gives arguments to object.__new__");
  EXPECT_EQ(why("\x80\x03"
                "cbuiltins\nbytearray\nC\x02"
                "ab\x85\x81."),  // to CPython empty: __new__ takes no content
            "byte 27: NEWOBJ gives arguments to bytearray.__new__");
  EXPECT_EQ(why("h\x05."), "byte 0: BINGET asks the memo for 5, which is not there");
  EXPECT_EQ(why("K\x01(."), "byte 3: STOP leaves a MARK open");
  EXPECT_EQ(why("}]K\x01s."), "byte 4: SETITEM has a key that cannot be one");
  EXPECT_EQ(why("\x82\x01."), "byte 0: EXT1 names a global by a number that only the writer knew (copyreg extension)");
  EXPECT_EQ(why("X\xff\xff\xff\x7f"
                "abc"),
            "byte 0: the argument of BINUNICODE does not fit into the pickle");
}

TEST(Reader, refuses_deep_nesting_beyond_its_limit) {
  const auto nested = [](std::size_t depth) { return ")" + std::string(depth, '\x85') + "."; };
  EXPECT_EQ(why(nested(10000)), "byte 10000: TUPLE1 nests containers deeper than 10000");
  const std::string deep = nested(1000000);
  const Value value = *read({std::as_bytes(std::span(deep)), nullptr}, {.depth = 2000000});
  EXPECT_TRUE(value == value);
  EXPECT_EQ(repr(value).size(), 2u + 3u * 1000000u);
  EXPECT_FALSE(to_json(value).ok());
}

TEST(Value, made_in_cpp_is_what_python_would_have) {
  const Value value =
      Value::dict({{"gain", 0.5}, {"modes", Value::list({1, 2u, true, nullptr})}, {7, Value::tuple({"x"})}});
  EXPECT_EQ(repr(value), "{'gain': 0.5, 'modes': [1, 2, True, None], 7: ('x',)}");
  EXPECT_EQ(*to_json(value), R"({"gain": 0.5, "modes": [1, 2, true, null], "7": ["x"]})");
  EXPECT_EQ(Value::dict({{1, "a"}, {true, "b"}}).size(), 1u);
  EXPECT_THROW((void)Value::set(std::vector<Value>{Value::list({1})}), std::invalid_argument);
  EXPECT_EQ(repr(Value(~std::uint64_t{0})), "18446744073709551615");
  EXPECT_EQ(repr(Value(PythonDatetime{{2024, 4, 10}, {1, 2, 3, 4, true}}, Value::timezone({0, 3600, 0}))),
            "datetime.datetime(2024, 4, 10, 1, 2, 3, 4, fold=1, "
            "tzinfo=datetime.timezone(datetime.timedelta(seconds=3600)))");
  EXPECT_THROW((void)value.at("missing"), std::out_of_range);
}

TEST(Value, nested_a_million_times_is_taken_apart_without_a_deep_stack) {
  Value value = Value::list({});
  for (int i = 0; i < 1000000; ++i) value = Value::list({value});
  EXPECT_EQ(value.size(), 1u);
}

TEST(Value, compares_as_python_does) {
  EXPECT_TRUE(Value(1) == Value(1.0));
  EXPECT_TRUE(Value(true) == Value(1));
  EXPECT_FALSE(Value(1) == Value("1"));
  EXPECT_FALSE(Value(std::numeric_limits<double>::quiet_NaN()) == Value(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(Value::list({1}) == Value::tuple({1}));
  EXPECT_TRUE(Value::dict({{1, 2}, {3, 4}}) == Value::dict({{3, 4}, {1, 2}}));
  EXPECT_FALSE(Value::dict({{1, 2}}) == Value::dict({{1, 3}}));
  EXPECT_TRUE(Value(Array<double>({2}, {1, 2})) == Value(Array<double>({2}, {1, 2})));
  EXPECT_FALSE(Value(Array<double>({2}, {1, 2})) == Value(Array<double>({2}, {1, 3})));
}

TEST(ValueCodec, reads_object_arrays_from_npy_files) {
  // np.save of np.array([1, "x"], object): the header, and the pickle that counts.
  const std::string pickle =
      "\x80\x03"
      "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85"
      "C\x01"
      "b\x87R(K\x01K\x02\x85"
      "cnumpy\ndtype\nX\x02\0\0\0O8\x89\x88\x87R(K\x03X\x01\0\0\0|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x3ftb\x89](K\x01X\x01\0\0\0xetb."s;
  std::string header = "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }";
  header.append(127 - 10 - header.size(), ' ');
  const std::string file = "\x93NUMPY\x01\0"s + static_cast<char>(header.size() + 1) + "\0"s + header + "\n" + pickle;
  const auto value = Codec<Value>::decode({std::as_bytes(std::span(file)), nullptr});
  ASSERT_TRUE(value.ok()) << value.error().message;
  EXPECT_EQ(value->kind(), ValueKind::object_array);
  EXPECT_EQ(value->shape()[0], 2u);
  EXPECT_EQ((*value)[1].as_text(), "x");
}

}  // namespace
}  // namespace cache_on_disk::pickle
