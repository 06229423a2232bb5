// cache-on-disk: a persistent cache for the values of methods that never change. Everything in one include, except for the
// Eigen adapter, <cache_on_disk/eigen.hpp>.
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
