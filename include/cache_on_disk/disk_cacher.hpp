// DiskCacher: a cached function on its own, without a class.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "cache_on_disk/cached.hpp"
#include "cache_on_disk/cached_method.hpp"
#include "cache_on_disk/detail/core/tree.hpp"

namespace cache_on_disk {
namespace detail {
/// What a function returns; int of what cannot be called, which has been told of.
template <class F>
struct ResultOf : std::type_identity<int> {};
template <class F>
  requires std::is_invocable_v<F>
struct ResultOf<F> : std::invoke_result<F> {};
}  // namespace detail

/// Caches what a function without arguments returns:
///
///   DiskCacher cacher([&] { return reconstruct(slopes); }, "Residuals.modes");
///   cacher.set_tag("LBTISX20240410_112233");
///   auto modes = cacher.execute();   // tmpdir/cacheLBTISX20240410_112233/root.Residuals.modes.npy
///
/// execute() may be called concurrently; all else needs exclusive access. Neither copied nor moved.
template <class F>
class DiskCacher {
  static_assert(
      std::is_invocable_v<F&>,
      "the function of a DiskCacher has no parameters: capture what it needs, [&] { return compute(x); }, or cache a "
      "method with arguments in a class, Cached<R(Args...)>");

 public:
  using Value = std::remove_cvref_t<typename detail::ResultOf<F&>::type>;
  static_assert(!std::is_void_v<Value>, "the function returns nothing: return the value that is to be cached");

  /// `function` must be callable concurrently if execute() is; `name` is "Class.method", or any name.
  DiskCacher(F function, std::string name) : function_(std::move(function)), name_(std::move(name)) {}
  DiskCacher(const DiskCacher&) = delete;
  DiskCacher& operator=(const DiskCacher&) = delete;

  /// Starts caching; what was buffered under another tag is dropped. Throws std::invalid_argument for an unusable tag.
  void set_tag(std::string_view tag, std::string_view instance_name = "root") {
    set([&](core::Settings& settings) { settings.tag = std::string(tag); }, std::string(instance_name));
  }
  void clear_tag() {
    set([](core::Settings& settings) { settings.tag.reset(); }, instance_);
  }
  void set_tmpdir(std::string_view tmpdir) {
    set([&](core::Settings& settings) { settings.tmpdir = std::string(tmpdir); }, instance_);
  }
  void set_prefix(std::string_view prefix) {
    set([&](core::Settings& settings) { settings.prefix = std::string(prefix); }, instance_);
  }
  void set_trust(const Trust& trust) {
    set([&](core::Settings& settings) { settings.trust = trust; }, instance_);
  }

  /// The value: from memory, from disk, or computed and stored.
  CachedRef<Value> execute() const {
    return cell_([this]() -> decltype(auto) { return function_(); });
  }

  std::string fullpath() const { return method().fullpath(); }
  std::string entry_path() const { return method().entry_path(); }
  Explanation explain() const { return method().explain(); }
  MethodStatistics statistics() const { return method().statistics(); }
  core::Cleared clear_cache() { return method().clear_cache(); }
  void refresh() { method().refresh(); }
  void put(Value value) { method().put(std::move(value)); }

 private:
  CachedMethod method() const { return CachedMethod(cell_); }

  template <class Change>
  void set(Change&& change, std::string instance) {
    core::Settings settings = settings_;
    change(settings);
    core::bind_alone(cell_, name_, instance, settings);
    settings_ = std::move(settings);
    instance_ = std::move(instance);
  }

  mutable F function_;
  std::string name_;
  std::string instance_ = "root";
  core::Settings settings_;
  Cached<Value> cell_;
};

template <class F>
DiskCacher(F, std::string) -> DiskCacher<F>;

}  // namespace cache_on_disk
