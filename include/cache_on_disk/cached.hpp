// `Cached<T>`: a cell, the member that makes a method of a class a cached one.
//
//   class Residuals {
//    public:
//     CachedRef<Array<double>> modes() const {                  // one value per tag
//       return modes_([this] { return reconstruct(slopes_); });
//     }
//     CachedRef<Eigen::VectorXd> psd(int mode) const {          // one per tag and mode
//       return psd_(mode, [this, mode] { return periodogram(*modes(), mode); });
//     }
//    private:
//     Slopes slopes_;
//     Cached<Array<double>> modes_;
//     Cached<Eigen::VectorXd(int)> psd_;
//     CACHE_ON_DISK(Residuals, modes_, psd_)                    // walk.hpp
//   };
//
// Without a tag (see `set_tag`) a call runs the function, and nothing is kept. With one, the first call anywhere computes and
// stores the value; every later one, in this or any other process, gets it: from memory in nanoseconds, from disk by mapping or
// reading a file.
//
// The function must depend on nothing but the dataset that the tag names. It runs on the thread of its caller, once; others who
// ask for the value meanwhile, in this process or another, wait for it. If it throws, its caller gets the exception, nothing
// is stored, and one of those who wait tries in its turn.
#pragma once

#include <atomic>
#include <memory>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include "cache_on_disk/cached_ref.hpp"
#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/cells/cached_call.hpp"
#include "cache_on_disk/detail/cells/lossless.hpp"
#include "cache_on_disk/detail/core/cell.hpp"

namespace cache_on_disk {

/// For the constructor of a cell: says that the function gives other values now. What older versions stored is computed
/// again and replaced. Without it the version is 0.
///
///     Cached<double> seeing_{version(2)};
constexpr core::CellOptions version(std::uint32_t number) { return {.version = number}; }

/// For the constructor of a cell: says that subclasses do not change the method's value, so they share the entry of the
/// class that defines it. Without it, each class of objects has an entry of its own.
///
///     Cached<double> seeing_{inherited()};
constexpr core::CellOptions inherited(std::uint32_t version = 0) { return {.version = version, .inherited = true}; }

namespace detail {
template <class T>
using BufferingCell = std::conditional_t<is_small_value<T>, SmallCell<T>, HolderCell<T>>;
}

/// The cell of a method without arguments. `T` is any type with a `Codec`: numbers, text, arrays, Eigen matrices, containers,
/// structs with `CACHE_ON_DISK_FIELDS`, types with a `Conversion`; docs/values.md has them all.
///
/// Threads: calls, and uses of refs, may run side by side. `set_tag` and its like, clearing, assignment and destruction need
/// the object to themselves.
///
/// Copies and moves: a move takes tag, name and value along, also through the algorithms of the standard library. A copy,
/// constructed or assigned, has no tag and no value, and neither has a cell that an untagged one was moved to: its object has
/// other data now than what its name stands for on disk. It computes at each call until the next `set_tag`, and tells so once.
template <class T>
class Cached final : public detail::BufferingCell<T> {
  static_assert(detail::must_be_cacheable<T>());
  using Base = detail::BufferingCell<T>;
  using Base::binding_, Base::refresh_;

 public:
  Cached() = default;
  /// Takes `version()` or `inherited()`.
  explicit Cached(core::CellOptions options) noexcept : Base(options) {}
  Cached(const Cached&) = default;
  Cached(Cached&&) = default;
  ~Cached() = default;
  Cached& operator=(const Cached& other) noexcept {
    if (this == &other) return *this;
    forget();
    this->lose_tag_to(other);
    return *this;
  }
  Cached& operator=(Cached&& other) noexcept {
    if (this == &other) return *this;
    forget();
    if (this->take_tag_of(other)) Base::take(other);
    return *this;
  }

  /// Gives the value: from memory, from disk, or from `function`, which has no parameters and returns a `T` or what a `T` can
  /// be made of. How long the ref is valid, `CachedRef` says. `site` is for messages, and filled in by the compiler.
  ///
  /// Throws what the function throws; `std::bad_alloc`; and `UncachedError` under `Options::strict` alone. A hit in memory
  /// allocates nothing.
  template <class F>
    requires std::is_invocable_v<F&>
  CachedRef<T> operator()(F function, std::source_location site = std::source_location::current()) const {
    static_assert(detail::must_return<F&, T>());
    auto* const buffered = Base::find();
    if (buffered != nullptr && system::hits_take_the_long_way.load(std::memory_order_relaxed) == 0) [[likely]]
      return CachedRef<T>(buffered);
    return get(std::move(function), site);
  }

  // Mistakes, with what to write instead.
  /// @cond
  template <class... X>
    requires(sizeof...(X) != 1 || !(std::is_invocable_v<X&> && ...))
  CachedRef<T> operator()(const X&...) const {
    static_assert(detail::must_be_a_function<X...>());
    __builtin_unreachable();
  }
  /// @endcond

  const core::CellKind& kind() const noexcept override {
    static constexpr core::CellKind kind{typeid(T), &Codec<T>::stored_type, false};
    return kind;
  }
  void forget() const noexcept override {
    Base::drop();
    refresh_.store(false, std::memory_order_relaxed);
  }
  bool remembers(const std::string&) const override { return Base::find() != nullptr; }
  void expect_refresh() const override {
    forget();
    refresh_.store(true);
  }
  bool wants_refresh(const std::string&) const override { return refresh_.load(); }
  void put(void* value, const std::string&) const override {
    const auto move_out = [value]() -> T&& { return std::move(*static_cast<T*>(value)); };
    forget();  // exclusive access is given, and a value in memory would stay the answer
    PutCall call(*this, detail::Maker<T>(move_out), true);
    core::answer(binding_, {}, call);
  }

 private:
  /// One call on a cell with a tag.
  class TaggedCall : public detail::ValueCall<T> {
   public:
    TaggedCall(const Cached& cell, detail::Maker<T> make, bool refresh)
        : detail::ValueCall<T>(make, refresh), cell_(cell), binding_(cell.binding_) {}
    bool recall() override { return cell_.recall(this->holder_); }
    void keep() override {
      // The function may have tagged this very object anew: its value belongs to the tag it began under.
      if (cell_.binding_ != binding_) return;
      cell_.publish(this->holder_);
      cell_.refresh_.store(false);  // not before: until the new value is there, every caller wants it
    }

   private:
    const Cached& cell_;
    std::shared_ptr<core::Binding> binding_;
  };

  struct PutCall : TaggedCall {
    using TaggedCall::TaggedCall;
    bool is_given() const override { return true; }
  };

  // Out of the way of a hit, which then saves no register; by value, so that a hit need not put them into memory.
  template <class F>
  [[gnu::noinline, gnu::cold]] CachedRef<T> get(F function, std::source_location site) const {
    return get_made(detail::Maker<T>(function), site);
  }
  CachedRef<T> get_made(detail::Maker<T> make, const std::source_location& site) const {
    if (!core::is_tagged(binding_.get())) {
      core::count_untagged_call(*this, site);
      return CachedRef<T>(make());
    }
    if (core::may_use_memory(*this))
      if (auto* const buffered = Base::find()) {
        core::observe_hit(binding_.get());
        return CachedRef<T>(buffered);
      }
    TaggedCall call(*this, make, refresh_.load());
    core::answer(binding_, {}, call);
    return CachedRef<T>(Base::ref_to(call.holder()));
  }
};

// There is nothing to cache of a method that returns nothing.
template <class T>
  requires std::is_void_v<T>
class Cached<T> {
  static_assert(detail::must_be_cacheable<T>());

 public:
  template <class... X>
  void operator()(const X&...) const {}
};

}  // namespace cache_on_disk

#include "cache_on_disk/cached_by_arguments.hpp"
