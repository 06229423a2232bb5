#include "pickle/plain_value.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "pickle/golden.hpp"

namespace cache_on_disk::pickle {
namespace {

using std::string_literals::operator""s;

Result<Scalar> read(const std::string& pickle) { return read_scalar(bytes_of(pickle)); }

Scalar value_of(const std::string& pickle) {
  auto result = read(pickle);
  if (!result) ADD_FAILURE() << result.error().message;
  return result ? *result : Scalar(false);
}

std::string why(const std::string& pickle) {
  const auto result = read(pickle);
  return result ? "accepted as " + describe(*result) : result.error().message;
}

Text text(std::string value) { return {std::move(value), false}; }
Text bytes(std::string value) { return {std::move(value), true}; }

bool same(const Scalar& a, const Scalar& b) {
  const auto bits = [](double d) { return std::isnan(d) ? 0x7ff8 : std::bit_cast<std::uint64_t>(d); };
  if (a.index() != b.index()) return false;
  if (const auto* number = std::get_if<double>(&a)) return bits(*number) == bits(std::get<double>(b));
  if (const auto* number = std::get_if<std::complex<double>>(&a)) {
    const auto other = std::get<std::complex<double>>(b);
    return bits(number->real()) == bits(other.real()) && bits(number->imag()) == bits(other.imag());
  }
  return a == b;
}

TEST(ReadScalar, reads_what_every_python_wrote_under_every_protocol) {
  for (const Golden& golden : goldens()) {
    const auto result = read(golden.pickle);
    ASSERT_TRUE(result.ok()) << golden.name << ", protocol " << golden.protocol << ", Python " << golden.versions
                             << ": " << result.error().message;
    EXPECT_TRUE(same(*result, golden.value)) << golden.name << " was read as " << describe(*result);
  }
}

TEST(ReadScalar, refuses_every_cut_pickle_and_everything_longer) {
  for (const Golden& golden : goldens()) {
    const std::size_t step = golden.pickle.size() < 1000 ? 1 : 997;
    for (std::size_t size = 0; size < golden.pickle.size(); size += step)
      EXPECT_FALSE(read(golden.pickle.substr(0, size)).ok()) << golden.name << " cut to " << size;
    EXPECT_FALSE(read(golden.pickle + "\n").ok()) << golden.name;
  }
}

// Whether a changed pickle is read or refused, it must be so without harm: for the sanitizers to watch.
TEST(ReadScalar, survives_every_change_of_one_byte) {
  for (const Golden& golden : goldens()) {
    if (golden.pickle.size() > 64) continue;
    for (std::size_t at = 0; at < golden.pickle.size(); ++at)
      for (const int change : {0x01, 0x02, 0x10, 0x40, 0x80, 0xff}) {
        std::string changed = golden.pickle;
        changed[at] = static_cast<char>(changed[at] ^ change);
        const auto result = read(changed);
        EXPECT_TRUE(result.ok() || !result.error().message.empty());
      }
  }
}

TEST(ReadScalar, reads_forms_that_python_does_not_write_itself) {
  EXPECT_EQ(value_of("I -5 \n."), Scalar(std::int64_t{-5}));
  EXPECT_EQ(value_of("L7\n."), Scalar(std::int64_t{7}));
  EXPECT_EQ(value_of("\x8a\x0b\x05\0\0\0\0\0\0\0\0\0\0."s), Scalar(std::int64_t{5}));
  EXPECT_EQ(value_of("\x8b\x09\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff."s), Scalar(std::int64_t{-1}));
  EXPECT_EQ(value_of("\x8a\0."s), Scalar(std::int64_t{0}));
  EXPECT_EQ(value_of("\x8d\x01\0\0\0\0\0\0\0x."s), Scalar(text("x")));
  EXPECT_EQ(value_of("\x8e\x01\0\0\0\0\0\0\0x."s), Scalar(bytes("x")));
  EXPECT_EQ(value_of("U\x01x."), Scalar(text("x")));
  EXPECT_EQ(value_of("U\x01\xff."), Scalar(bytes("\xff")));
  EXPECT_EQ(value_of("S\"a\\n\\x41\\101\\q'\"\n."), Scalar(text("a\nAA\\q'")));
  EXPECT_EQ(value_of("Vlone \\ud800, \\U0001f52d\n."), Scalar(text("lone \xed\xa0\x80, \xf0\x9f\x94\xad")));
  EXPECT_EQ(value_of("c_codecs\nencode\n(X\x02\0\0\0\xc3\xbfX\x07\0\0\0latin-1tR."s), Scalar(bytes("\xff")));
}

// Found by fuzzing against CPython, which takes these though it writes none of them.
TEST(ReadScalar, takes_floats_with_a_sign_and_those_next_to_zero) {
  EXPECT_EQ(value_of("F+16\n."), Scalar(16.0));
  EXPECT_EQ(value_of("F+inf\n."), Scalar(std::numeric_limits<double>::infinity()));
  for (const char* const tiny : {"F1e-400\n.", "F-1e-99999999999999999999\n.", "F123.5E-00400\n.", "F0.001e-330\n."})
    EXPECT_EQ(value_of(tiny), Scalar(std::string_view(tiny).starts_with("F-") ? -0.0 : 0.0)) << tiny;
  for (const char* const wrong :
       {"F+-1\n.", "F++1\n.", "F+\n.", "F-1e99999999999999999999\n.", "F1234e400\n.", "F0.001e+400\n."})
    EXPECT_FALSE(read(wrong).ok()) << wrong;
}

TEST(ReadScalar, refuses_numbers_it_cannot_hold) {
  for (const std::string& pickle : {
           "L18446744073709551616L\n."s,
           "L-9223372036854775809L\n."s,
           "I" + std::string(100000, '9') + "\n.",
           "\x8a\x09\0\0\0\0\0\0\0\0\x01."s,                  // 2^64
           "\x8a\x09\0\0\0\0\0\0\0\0\xff."s,                  // -2^64
           "\x8a\x09\xff\xff\xff\xff\xff\xff\xff\x7f\xff."s,  // -2^63 - 1
           "F1e400\n."s,
       })
    EXPECT_FALSE(read(pickle).ok());
  EXPECT_EQ(why("L18446744073709551616L\n."), "the int 18446744073709551616 is stored, which is not a plain value");
}

TEST(ReadScalar, refuses_arguments_that_are_none) {
  for (const std::string& pickle : {
           "I\n."s,
           "I-\n."s,
           "I1.5\n."s,
           "I0x1f\n."s,
           "I1_0\n."s,
           "I007\n."s,
           "I--1\n."s,
           "I+-1\n."s,
           "LL\n."s,
           "F\n."s,
           "F1,5\n."s,
           "F 1.5\n."s,
           "F1_0.5\n."s,
           "Fnan(1)\n."s,
           "F0x1p3\n."s,
           "S'\n."s,
           "Sabc\n."s,
           "S'a\"\n."s,
           "S'\\'\n."s,
           "S'\\x4'\n."s,
           "S'\\xg0'\n."s,
           "V\\u00g0\n."s,
           "V\\u004\n."s,
           "V\\U00110000\n."s,
           "V\\U0000004\n."s,
           "V\\u+041\n."s,
           "X\x01\0\0\0\xff."s,
           "X\x02\0\0\0\xc0\x80."s,
           "\x8c\x04\xf4\x90\x80\x80."s,
           "\x8c\x02\xe2\x82."s,
       })
    EXPECT_FALSE(read(pickle).ok()) << pickle;
}

TEST(ReadScalar, says_what_it_met_instead_of_a_plain_value) {
  EXPECT_EQ(why("cos\nsystem\n(S'id'\ntR."), "an object of os.system is stored, which is not a plain value");
  EXPECT_EQ(why("\x8c\x02os\x8c\x06system\x93."), "the global os.system is stored, which is not a plain value");
  EXPECT_EQ(why("cbuiltins\neval\n."), "the global builtins.eval is stored, which is not a plain value");
  EXPECT_EQ(why("N."), "None is stored, which is not a plain value");
  EXPECT_EQ(why("."), "byte 0: STOP has nothing to return");
  EXPECT_EQ(why("K\x01.N"), "byte 3: bytes after the STOP");
  EXPECT_EQ(why("c\x1b[31m\n" + std::string(100, 'x') + "\n."),
            "the global \\x1b[31m." + std::string(60, 'x') + "... is stored, which is not a plain value");
}

TEST(ReadScalar, refuses_programs_that_only_look_like_one) {
  for (const std::string& pickle : {
           "("s,
           "(."s,
           "t."s,
           "(t."s,
           ")."s,
           "R."s,
           "\x93."s,
           "\x86."s,
           "(\x85."s,
           "(K\x01\x86."s,
           "q\0."s,
           "\x94."s,
           "0."s,
           "2."s,
           "cbuiltins\ncomplex\n."s,
           "cbuiltins\ncomplex\n\x85."s,
           "cbuiltins\nbytes\nK\x01\x85R."s,
           "c_codecs\nencode\nX\x01\0\0\0aX\x05\0\0\0utf-8\x86R."s,
           "c_codecs\nencode\nX\x03\0\0\0\xe2\x82\xacX\x06\0\0\0latin1\x86R."s,
           "c_codecs\nencode\nX\x02\0\0\0\xc4\x80X\x06\0\0\0latin1\x86R."s,
           "c_codecs\nencode\nC\x01"
           "aX\x06\0\0\0latin1\x86R."s,
           "C\x02osC\x06system\x93."s,
           "K\x01K\x02R."s,
           "P1\n."s,
           "K\x01Q."s,
           "\x82\x01."s,
           "]."s,
           "}."s,
           "\x8f."s,
           "K\x01"
           "b."s,
           std::string(1000, '('),
           std::string(1000, ')'),
           "K\x01" + std::string(1000, '\x85') + ".",
       })
    EXPECT_FALSE(read(pickle).ok()) << pickle;
}

// numpy.float64(1.5) and the like, as NumPy 1.24 and 2.2 pickle them (the dtype takes a state of its own).
std::string numpy_scalar(const std::string& module, const std::string& type, const std::string& bytes) {
  return "\x80\x03" + ("c" + module) + "\nscalar\ncnumpy\ndtype\nX" + std::string(1, static_cast<char>(type.size())) +
         "\0\0\0"s + type + "\x89\x88\x87R(K\x03X\x01\0\0\0<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tbC"s +
         std::string(1, static_cast<char>(bytes.size())) + bytes + "\x86R.";
}

TEST(ReadScalar, reads_numpy_scalars_as_what_they_hold) {
  const std::string half("\0\0\0\0\0\0\xf8\x3f", 8);
  EXPECT_EQ(value_of(numpy_scalar("numpy.core.multiarray", "f8", half)), Scalar(1.5));
  EXPECT_EQ(value_of(numpy_scalar("numpy._core.multiarray", "f8", half)), Scalar(1.5));
  EXPECT_EQ(value_of(numpy_scalar("numpy._core.multiarray", "f4", "\0\0\xc0\x3f"s)), Scalar(1.5));
  EXPECT_EQ(value_of(numpy_scalar("numpy._core.multiarray", "i8", "\xff\xff\xff\xff\xff\xff\xff\xff"s)),
            Scalar(std::int64_t{-1}));
  EXPECT_FALSE(read(numpy_scalar("numpy._core.multiarray", "f8", "\0\0\0"s)).ok());
}

TEST(ReadScalar, describes_values_for_messages) {
  EXPECT_EQ(describe(true), "the bool True");
  EXPECT_EQ(describe(std::int64_t{-3}), "the int -3");
  EXPECT_EQ(describe(0.5), "the float 0.5");
  EXPECT_EQ(describe(text("abc")), "a str of 3 bytes");
}

}  // namespace
}  // namespace cache_on_disk::pickle
