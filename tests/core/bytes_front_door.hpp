// A second, tiny front door: its values are byte strings that somebody else owns and frees, as a Python module's are.
//
// It shows all a front door other than Cached<T> needs: values owned elsewhere, hooks around waiting, interruption, a
// caller that is not a thread, and a cell that may be tagged again while others call it.
#pragma once

#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "binding/binding.hpp"
#include "cache_on_disk/detail/core/cell.hpp"

namespace bytes {

using namespace cache_on_disk;

/// A block of memory with its own deleter, as a foreign runtime hands it out.
struct Block {
  char* data = nullptr;
  std::size_t size = 0;
};
inline std::atomic<int> living_blocks{0};
inline std::shared_ptr<const Block> make_block(std::string_view text) {
  auto block = std::make_unique<Block>();
  block->data = static_cast<char*>(std::malloc(text.size() + 1));
  if (block->data == nullptr) throw std::bad_alloc();
  block->size = text.size();
  std::memcpy(block->data, text.data(), text.size());
  ++living_blocks;
  return std::shared_ptr<const Block>(block.release(), [](const Block* freed) {
    std::free(freed->data);
    delete freed;
    --living_blocks;
  });
}
inline std::string text_of(const std::shared_ptr<const Block>& block) {
  return block ? std::string(block->data, block->size) : std::string("(no value)");
}

/// What a test may do around a call.
struct Hooks {
  std::function<void()> before_wait = [] {};
  std::function<void()> after_wait = [] {};
  std::function<bool()> interrupted = [] { return false; };
  std::function<void()> on_load = [] {};
  std::uintptr_t caller = 0;                  ///< 0: the calling thread
  std::vector<std::uintptr_t> outer_callers;  ///< within whose computations it runs
  bool refresh = false;
  bool given = false;  ///< the value is put, not computed
};

/// A cell whose values are stored as one-dimensional arrays of bytes.
class BytesCell final : public core::Cell {
 public:
  const core::CellKind& kind() const noexcept override {
    static constexpr core::CellKind kind{typeid(Block), [] { return StoredType{Format::npy, "|u1", 1}; }, false};
    return kind;
  }
  void forget() const noexcept override {
    const std::lock_guard lock(mutex_);
    value_.reset();
  }
  bool remembers(const std::string&) const override { return buffered() != nullptr; }
  void expect_refresh() const override { forget(); }
  void put(void*, const std::string&) const override {}

  /// Unlike a Cached<T>, this may be tagged again while others call it.
  void retag(std::shared_ptr<core::Binding> binding) {
    const std::lock_guard lock(binding_mutex_);
    bind(std::move(binding));
  }
  std::shared_ptr<core::Binding> current_binding() const {
    const std::lock_guard lock(binding_mutex_);
    return binding();
  }
  std::shared_ptr<const Block> buffered() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  /// The buffered value, unless the cell is under another tag by now.
  std::shared_ptr<const Block> buffered_under(const std::shared_ptr<core::Binding>& binding) const {
    const std::lock_guard lock(binding_mutex_);
    return this->binding() == binding ? buffered() : nullptr;
  }
  /// Buffers a value, unless the cell is under another tag by now.
  void keep(const std::shared_ptr<const Block>& value, const std::shared_ptr<core::Binding>& binding) const {
    const std::lock_guard binding_lock(binding_mutex_);
    if (this->binding() != binding) return;
    const std::lock_guard lock(mutex_);
    value_ = value;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::mutex binding_mutex_;
  mutable std::shared_ptr<const Block> value_;
};

inline std::string header(std::size_t size) {
  std::string text = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + std::to_string(size) + ",), }";
  while ((10 + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  std::string head("\x93NUMPY\x01\x00", 8);
  head += static_cast<char>(text.size() & 0xFF);
  head += static_cast<char>(text.size() >> 8);
  return head + text;
}

class BytesCall : public core::Call {
 public:
  BytesCall(const BytesCell& cell, std::function<std::string()> function, Hooks hooks)
      : cell_(cell), binding_(cell.current_binding()), function_(std::move(function)), hooks_(std::move(hooks)) {}

  bool recall() override {
    value_ = cell_.buffered_under(binding_);
    return value_ != nullptr;
  }
  Result<void> load(const Payload& payload, bool) override {
    hooks_.on_load();
    const std::string_view bytes(reinterpret_cast<const char*>(payload.bytes.data()), payload.bytes.size());
    const auto end = bytes.find('\n', 10);
    if (bytes.find("'|u1'") == std::string_view::npos || end == std::string_view::npos)
      return Error{"the file holds no bytes"};
    value_ = make_block(bytes.substr(end + 1));
    return {};
  }
  void compute() override { value_ = make_block(function_()); }
  Result<Encoding> encode() override {
    const auto bytes = std::as_bytes(std::span(value_->data, value_->size));
    return Encoding{
        header(value_->size), value_->size, [bytes](Sink& sink) { sink.write(bytes); }, {Format::npy, "|u1", 1}};
  }
  void keep() override { cell_.keep(value_, binding_); }
  core::SharedValue share() override { return {value_, &typeid(Block)}; }
  bool adopt(const core::SharedValue& shared) override {
    if (shared.type == nullptr || *shared.type != typeid(Block)) return false;
    value_ = std::static_pointer_cast<const Block>(shared.value);
    return true;
  }
  bool refresh() const override { return hooks_.refresh; }
  bool is_given() const override { return hooks_.given; }
  std::uintptr_t caller() const override { return hooks_.caller != 0 ? hooks_.caller : Call::caller(); }
  std::vector<std::uintptr_t> callers() const override {
    std::vector<std::uintptr_t> all{caller()};
    all.insert(all.end(), hooks_.outer_callers.begin(), hooks_.outer_callers.end());
    return all;
  }
  void before_wait() override { hooks_.before_wait(); }
  void after_wait() override { hooks_.after_wait(); }
  bool interrupted() override { return hooks_.interrupted(); }

  const std::shared_ptr<core::Binding>& binding() const { return binding_; }
  const std::shared_ptr<const Block>& value() const { return value_; }

 private:
  const BytesCell& cell_;
  std::shared_ptr<core::Binding> binding_;
  std::function<std::string()> function_;
  Hooks hooks_;
  std::shared_ptr<const Block> value_;
};

/// What a call of a method brings.
struct Answer {
  core::Source source;
  std::string value;
};

inline Answer call(const BytesCell& cell, std::function<std::string()> function, Hooks hooks = {}) {
  if (!hooks.refresh)
    if (const auto buffered = cell.buffered()) return {core::Source::memory, text_of(buffered)};
  BytesCall call(cell, std::move(function), std::move(hooks));
  const core::Source source = core::answer(call.binding(), {}, call);
  return {source, text_of(call.value())};
}

/// Tags a cell as a front door of another language does: with names of its own making.
inline std::shared_ptr<core::Binding> make_binding(const std::string& tmpdir, const std::string& tag,
                                                   const std::string& function, const std::string& object_class = "C",
                                                   std::uint32_t version = 0, const Trust& trust = {}) {
  core::Settings settings;
  settings.trust = trust;
  settings.tag = tag;
  settings.tmpdir = tmpdir;
  core::Method method;
  method.origin = {"bytes", "module", object_class, function, {Format::npy, "|u1", 1}, version};
  return std::make_shared<core::Binding>(std::make_shared<const core::Context>(settings),
                                         std::make_shared<const core::NameNode>(core::NameNode{nullptr, "root"}),
                                         core::intern(method));
}

}  // namespace bytes
