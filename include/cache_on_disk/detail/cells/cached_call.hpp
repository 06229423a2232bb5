// One call of a cached method whose value is a T: the front door of C++ programs.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "cache_on_disk/cached_ref.hpp"
#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/core/call.hpp"

namespace cache_on_disk::detail {

/// Refers to a function whose value becomes a T. What has to be compiled for each cached method is this, and no more: all that
/// follows is compiled once for each type of values.
template <class T>
class Maker {
 public:
  template <class F>
    requires(!std::is_same_v<std::remove_cv_t<F>, Maker>)
  explicit Maker(F& function) noexcept
      : function_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        construct_([](void* f, Holder<T>& holder) { holder.construct(*static_cast<F*>(f)); }) {}

  void operator()(Holder<T>& holder) const { construct_(function_, holder); }
  /// The holder comes first: once the function has run, nothing can fail any more.
  HolderPtr<T> operator()() const {
    auto holder = HolderPtr<T>::make();
    (*this)(*holder.get());
    return holder;
  }

 private:
  void* function_;
  void (*construct_)(void* function, Holder<T>& holder);
};

/// What all calls on cells of type T have in common; where the value is kept is up to the cell.
template <class T>
class ValueCall : public core::Call {
 public:
  ValueCall(Maker<T> make, bool refresh) : make_(make), refresh_(refresh) {}

  Result<void> load(const Payload& payload, bool) override {
    auto value = Codec<T>::decode(payload);
    if (!value) return value.error();
    const auto move_out = [&]() -> T&& { return *std::move(value); };
    make_holder()->construct(move_out);
    return {};
  }
  void compute() override { make_(*make_holder()); }
  Result<Encoding> encode() override { return Codec<T>::encode(holder_->value()); }
  core::SharedValue share() override {
    return {std::shared_ptr<const void>(holder_.get(), [owner = holder_](const void*) {}), &typeid(Holder<T>)};
  }
  bool adopt(const core::SharedValue& shared) override {
    if (shared.type == nullptr || *shared.type != typeid(Holder<T>)) return false;
    holder_ = HolderPtr<T>(static_cast<Holder<T>*>(const_cast<void*>(shared.value.get())));
    return true;
  }
  bool refresh() const override { return refresh_; }

  const HolderPtr<T>& holder() const { return holder_; }

 protected:
  /// Others may have seen an earlier holder, so every value gets its own.
  Holder<T>* make_holder() {
    holder_ = HolderPtr<T>::make();
    return holder_.get();
  }
  HolderPtr<T> holder_;

 private:
  Maker<T> make_;
  bool refresh_;
};

}  // namespace cache_on_disk::detail
