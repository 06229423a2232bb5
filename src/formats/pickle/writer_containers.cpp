#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"
#include "pickle/writer_layout.hpp"

namespace cache_on_disk::pickle {
namespace {
constexpr std::uint8_t code(Opcode opcode) { return static_cast<std::uint8_t>(opcode); }
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
  if (kind == Container::frozen_set || (kind == Container::tuple && size > 3)) {
    put_byte(code(Opcode::MARK));
  } else if (kind != Container::tuple) {
    put_byte(code(kind == Container::list   ? Opcode::EMPTY_LIST
                  : kind == Container::dict ? Opcode::EMPTY_DICT
                                            : Opcode::EMPTY_SET));
    memoize();
  }
  const bool always_marked = kind == Container::set;  // there is no instruction that adds a single item
  const bool batched = kind == Container::list || kind == Container::dict || always_marked;
  return {*this, kind, size, batched && (size > 1 || (size == 1 && always_marked))};
}

void Writer::Items::begin_batch() {
  if (!batched_) return writer_->fail("a container got more items than it was begun with");
  if (batches_++ > 0) {
    writer_->put_byte(code(kind_ == Container::list   ? Opcode::APPENDS
                           : kind_ == Container::dict ? Opcode::SETITEMS
                                                      : Opcode::ADDITEMS));
  }
  writer_->put_byte(code(Opcode::MARK));
  left_in_batch_ = batch - 1;
}

void Writer::Items::end() {
  const std::size_t count = batched_ ? batches_ * batch - left_in_batch_ : size_ + 1 - left_in_batch_;
  if (count != size_) writer_->fail("a container got another number of items than it was begun with");
  const auto put = [this](Opcode opcode) { writer_->put_byte(code(opcode)); };
  switch (kind_) {
    case Container::list:
      if (size_ > 0) put(batched_ ? Opcode::APPENDS : Opcode::APPEND);
      return;
    case Container::dict:
      if (size_ > 0) put(batched_ ? Opcode::SETITEMS : Opcode::SETITEM);
      return;
    case Container::set:
      if (size_ > 0) put(Opcode::ADDITEMS);
      return;
    case Container::frozen_set:
      put(Opcode::FROZENSET);
      break;
    case Container::tuple:
      put(size_ == 0   ? Opcode::EMPTY_TUPLE
          : size_ == 1 ? Opcode::TUPLE1
          : size_ == 2 ? Opcode::TUPLE2
          : size_ == 3 ? Opcode::TUPLE3
                       : Opcode::TUPLE);
      if (size_ == 0) return;  // there is only one, so nobody remembers it
      break;
  }
  writer_->memoize();
}

}  // namespace cache_on_disk::pickle
