#include <cstring>
#include <string_view>

#include "cache_on_disk/scalar_codecs.hpp"

namespace cache_on_disk::detail {

bool is_npy(const Payload& payload) noexcept {
  constexpr std::string_view magic = "\x93NUMPY";
  return payload.bytes.size() >= magic.size() &&
         std::memcmp(payload.bytes.data(), magic.data(), magic.size()) == 0;
}

}  // namespace cache_on_disk::detail
