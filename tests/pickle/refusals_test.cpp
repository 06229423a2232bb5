// Pickles whose opcodes do not fit together: each is refused, at the right byte and with its own reason.
#include <gtest/gtest.h>

#include <string>

#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/repr.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk::pickle {
namespace {

using std::string_literals::operator""s;

std::string why(const std::string& pickle, const Limits& limits = {}) {
  const auto value = read({std::as_bytes(std::span(pickle)), nullptr}, limits);
  return value ? "accepted as " + repr(*value) : value.error().message;
}

struct Refused {
  std::string pickle, reason;
};

TEST(Refusals, of_opcodes_that_lack_what_they_need) {
  const Refused all[] = {
      {"", "the pickle ends before its STOP"},
      {".", "STOP has nothing to return"},
      {"\xff", "0xff is not an opcode"},
      {"N.N.", "bytes after the STOP"},
      {"\x80\x09N.", "unknown protocol 9"},
      {"\x80\x04\x95\x09\0\0\0\0\0\0\0N."s, "a frame does not fit into the pickle"},
      {"\x80\x04\x95\x0b\0\0\0\0\0\0\0\x95\x02\0\0\0\0\0\0\0N."s, "byte 11: a frame does not fit into the pickle"},
      {"\x80\x04\x95\x02\0\0\0\0\0\0\0X\1\0\0\0a."s, "BINUNICODE does not fit into its frame"},
      {"I5", "the argument of INT does not fit"},
      {"cm\nC", "the argument of GLOBAL does not fit"},
      {"T\xff\xff\xff\xff.", "the argument of BINSTRING does not fit"},
      {"0.", "POP lacks its operands"},
      {"2.", "DUP lacks its operands"},
      {"q\0."s, "BINPUT lacks its operands"},
      {"Np-1\n.", "PUT has an argument that is not a number of the memo"},
      {"g\n.", "GET has an argument that is not a number of the memo"},
      {"gx\n.", "GET has an argument that is not a number of the memo"},
      {"g5\n.", "GET asks the memo for 5"},
      {"Np3\ng1\n.", "GET asks the memo for 1"},
      {"t.", "TUPLE lacks its MARK"},
      {"l.", "LIST lacks its MARK"},
      {"d.", "DICT lacks its MARK"},
      {"1.", "POP_MARK lacks its MARK"},
      {"e.", "APPENDS lacks its MARK"},
      {"u.", "SETITEMS lacks its MARK"},
      {"\x90.", "ADDITEMS lacks its MARK"},
      {"\x91.", "FROZENSET lacks its MARK"},
      {"im\nC\n.", "INST lacks its MARK"},
      {"o.", "OBJ lacks its MARK"},
      {"(o.", "OBJ lacks its class"},
      {"\x85.", "TUPLE1 lacks its operands"},
      {"N\x86.", "TUPLE2 lacks its operands"},
      {"NN\x87.", "TUPLE3 lacks its operands"},
      {"N(NNN\x87.", "accepted as (None, None, None)"},
      {"NN(N\x87.", "TUPLE3 lacks its operands"},
      {"(Na.", "APPEND lacks its operands"},
      {"(Ne.", "APPENDS lacks its list"},
      {"(NNu.", "SETITEMS lacks its dict"},
      {"(N\x90.", "ADDITEMS lacks its set"},
      {"NR.", "REDUCE lacks its operands"},
      {"N\x81.", "NEWOBJ lacks its operands"},
      {"NN\x92.", "NEWOBJ_EX lacks its operands"},
      {"Nb.", "BUILD lacks its operands"},
      {"N\x93.", "STACK_GLOBAL lacks its operands"},
  };
  for (const Refused& each : all)
    EXPECT_NE(why(each.pickle).find(each.reason), std::string::npos) << each.reason << ", but: " << why(each.pickle);
}

TEST(Refusals, of_operands_of_other_types) {
  const Refused all[] = {
      {"I5x\n.", "INT has an argument that is not an int"},
      {"I5L\n.", "INT has an argument that is not an int"},
      {"L\n.", "LONG has an argument that is not an int"},
      {"Fx\n.", "FLOAT has an argument that is not a float"},
      {"Sa\n.", "STRING has an argument that is not a string"},
      {"S'\\x4'\n.", "STRING has an argument that is not a string"},
      {"V\\u00\n.", "UNICODE has an argument that is not a str"},
      {"X\1\0\0\0\xff."s, "BINUNICODE has an argument that is not UTF-8"},
      {"NNa.", "APPEND puts an item into None"},
      {"K\5Na.", "APPEND puts an item into the int 5"},
      {"\x88Na.", "into the bool True"},
      {"G\x3f\xf8\0\0\0\0\0\0Na."s, "into the float 1.5"},
      {"X\1\0\0\0aNa."s, "into a str of 1 bytes"},
      {"C\2abNa.", "into a bytes object of 2 bytes"},
      {"\x96\1\0\0\0\0\0\0\0aNa."s, "into a bytearray of 1 bytes"},
      {"\x8a\x0a\0\0\0\0\0\0\0\0\0\1Na."s, "into an int of 10 bytes"},
      {"\x8f(K\1\x90Na.", "into a set of 1 item"},
      {"}Na.", "into a dict of 0 items"},
      {"ccollections\nOrderedDict\n)RNa.", "into an OrderedDict of 0 items"},
      {"cm\nC\nNa.", "into the global m.C"},
      {"cbuiltins\nslice\nN\x85RNa.", "into a slice"},
      {"cbuiltins\nEllipsis\nNa.", "into an ellipsis"},
      {"cdatetime\ntimedelta\n)RNa.", "into a timedelta"},
      {"]NNs.", "SETITEM puts a key into a list of 0 items"},
      {"}(Nu.", "SETITEMS has a key without a value"},
      {"}(]Nu.", "SETITEMS has a key that cannot be one"},
      {"(]Nd.", "DICT has a key that cannot be one"},
      {"(Nd.", "DICT has a key without a value"},
      {"(]\x91.", "FROZENSET has a key that cannot be one"},
      {"\x8f(]\x90.", "ADDITEMS has an item that no set can hold"},
      {"](N\x90.", "ADDITEMS adds items to a list of 0 items"},
      {"NN\x93.", "STACK_GLOBAL lacks its two strings"},
      {"c\nC\n.", "GLOBAL names nothing"},
      {"cm\n\n.", "GLOBAL names nothing"},
      {"cm\n\xff\n.", "GLOBAL has a name that is not UTF-8"},
      {"N)R.", "REDUCE calls None"},
      {"cm\nC\nNR.", "REDUCE has arguments that are not a tuple"},
      {"(K\5o.", "OBJ calls the int 5"},
      {"N)\x81.", "NEWOBJ makes an instance of None"},
      {"cm\nC\nN\x81.", "NEWOBJ has arguments that are not a tuple"},
      {"cm\nC\n)N\x92.", "NEWOBJ_EX has keyword arguments that are not a dict"},
      {"cbuiltins\nobject\nK\1\x85\x81.", "NEWOBJ gives arguments to object.__new__"},
      {"cbuiltins\nobject\n)}K\1Ns\x92.", "NEWOBJ_EX gives arguments to object.__new__"},
      {"cbuiltins\nint\n)}K\1Ns\x92.", "NEWOBJ_EX gives keyword arguments to int"},
      {"cbuiltins\nint\nN\x85\x81.", "NEWOBJ has arguments that do not fit"},
      {"cbuiltins\nlist\n]\x85\x81.", "NEWOBJ gives arguments to list.__new__"},
      {"cm\nC\n)R}bNb.", "accepted as <m.C() state={}>"},
      {"cm\nC\n)R}b}b.", "BUILD gives an object a second state"},
      {"ccollections\nOrderedDict\n)RK\1b.", "BUILD has a state that is not a dict"},
      {"ccollections\nOrderedDict\n)R}b.", "accepted as OrderedDict()"},
      {"]Nb.", "accepted as []"},
      {"]}b.", "BUILD gives a state to a list of 0 items"},
      {"Pa\n.", "PERSID names an object that lies elsewhere"},
      {"NQ.", "BINPERSID names an object that lies elsewhere"},
      {"\x97.", "NEXT_BUFFER needs data that lies elsewhere"},
      {"N\x98.", "READONLY_BUFFER needs data that lies elsewhere"},
      {"\x83\1\0."s, "EXT2 names a global by a number"},
      {"\x84\1\0\0\0."s, "EXT4 names a global by a number"},
  };
  for (const Refused& each : all)
    EXPECT_NE(why(each.pickle).find(each.reason), std::string::npos) << each.reason << ", but: " << why(each.pickle);
}

TEST(Refusals, of_what_goes_beyond_a_limit) {
  const Limits shallow = {.depth = 2, .text_digits = 3};
  const Refused all[] = {
      {")\x85.", "accepted as ((),)"},
      {")\x85\x85.", "TUPLE1 nests containers deeper than 2"},
      {"]])\x85"
       "a.",
       "APPEND nests containers deeper than 2"},
      {"}K\1])\x85"
       "as.",
       "APPEND nests containers deeper than 2"},
      {"}K\1)\x85s.", "SETITEM nests containers deeper than 2"},
      {"cm\nC\n)R)\x85"
       "b.",
       "BUILD nests containers deeper than 2"},
      {"cm\nC\n)\x85\x85R.", "nests containers deeper than 2"},
      {"I999\n.", "accepted as 999"},
      {"I1000\n.", "INT has an argument that is not an int of at most 3 digits"},
      {"L1000L\n.", "LONG has an argument that is not an int of at most 3 digits"},
  };
  for (const Refused& each : all)
    EXPECT_NE(why(each.pickle, shallow).find(each.reason), std::string::npos)
        << each.reason << ", but: " << why(each.pickle, shallow);
}

}  // namespace
}  // namespace cache_on_disk::pickle
