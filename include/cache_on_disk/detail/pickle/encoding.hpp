// Encodings of values as pickles, for codecs of such values.
//
//   static Result<Encoding> encode(const Profile& profile) {
//     return pickle::encode([&profile](pickle::Writer& writer) { writer.text(profile.name); });
//   }
#pragma once

#include <functional>

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"
#include "cache_on_disk/result.hpp"

namespace cache_on_disk::pickle {

/// The encoding of what `write` makes. A pickle of up to 16 MiB is held in memory; of a larger one only the
/// length is found out at first, and `write`, which the encoding keeps, makes it again when it is stored: so
/// no value, however large, is in memory twice. It must do the same both times.
CACHE_ON_DISK_EXPORT Result<Encoding> encode(std::function<void(Writer&)> write);

}  // namespace cache_on_disk::pickle
