// `Cached<R(Args...)>`: the cell of a method with arguments, which keeps one value for each of them.
//
//   CachedRef<Eigen::VectorXd> psd(int mode, const std::string& window) const {
//     return psd_(mode, window, [&, this] { return periodogram(*modes(), mode, window); });
//   }
//   Cached<Eigen::VectorXd(int, std::string)> psd_;       // stored as root.Residuals.psd(3,'hann').npy
//
// Part of cached.hpp. Arguments may be bool, numbers, text, enumerations, paths, bytes, arrays, and optionals, variants,
// tuples, sequences, sets, maps and structs of these; the compiler refuses others. Equal arguments name one entry. Their
// types count, as in Python: 3 and 3.0 name two. Short and plain ones stand in the name of the file; all others as a hash of
// 32 digits (docs/format.md), the same in C++ and Python.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <source_location>
#include <string>

#include "cache_on_disk/cached.hpp"
#include "cache_on_disk/detail/arguments/arguments.hpp"
#include "cache_on_disk/detail/cells/buffer_lock.hpp"
#include "cache_on_disk/detail/cells/lossless.hpp"

namespace cache_on_disk {

/// The cell of a method with arguments. Threads, copies and moves are as for `Cached<T>`.
///
/// The cell keeps the values for all arguments it was asked for in memory, and every ref owns its value. Arguments that
/// cannot name an entry, because they are nested too deeply, say, are not cached: the function runs at each call, and that is
/// told.
template <class R, class... Args>
class Cached<R(Args...)> final : public core::Cell {
  static_assert(detail::must_be_cacheable<R>());
  static_assert((detail::must_name_values<std::remove_cvref_t<Args>>() && ...));

 public:
  Cached() = default;
  /// Takes `version()` or `inherited()`.
  explicit Cached(core::CellOptions options) noexcept : Cell(options) {}
  Cached(const Cached& other) noexcept : Cell(other) {}
  Cached(Cached&& other) noexcept : Cell(std::move(other)), buffer_(other.buffer_.exchange(nullptr)) {}
  ~Cached() { delete buffer(); }
  Cached& operator=(const Cached& other) noexcept {
    if (this == &other) return *this;
    forget();
    this->lose_tag_to(other);
    return *this;
  }
  Cached& operator=(Cached&& other) noexcept {
    if (this == &other) return *this;
    forget();
    if (this->take_tag_of(other)) buffer_ = other.buffer_.exchange(nullptr);
    return *this;
  }

  /// Gives the value for these arguments: from memory, from disk, or from `function`, which has no parameters and captures
  /// the arguments. Throws what the function throws; `std::bad_alloc`; and `UncachedError` under `Options::strict` alone.
  template <class F>
    requires std::is_invocable_v<F&>
  CachedRef<R> operator()(std::type_identity_t<detail::Given<std::remove_cvref_t<Args>>>... args, F&& function,
                          std::source_location site = std::source_location::current()) const {
    static_assert(detail::must_return<F&, R>());
    if constexpr (std::is_function_v<std::remove_reference_t<F>>) {
      auto* pointer = &function;
      return get(detail::Maker<R>(pointer), site, args.get()...);
    } else {
      return get(detail::Maker<R>(function), site, args.get()...);
    }
  }

  // Mistakes, with what to write instead.
  /// @cond
  template <class... X>
    requires(!detail::is_call<std::tuple<X...>, std::remove_cvref_t<Args>...>)
  CachedRef<R> operator()(X&&...) const {
    static_assert(
        sizeof...(X) == sizeof...(Args) + 1,
        "a cell with arguments is called as cell_(arguments..., [&] { return ...; }): with as many arguments as its "
        "type has, and the function behind them");
    static_assert(
        sizeof...(X) != sizeof...(Args) + 1,
        "a cell with arguments is called as cell_(arguments..., [&] { return ...; }): with arguments of the types "
        "that it has, and a function without parameters that captures them");
    __builtin_unreachable();
  }
  /// @endcond

  const core::CellKind& kind() const noexcept override {
    static constexpr core::CellKind kind{typeid(R), &Codec<R>::stored_type, true, detail::argument_kinds<Args...>};
    return kind;
  }
  void forget() const noexcept override {
    if (buffer() == nullptr)
      return;  // of most cells that set_tag meets: the mutex would take most of its time with them
    std::unique_ptr<Buffer> dropped;  // outside of the mutex, since values have destructors
    detail::with_buffer_locked(this, [&] { dropped.reset(buffer_.exchange(nullptr)); });
  }
  bool remembers(const std::string& arguments) const override { return static_cast<bool>(find(arguments)); }
  void expect_refresh() const override {
    forget();
    made_buffer().refreshing = true;
  }
  bool wants_refresh(const std::string& arguments) const override {
    return detail::with_buffer_locked(
        this, [&] { return buffer() && buffer()->refreshing && !buffer()->refreshed.contains(arguments); });
  }
  void put(void* value, const std::string& arguments) const override {
    const auto move_out = [value]() -> R&& { return std::move(*static_cast<R*>(value)); };
    forget(arguments);  // exclusive access is given, and a value in memory would stay the answer
    PutCall call(*this, arguments, detail::Maker<R>(move_out), true);
    core::answer(binding_, arguments, call);
  }

 private:
  struct Buffer {
    std::map<std::string, detail::HolderPtr<R>> values;
    bool refreshing = false;  // entries not in `refreshed` are computed again
    std::set<std::string> refreshed;
  };

  CachedRef<R> get(detail::Maker<R> make, const std::source_location& site,
                   const std::remove_cvref_t<Args>&... args) const {
    if (!core::is_tagged(binding_.get())) {
      core::count_untagged_call(*this, site);
      return CachedRef<R>(make());
    }
    const Arguments arguments(args...);
    if (!arguments.refusal().empty()) {
      core::tell_unnamed(*binding_, arguments.refusal());
      return CachedRef<R>(make());
    }
    const std::string name = arguments.text();
    const bool directly = system::hits_take_the_long_way.load(std::memory_order_relaxed) == 0;
    if (directly || core::may_use_memory(*this))
      if (auto buffered = find(name)) {
        if (!directly) core::observe_hit(binding_.get(), name);
        return CachedRef<R>(std::move(buffered));
      }
    TaggedCall call(*this, name, make, wants_refresh(name));
    core::answer(binding_, name, call);
    return CachedRef<R>(call.holder());
  }

  class TaggedCall : public detail::ValueCall<R> {
   public:
    TaggedCall(const Cached& cell, const std::string& name, detail::Maker<R> make, bool refresh)
        : detail::ValueCall<R>(make, refresh), cell_(cell), name_(name), binding_(cell.binding_) {}
    bool recall() override {
      auto found = cell_.find(name_);
      if (!found) return false;
      this->holder_ = std::move(found);
      return true;
    }
    void keep() override {
      if (cell_.binding_ == binding_) cell_.publish(name_, this->holder_);
    }

   private:
    const Cached& cell_;
    const std::string& name_;
    std::shared_ptr<core::Binding> binding_;
  };

  struct PutCall : TaggedCall {
    using TaggedCall::TaggedCall;
    bool is_given() const override { return true; }
  };

  detail::HolderPtr<R> find(const std::string& name) const {
    return detail::with_buffer_locked(this, [&]() -> detail::HolderPtr<R> {
      if (!buffer()) return {};
      const auto found = buffer()->values.find(name);
      return found == buffer()->values.end() ? detail::HolderPtr<R>() : found->second;
    });
  }
  void publish(const std::string& name, detail::HolderPtr<R> holder) const {
    detail::with_buffer_locked(this, [&] {
      Buffer& all = made_buffer();
      if (all.refreshing) all.refreshed.insert(name);
      // What was there leaves with our parameter, so that its destructor runs outside the mutex.
      std::swap(all.values[name], holder);
    });
  }
  void forget(const std::string& name) const { publish(name, {}); }

  Buffer* buffer() const noexcept { return buffer_.load(std::memory_order_relaxed); }
  Buffer& made_buffer() const {
    if (!buffer()) buffer_ = new Buffer;
    return *buffer();
  }

  mutable std::atomic<Buffer*> buffer_{
      nullptr};  // owned; made at the first value; all but whether it is there under the mutex
};

}  // namespace cache_on_disk
