// Any bytes as a pickle: what is read must print, compare, become JSON, be judged and converted, and end, within bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "attack.hpp"
#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/json.hpp"
#include "cache_on_disk/quantity.hpp"
#include "cache_on_disk/repr.hpp"
#include "cache_on_disk/value_as.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cache_on_disk;
  // A copy without slack, so that reading beyond it is noticed.
  const auto input = std::make_shared<const std::vector<std::uint8_t>>(data, data + size);
  const auto bytes = std::as_bytes(std::span(*input));
  const auto value = pickle::read({bytes, input});
  if (!value) {
    if (value.error().message.empty()) std::abort();
    return 0;
  }
  const auto length = pickle::length(bytes);
  if (!length || *length != size) std::abort();
  const std::string text = repr(*value, {.max_size = 1 << 16});
  (void)to_json(*value, {.max_size = 1 << 16});
  (void)describe(*value);
  if (const auto quantity = value->as_quantity(); quantity && quantity->unit.size() > size * 64) std::abort();
  (void)value_as<Quantity<Array<double>>>(*value);
  (void)value_as<Masked<Array<double>>>(*value);
  enum class Member : int {};
  (void)value_as<Member>(*value);
  if (const auto attack = tool::attack_in(*value); attack && attack->size() > 1000) std::abort();
  const auto again = pickle::read({bytes, nullptr});
  if (!again || repr(*again, {.max_size = 1 << 16}) != text) std::abort();
  (void)(*value == *again);
  return 0;
}
