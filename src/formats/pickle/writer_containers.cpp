#include <iterator>

#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"
#include "pickle/writer_layout.hpp"

namespace cache_on_disk::pickle {
namespace {

/// The instructions for each kind of container: one that makes an empty one, and those that add one item, and all behind a MARK.
struct Instructions {
  Opcode make, add_one, add_all;
};
// There is none that adds a single item to a set.
constexpr Instructions instructions[] = {{Opcode::EMPTY_LIST, Opcode::APPEND, Opcode::APPENDS},
                                         {Opcode::EMPTY_DICT, Opcode::SETITEM, Opcode::SETITEMS},
                                         {Opcode::EMPTY_SET, Opcode::ADDITEMS, Opcode::ADDITEMS}};
constexpr Opcode tuples[] = {Opcode::EMPTY_TUPLE, Opcode::TUPLE1, Opcode::TUPLE2, Opcode::TUPLE3};

}  // namespace

Writer::Items Writer::list(std::size_t size) { return begin(Items::Container::list, size); }
Writer::Items Writer::dict(std::size_t size) { return begin(Items::Container::dict, size); }
Writer::Items Writer::set(std::size_t size) { return begin(Items::Container::set, size); }
Writer::Items Writer::frozen_set(std::size_t size) { return begin(Items::Container::frozen_set, size); }
Writer::Items Writer::tuple(std::size_t size) { return begin(Items::Container::tuple, size); }

Writer::Items Writer::more_items(std::size_t size) { return {*this, Items::Container::list, size, size > 1}; }
Writer::Items Writer::more_entries(std::size_t size) { return {*this, Items::Container::dict, size, size > 1}; }

// Those that can change exist, and are remembered, before their items; the others are made of them.
Writer::Items Writer::begin(Items::Container kind, std::size_t size) {
  using Container = Items::Container;
  begin_value();
  if (kind == Container::frozen_set || (kind == Container::tuple && size >= std::size(tuples))) {
    put_byte(Opcode::MARK);
  } else if (kind != Container::tuple) {
    put_byte(instructions[static_cast<std::size_t>(kind)].make);
    memoize();
  }
  const bool batched = kind < Container::frozen_set && size >= (kind == Container::set ? 1 : 2);
  return {*this, kind, size, batched};
}

void Writer::Items::begin_batch() {
  if (!batched_) return writer_->fail("a container got more items than it was begun with");
  if (batches_++ > 0) writer_->put_byte(instructions[static_cast<std::size_t>(kind_)].add_all);
  writer_->put_byte(Opcode::MARK);
  left_in_batch_ = batch - 1;
}

void Writer::Items::end() {
  const std::size_t count = batched_ ? batches_ * batch - left_in_batch_ : size_ + 1 - left_in_batch_;
  if (count != size_) writer_->fail("a container got another number of items than it was begun with");
  if (kind_ < Container::frozen_set) {
    const Instructions& add = instructions[static_cast<std::size_t>(kind_)];
    if (size_ > 0) writer_->put_byte(batched_ ? add.add_all : add.add_one);
    return;
  }
  if (kind_ == Container::frozen_set)
    writer_->put_byte(Opcode::FROZENSET);
  else
    writer_->put_byte(size_ < std::size(tuples) ? tuples[size_] : Opcode::TUPLE);
  const bool is_the_empty_tuple = kind_ == Container::tuple && size_ == 0;
  if (!is_the_empty_tuple) writer_->memoize();  // there is only one, so nobody remembers it
}

}  // namespace cache_on_disk::pickle
