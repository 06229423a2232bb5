// What Python's dicts and sets do to repeated keys, done to a document once it is read.
#pragma once

#include "value/document.hpp"
#include "value/keys.hpp"

namespace cache_on_disk::detail {

/// Of equal items of a set the first stays; of equal keys of a mapping the first stays, with the last value.
void remove_repeated(Document& document, std::uint32_t record, Keys& keys);

}  // namespace cache_on_disk::detail
