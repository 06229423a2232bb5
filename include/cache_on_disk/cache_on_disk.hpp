// cache-on-disk: a persistent cache for the values of methods that never change. Everything in one include, except for the
// Eigen adapter, eigen.hpp.
//
//   class Residuals {
//    public:
//     CachedRef<Array<double>> modes() const {
//       return modes_([this] { return reconstruct(slopes_); });   // computed once per tag, in whatever process comes first
//     }
//    private:
//     Slopes slopes_;
//     Cached<Array<double>> modes_;
//     CACHE_ON_DISK(Residuals, modes_)
//   };
//
//   cache_on_disk::set_tag(residuals, "LBTISX20240410_112233");   // names the dataset
//   use(*residuals.modes());
//
// What holds for all headers: names lie in the namespace `cache_on_disk`, and macros begin with `CACHE_ON_DISK`. What lies in
// the namespaces `core` and `detail`, or ends with an underscore, is the library's own. Const functions may be called from
// several threads at a time; all others need the object to themselves, as with a standard container. A function throws what
// its comment says, and `std::bad_alloc`. Trouble with the cache, such as a full disk or a damaged file, never costs the caller
// of a cached method its value; it is told as log.hpp says.
#pragma once

#include "cache_on_disk/any_array.hpp"
#include "cache_on_disk/array.hpp"
#include "cache_on_disk/cached.hpp"
#include "cache_on_disk/cached_method.hpp"
#include "cache_on_disk/cached_ref.hpp"
#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/conversion.hpp"
#include "cache_on_disk/detail/arguments/arguments.hpp"
#include "cache_on_disk/detail/npy/array_codecs.hpp"
#include "cache_on_disk/detail/npy/chrono_codecs.hpp"
#include "cache_on_disk/detail/pickle/pickle_codecs.hpp"
#include "cache_on_disk/detail/pickle/value_codec.hpp"
#include "cache_on_disk/disk_cacher.hpp"
#include "cache_on_disk/fields.hpp"
#include "cache_on_disk/json.hpp"
#include "cache_on_disk/log.hpp"
#include "cache_on_disk/manage.hpp"
#include "cache_on_disk/options.hpp"
#include "cache_on_disk/quantity.hpp"
#include "cache_on_disk/repr.hpp"
#include "cache_on_disk/result.hpp"
#include "cache_on_disk/statistics.hpp"
#include "cache_on_disk/value.hpp"
#include "cache_on_disk/value_as.hpp"
#include "cache_on_disk/walk.hpp"
