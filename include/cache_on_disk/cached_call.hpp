// One call of a cached method whose value is a T: the front door of C++ programs.
#pragma once

#include <memory>
#include <utility>

#include "cache_on_disk/cached_ref.hpp"
#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/core/call.hpp"

namespace cache_on_disk::detail {

/// The holder comes first: once the function has run, nothing can fail any more.
template <class T, class F>
HolderPtr<T> compute_holder(F& function) {
  auto holder = HolderPtr<T>::make();
  holder->construct(function);
  return holder;
}

/// What all calls on cells of type T have in common; where the value is kept is up to the cell.
template <class T, class F>
class ValueCall : public core::Call {
 public:
  ValueCall(F& function, bool refresh) : function_(function), refresh_(refresh) {}

  Result<void> load(const Payload& payload, bool) override {
    auto value = Codec<T>::decode(payload);
    if (!value) return value.error();
    const auto move_out = [&]() -> T&& { return *std::move(value); };
    make_holder()->construct(move_out);
    return {};
  }
  void compute() override { make_holder()->construct(function_); }
  Result<Encoding> encode() override { return Codec<T>::encode(holder_->value()); }
  core::SharedValue share() override {
    return {std::shared_ptr<const void>(holder_.get(), [owner = holder_](const void*) {}),
            &typeid(Holder<T>)};
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
  F& function_;
  bool refresh_;
};

}  // namespace cache_on_disk::detail
