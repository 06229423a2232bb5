// The stack machine that a pickle is a program for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "pickle/build_context.hpp"
#include "pickle/literals.hpp"
#include "pickle/stepper.hpp"
#include "value/pod_vector.hpp"

namespace cache_on_disk::pickle {

/// Executes instructions. No instruction makes more than a few nodes, and none looks at more of them than it
/// takes from the stack; what does is charged (BuildContext).
class Machine {
 public:
  explicit Machine(BuildContext& context) : context_(context), document_(context.document) {}

  /// Room for so many remembered values before the memo has to move.
  void reserve_memo(std::size_t count) { memo_.reserve(count); }

  /// Executes any instruction but STOP. False if it cannot be: BuildContext::why says why.
  bool execute(const Step& step);
  /// What STOP leaves.
  std::optional<Node> result();

 private:
  bool push(Node node) {
    stack_.push_back(node);
    return true;
  }
  bool push_container(Node node);
  bool need(std::size_t count);
  std::span<const Node> top(std::size_t count) const { return {stack_.end() - count, count}; }
  std::size_t floor() const noexcept { return marks_.empty() ? 0 : marks_.back(); }
  bool pop_mark(std::size_t& start);
  void drop(std::size_t count) { stack_.shrink(stack_.size() - count); }

  bool push_text(std::string_view utf8);
  bool push_python2(std::string_view bytes);
  bool push_integer_text(std::string_view text, LongSuffix suffix);
  bool push_global(std::string_view module, std::string_view name);
  bool gather(ValueKind kind, std::size_t start);
  bool gather_top(std::size_t count);
  bool append(std::size_t start);
  bool set_items(std::size_t start);
  bool add_items(std::size_t start);
  std::optional<Node> target_below(std::size_t start, std::string_view lacking, ObjectPart part);
  bool put_into(Node container, std::size_t start);
  bool reduce();
  bool make_object(std::size_t arguments);
  bool build();
  bool pop();
  bool memoize(std::uint64_t id);
  bool recall(std::uint64_t id);
  std::optional<std::uint64_t> memo_id(std::string_view text);

  BuildContext& context_;
  Document& document_;
  cache_on_disk::detail::PodVector<Node> stack_;
  std::vector<std::size_t> marks_;
  // Python numbers what it remembers from 0 or 1 on; what leaves wide gaps is hostile, or made by hand.
  cache_on_disk::detail::PodVector<Node> memo_;
  std::map<std::uint64_t, Node> sparse_memo_;
  std::uint64_t memo_count_ = 0;
};

}  // namespace cache_on_disk::pickle
