// `DiskCacher`: a cached function on its own, without a class.
//
//   DiskCacher cacher([&] { return reconstruct(slopes); }, "Residuals.modes");
//   cacher.set_tag("LBTISX20240410_112233");
//   auto modes = cacher.execute();   // <tmpdir>/cacheLBTISX20240410_112233/root.Residuals.modes.npy
//
// A class of its own is better where several methods look at one dataset: one `set_tag` names it for all.
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

/// Caches what a function without parameters returns. `F`: of a lambda, deduced. Neither copied nor moved.
///
/// Threads: `execute()` and the other const functions may run side by side; all else needs the object to itself.
template <class F>
class DiskCacher {
  static_assert(
      std::is_invocable_v<F&>,
      "the function of a DiskCacher has no parameters: capture what it needs, [&] { return compute(x); }, or cache a "
      "method with arguments in a class, Cached<R(Args...)>");

 public:
  /// What is cached: what the function returns, without reference and const.
  using Value = std::remove_cvref_t<typename detail::ResultOf<F&>::type>;
  static_assert(!std::is_void_v<Value>, "the function returns nothing: return the value that is to be cached");

  /// `function` must be callable by several threads at a time if `execute()` is; `name`, "Class.method" or any other, stands in
  /// the name of the file.
  DiskCacher(F function, std::string name) : function_(std::move(function)), name_(std::move(name)) {}
  DiskCacher(const DiskCacher&) = delete;
  DiskCacher& operator=(const DiskCacher&) = delete;

  /// Starts caching under a tag, which names an immutable dataset. `instance_name` begins the name of the file. Another tag or
  /// name than before drops what is in memory. Throws `std::invalid_argument` for a tag that cannot name a directory.
  void set_tag(std::string_view tag, std::string_view instance_name = "root") {
    set([&](core::Settings& settings) { settings.tag = std::string(tag); }, std::string(instance_name));
  }
  /// Stops caching: `execute()` calls the function each time.
  void clear_tag() {
    set([](core::Settings& settings) { settings.tag.reset(); }, instance_);
  }
  /// Sets the directory in which tag directories lie, as `set_tmpdir` of manage.hpp.
  void set_tmpdir(std::string_view tmpdir) {
    set([&](core::Settings& settings) { settings.tmpdir = std::string(tmpdir); }, instance_);
  }
  /// Sets what stands before the tag in the name of its directory; "cache" unless set.
  void set_prefix(std::string_view prefix) {
    set([&](core::Settings& settings) { settings.prefix = std::string(prefix); }, instance_);
  }
  /// Sets whose files are believed.
  void set_trust(const Trust& trust) {
    set([&](core::Settings& settings) { settings.trust = trust; }, instance_);
  }

  /// Gives the value: from memory, from disk, or from the function. Throws what that throws. How long the ref is valid,
  /// `CachedRef` says.
  CachedRef<Value> execute() const {
    return cell_([this]() -> decltype(auto) { return function_(); });
  }

  /// The path of the file, whether or not it exists. Throws `TagNotSetException` without a tag.
  std::string fullpath() const { return method().fullpath(); }
  /// The path of the file that is really used: beside `fullpath` if another's has that name. Throws `TagNotSetException`.
  std::string entry_path() const { return method().entry_path(); }
  /// Why the next call would hit or miss.
  Explanation explain() const { return method().explain(); }
  /// What happened in this process.
  MethodStatistics statistics() const { return method().statistics(); }
  /// Drops what is in memory and deletes what is stored.
  core::Cleared clear_cache() { return method().clear_cache(); }
  /// Lets the next call compute again and replace what is stored.
  void refresh() { method().refresh(); }
  /// Stores a value as if the function had returned it. Throws `TagNotSetException` without a tag.
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
