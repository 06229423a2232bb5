// Writes random values as pickles, which it also reads back, each with the Python expression that it should
// equal, for read_random_values.py.
//
//   write_random_values SEED COUNT
//
// A record of its output is two texts, each with its length before it in eight bytes: the pickle, the
// expression.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>

#include "cache_on_disk/detail/pickle/encoding.hpp"
#include "cache_on_disk/detail/pickle/forms.hpp"
#include "cache_on_disk/detail/pickle/value_codec.hpp"
#include "cache_on_disk/value_as.hpp"
#include "pickle/random_value.hpp"

namespace {

using namespace cache_on_disk;

void put(std::ostream& out, const std::string& text) {
  std::uint64_t size = text.size();
  for (int i = 0; i < 8; ++i, size >>= 8) out.put(static_cast<char>(size & 0xff));
  out << text;
}

template <class T>
void write_one(random_value::Bytes& bytes, std::ostream& out) {
  const T value = random_value::make<T>(bytes);
  const auto pickle = pickle::dump([&](pickle::Writer& writer) { pickle::Form<T>::write(writer, value); });
  if (!pickle) {
    std::fprintf(stderr, "%s\n", pickle.error().message.c_str());
    std::exit(1);
  }
  // What comes back is written the same; or it is an array of another memory order, as small ones become that
  // lie unaligned.
  const auto read = read_value({std::as_bytes(std::span(*pickle)), nullptr});
  const auto back = read ? value_as<T>(*read) : Result<T>(read.error());
  const auto again = back ? pickle::dump([&](pickle::Writer& writer) { pickle::Form<T>::write(writer, *back); })
                          : Result<std::string>(back.error());
  if (!again || (*again != *pickle && random_value::expression(*back) != random_value::expression(value))) {
    std::fprintf(stderr, "%s comes back otherwise: %s\n", random_value::expression(value).substr(0, 1000).c_str(),
                 again ? "its pickle differs" : again.error().message.c_str());
    std::exit(1);
  }
  put(out, *pickle);
  put(out, random_value::expression(value));
}

template <class... T>
void write_any(random_value::Types<T...>, std::size_t which, random_value::Bytes& bytes, std::ostream& out) {
  using Write = void (*)(random_value::Bytes&, std::ostream&);
  constexpr Write writes[] = {&write_one<T>...};
  writes[which % sizeof...(T)](bytes, out);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::mt19937_64 random(std::strtoull(argv[1], nullptr, 10));
  const auto count = std::strtoull(argv[2], nullptr, 10);
  std::ios::sync_with_stdio(false);
  std::vector<std::uint8_t> source(20000);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::uint8_t& byte : source) byte = static_cast<std::uint8_t>(random());
    random_value::Bytes bytes(source);
    write_any(random_value::AllTypes(), i, bytes, std::cout);
  }
  std::cout.flush();
  return std::cout ? 0 : 1;
}
