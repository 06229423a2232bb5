#include <cstring>
#include <string_view>

#include "cache_on_disk/scalar_codecs.hpp"

namespace cache_on_disk::detail {

std::string scalar_pickle(bool value) {
  return pickle::dump([&](pickle::Writer& writer) { writer.boolean(value); });
}

std::string scalar_pickle(std::int64_t value) {
  return pickle::dump([&](pickle::Writer& writer) { writer.integer(value); });
}

std::string scalar_pickle(std::uint64_t value) {
  return pickle::dump([&](pickle::Writer& writer) { writer.integer(value); });
}

std::string scalar_pickle(double value) {
  return pickle::dump([&](pickle::Writer& writer) { writer.floating(value); });
}

std::string scalar_pickle(std::complex<double> value) {
  return pickle::dump([&](pickle::Writer& writer) { writer.complex(value); });
}

std::string scalar_pickle(const std::string& value) {
  return pickle::dump([&](pickle::Writer& writer) { writer.text_or_bytes(value); });
}

bool is_npy(const Payload& payload) noexcept {
  constexpr std::string_view magic = "\x93NUMPY";
  return payload.bytes.size() >= magic.size() &&
         std::memcmp(payload.bytes.data(), magic.data(), magic.size()) == 0;
}

}  // namespace cache_on_disk::detail
