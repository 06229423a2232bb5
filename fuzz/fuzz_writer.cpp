// Any bytes as decisions of which a value of any C++ type is made: what is written of it, the library must read back, and
// CPython must find equal to a Python expression that was put together without the library.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "cache_on_disk/detail/pickle/forms.hpp"
#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/value_as.hpp"
#include "pickle/random_value.hpp"
#include "python_peer.hpp"

namespace {

using namespace cache_on_disk;

[[noreturn]] void fail(const std::string& expression, const std::string& why) {
  std::fprintf(stderr, "%.2000s\n  %s\n", expression.c_str(), why.c_str());
  std::abort();
}

template <class T>
std::string pickle_of(const T& value, const std::string& expression) {
  auto pickle = pickle::dump([&](pickle::Writer& writer) { pickle::Form<T>::write(writer, value); });
  if (!pickle) fail(expression, pickle.error().message);
  return *std::move(pickle);
}

template <class T>
void try_one(random_value::Bytes& bytes) {
  static PythonPeer& peer = *new PythonPeer;
  const T value = random_value::make<T>(bytes);
  const std::string expression = random_value::expression(value);
  const std::string pickle = pickle_of(value, expression);
  if (pickle_of(value, expression) != pickle) fail(expression, "is written otherwise the second time");
  const auto read = pickle::read({std::as_bytes(std::span(pickle)), nullptr});
  if (!read) fail(expression, read.error().message);
  const auto back = value_as<T>(*read);
  if (!back) fail(expression, back.error().message);
  // What comes back is written the same; or it is an array of another memory order, as small ones become that lie
  // unaligned.
  if (pickle_of(*back, expression) != pickle && random_value::expression(*back) != expression)
    fail(expression, "comes back as " + random_value::expression(*back));
  const auto answer = peer.ask('W', pickle, expression);
  if (answer && answer->starts_with('!')) fail(expression, *answer);
}

template <class... T>
void try_any(random_value::Types<T...>, std::size_t which, random_value::Bytes& bytes) {
  using Try = void (*)(random_value::Bytes&);
  constexpr Try tries[] = {&try_one<T>...};
  tries[which % sizeof...(T)](bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  random_value::Bytes bytes({data, size});
  try_any(random_value::AllTypes(), bytes.byte(), bytes);
  return 0;
}
