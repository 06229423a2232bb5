// What a walk gives to a cell: its tag, its name, and what the core needs to know of its method.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "binding/context.hpp"
#include "binding/counters.hpp"
#include "binding/modes.hpp"
#include "cache_on_disk/log.hpp"
#include "format/entry_key.hpp"

namespace cache_on_disk::core {

class Cell;

/// A step of an instance name; siblings share what lies before.
struct NameNode {
  std::shared_ptr<const NameNode> outer;
  std::string text;    ///< "root", ".residuals", "[3]"
  std::uint64_t hash;  ///< of the whole name, whatever its steps are

  NameNode(std::shared_ptr<const NameNode> before, std::string step)
      : outer(std::move(before)), text(std::move(step)), hash(hash_of(outer.get(), text)) {}
  /// FNV-1a, carried on from step to step.
  static std::uint64_t hash_of(const NameNode* outer, std::string_view text) noexcept {
    std::uint64_t hash = outer != nullptr ? outer->hash : 0xCBF29CE484222325u;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    return hash;
  }

  std::string full() const {
    std::string name;
    append_to(name, 0);
    return name;
  }
  /// Appends the name, with room for `more` bytes behind it.
  void append_to(std::string& name, std::size_t more) const {
    if (outer)
      outer->append_to(name, more + text.size());
    else
      name.reserve(name.size() + text.size() + more);
    name.append(text);
  }
  /// True if the names are found to be the same, although their nodes are others. Very long ones are not compared to their
  /// end: in a list of thousands that would be done for each.
  static bool are_seen_to_be_same(const NameNode* one, const NameNode* other) noexcept {
    for (int steps = 0; one != other; ++steps, one = one->outer.get(), other = other->outer.get())
      if (steps == 32 || one == nullptr || other == nullptr || one->text != other->text) return false;
    return true;
  }
};

/// A method of a class, as its objects share it. Made once for each, never destroyed.
struct Method {
  entry::Origin origin;  ///< type: as the cell declares it
  bool by_arguments = false;

  bool operator==(const Method& other) const;
};

/// The one Method of this content. Thread-safe.
const Method& intern(const Method& method);

/// The binding of one cell, shared by the cell and by calls under way. Immutable, but for its counters, while it is shared.
class Binding {
 public:
  Binding(std::shared_ptr<const Context> context, std::shared_ptr<const NameNode> instance, const Method& method)
      : context_(std::move(context)), instance_(std::move(instance)), method_(&method) {}
  ~Binding() { forget_counters(); }
  Binding(const Binding&) = delete;
  Binding& operator=(const Binding&) = delete;

  /// Turns into another binding, in place. Only for a cell that shares it with nobody.
  void become(std::shared_ptr<const Context> context, std::shared_ptr<const NameNode> instance,
              const Method& method) noexcept {
    forget_counters();
    context_ = std::move(context);
    instance_ = std::move(instance);
    method_ = &method;
  }

  /// Of a binding that nobody else has yet.
  void set_context(std::shared_ptr<const Context> context) noexcept { context_ = std::move(context); }

  const Context& context() const noexcept { return *context_; }
  const std::shared_ptr<const Context>& shared_context() const noexcept { return context_; }
  const std::shared_ptr<const NameNode>& instance() const noexcept { return instance_; }
  const Method& method() const noexcept { return *method_; }

  /// "root.residuals.Residuals.modes", the name log lines bear.
  std::string function_name() const { return stem({}); }
  /// The same with the arguments, "(...)" or none: the stem of an entry.
  std::string stem(std::string_view arguments) const {
    const std::string& function = method_->origin.function;
    std::string name;
    instance_->append_to(name, 1 + function.size() + arguments.size());
    name.append(".").append(function).append(arguments);
    return name;
  }
  entry::EntryKey key(const std::string& arguments) const {
    return entry::make_key(context_->component(), stem(arguments), method_->origin);
  }
  /// What has happened to this method; made at its first slow call.
  Counters& counters() const;
  const Counters* counters_if_any() const noexcept { return counters_.load(std::memory_order_acquire); }

  /// Lets the cell forget what it has in memory from before an era of Mode::refresh (binding/modes.hpp). False if another thread
  /// is doing that, or has yet to do it. Thread-safe.
  bool drop_older_than(std::uint32_t era, const Cell& cell) const noexcept;
  /// False while the cell may have a value in memory that is older than this.
  bool is_of_era(std::uint32_t era) const noexcept { return era_.load(std::memory_order_acquire) == era; }

 private:
  void forget_counters() noexcept {
    if (Counters* const known = counters_.load(std::memory_order_acquire)) {
      delete known;
      counters_.store(nullptr, std::memory_order_relaxed);
    }
  }

  std::shared_ptr<const Context> context_;
  std::shared_ptr<const NameNode> instance_;
  const Method* method_;
  mutable std::atomic<Counters*> counters_{nullptr};
  mutable std::atomic<std::uint32_t> era_{refresh_era()};  // of what the cell has in memory
};

/// Writes a line of the log about the cell of this binding.
void log(LogLevel level, const Binding& binding, std::string_view message) noexcept;

}  // namespace cache_on_disk::core
