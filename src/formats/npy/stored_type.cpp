#include "cache_on_disk/codec.hpp"

namespace cache_on_disk {

Sink::~Sink() = default;

std::string StoredType::text() const {
  switch (format) {
    case Format::any:
      return "*";
    case Format::pickle:
      return "pickle";
    case Format::npy:
      break;
  }
  return "npy " + (dtype.empty() ? "*" : dtype) + " " + (rank < 0 ? "*" : std::to_string(rank));
}

}  // namespace cache_on_disk
