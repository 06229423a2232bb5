#include "cache_on_disk/detail/pickle/value_form.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cache_on_disk/detail/pickle/encoding.hpp"
#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "cache_on_disk/detail/pickle/value_codec.hpp"
#include "pickle/value_atoms.hpp"

namespace cache_on_disk::pickle {
namespace {

/// What is still to be written of the values that have been begun: a stack of its own, as deep as the value
/// is.
class ValueWriter {
 public:
  explicit ValueWriter(Writer& writer) : writer_(writer) {}

  void write(const ValueView& value) {
    begin(value);
    while (!tasks_.empty() && !writer_.failed()) step();
  }

 private:
  /// What to do, with the number of items that are done already.
  struct Task {
    enum class What { value, items, entries, finish, instruction, extras };
    What what;
    ValueView value;
    std::size_t done = 0;
    std::optional<Writer::Items> items = std::nullopt;
    Opcode opcode = Opcode::STOP;
  };
  using What = Task::What;

  void step() {
    Task& task = tasks_.back();
    if (task.what == What::items) return write_items(task);
    if (task.what == What::entries) return write_entries(task);
    const Task taken = std::move(task);
    tasks_.pop_back();
    if (taken.what == What::value) return begin(taken.value);
    if (taken.what == What::instruction) return emit(taken.opcode);
    taken.what == What::finish ? finish_object(taken.value) : write_extras(taken.value);
  }

  void write_items(Task& task) {
    const ValueItems items = task.value.items();
    while (task.done < items.size()) {
      if (!task.items->next()) return;
      const ValueView item = items[task.done++];
      if (!write_atom(writer_, item)) return begin(item);  // `task` may have moved
    }
    const Task done = task;
    tasks_.pop_back();
    end(done);
  }

  // Keys and values in turns.
  void write_entries(Task& task) {
    while (task.done < 2 * task.value.size()) {
      const bool is_key = task.done % 2 == 0;
      if (is_key && !task.items->next()) return;
      const auto [key, mapped] = task.value.entry(task.done++ / 2);
      const ValueView part = is_key ? key : mapped;
      if (!write_atom(writer_, part)) return begin(part);
    }
    const Task done = task;
    tasks_.pop_back();
    end(done);
  }

  // A tuple or frozenset that contains itself, by way of something that can change, was made on the way. Then
  // that one is the value, and what has been collected for another is dropped.
  void end(Task task) {
    const ValueKind kind = task.value.kind();
    const bool made_at_the_end = kind == ValueKind::tuple || kind == ValueKind::frozenset;
    if (!made_at_the_end) return task.items->end();
    const std::size_t size = task.value.size();
    if (is_known(task.value)) {
      if (kind == ValueKind::tuple && size <= 3) {
        for (std::size_t i = 0; i < size; ++i) emit(Opcode::POP);
      } else {
        emit(Opcode::POP_MARK);
      }
      return writer_.again(memo_.at(task.value.identity()));
    }
    task.items->end();
    if (size > 0 || kind == ValueKind::frozenset) remember(task.value, writer_.remembered() - 1);
  }

  void begin(const ValueView& value) {
    if (write_atom(writer_, value)) return;
    if (is_known(value)) return writer_.again(memo_.at(value.identity()));
    switch (value.kind()) {
      case ValueKind::text:  // a long one
        writer_.text(*value.as_text());
        return remember(value, writer_.remembered() - 1);
      case ValueKind::bytes:
        writer_.bytes(chars(*value.as_bytes()));
        return remember(value, writer_.remembered() - 1);
      case ValueKind::bytearray:
        return remember(value, write_bytearray(writer_, value));
      case ValueKind::list:
        return begin_items(value, writer_.list(value.size()));
      case ValueKind::set:
        return begin_items(value, writer_.set(value.size()));
      case ValueKind::tuple:
        return push({What::items, value, 0, writer_.tuple(value.size())});
      case ValueKind::frozenset:
        return push({What::items, value, 0, writer_.frozen_set(value.size())});
      case ValueKind::dict:
        push({What::entries, value, 0, writer_.dict(value.size())});
        return remember(value, writer_.remembered() - 1);
      case ValueKind::array:
      case ValueKind::masked_array:
        return remember(value, write_array(writer_, value));
      default:
        return begin_call(value);
    }
  }

  void begin_items(const ValueView& value, const Writer::Items& items) {
    push({What::items, value, 0, items});
    remember(value, writer_.remembered() - 1);
  }

  // A value that is made by calling something.
  void begin_call(const ValueView& value) {
    switch (value.kind()) {
      case ValueKind::object:
        push({What::finish, value});
        if (!value.attribute().is_none()) return begin_reconstruction(value);
        if (!value.keywords().is_none()) push({What::value, value.keywords()});
        push({What::value, value.arguments()});
        return push({What::value, value.callable()});
      case ValueKind::object_array:
        remember(value, writer_.begin_object_array(value.shape()));
        push({What::instruction, {}, 0, {}, Opcode::BUILD});
        push({What::instruction, {}, 0, {}, Opcode::TUPLE});
        return push({What::items, value, 0, writer_.list(value.size())});
      case ValueKind::ordered_dict:
      case ValueKind::default_dict:
      case ValueKind::counter:
      case ValueKind::deque:
        return begin_collection(value);
      case ValueKind::time:
      case ValueKind::datetime:
      case ValueKind::timezone:
        begin_time(writer_, value);
        push({What::finish, value});
        return push_tuple(value.attribute());
      case ValueKind::range:
      case ValueKind::slice:
        writer_.global("builtins", type_name(value.kind()));
        push({What::finish, value});
        return push({What::items, value, 0, writer_.tuple(value.size())});
      default:
        return writer_.fail("a value of type " + std::string(type_name(value.kind())) + " has no form in a pickle");
    }
  }

  void begin_collection(const ValueView& value) {
    writer_.global("collections", type_name(value.kind()));
    push({What::finish, value});
    const ValueView attribute = value.attribute();
    if (value.kind() == ValueKind::deque) {
      writer_.tuple(0).end();
      push_tuple(attribute);
    } else if (value.kind() == ValueKind::default_dict) {
      push({What::instruction, {}, 0, {}, Opcode::TUPLE1});
      push({What::value, attribute});
    } else {
      writer_.tuple(0).end();
    }
  }

  // The tuple of an argument that is there already, and of a second one unless that is None.
  void push_tuple(const ValueView& second) {
    push({What::instruction, {}, 0, {}, second.is_none() ? Opcode::TUPLE1 : Opcode::TUPLE2});
    if (!second.is_none()) push({What::value, second});
  }

  // An instance of a class that is derived from one of Python's own, as protocols 0 and 1 made it: its content was
  // for the base, while other protocols have its __new__ called.
  void begin_reconstruction(const ValueView& value) {
    writer_.global("copyreg", "_reconstructor");
    push({What::instruction, {}, 0, {}, Opcode::TUPLE3});
    push({What::value, value.arguments()[0]});
    push({What::value, value.attribute()});
    push({What::value, value.callable()});
  }

  // The callable and its arguments are there.
  void finish_object(const ValueView& value) {
    const bool is_object = value.kind() == ValueKind::object;
    const bool has_keywords = is_object && !value.keywords().is_none();
    if (is_known(value)) {  // it is in its own arguments, and was made for them
      for (int i = 0; i < (has_keywords ? 3 : 2); ++i) emit(Opcode::POP);
      return writer_.again(memo_.at(value.identity()));
    }
    const bool made = is_object && value.construction() == Construction::make && value.attribute().is_none();
    emit(has_keywords ? Opcode::NEWOBJ_EX : made ? Opcode::NEWOBJ : Opcode::REDUCE);
    remember(value, writer_.memoize());
    push({What::extras, value});
  }

  // What is added to it once it exists.
  void write_extras(const ValueView& value) {
    if (value.kind() == ValueKind::deque) return push({What::items, value, 0, writer_.more_items(value.size())});
    if (value.is_mapping()) return push({What::entries, value, 0, writer_.more_entries(value.size())});
    if (value.kind() != ValueKind::object) return;
    if (!value.state().is_none()) {
      push({What::instruction, {}, 0, {}, Opcode::BUILD});
      push({What::value, value.state()});
    }
    // What is pushed last is written first; but items begin to be written at once.
    const ValueView items = value.list_items(), entries = value.dict_items();
    if (entries.size() > 0) push({What::entries, entries, 0, writer_.more_entries(entries.size())});
    if (items.size() > 0) push({What::items, items, 0, writer_.more_items(items.size())});
  }

  bool is_known(const ValueView& value) const {
    return value.identity() != nullptr && memo_.contains(value.identity());
  }
  void remember(const ValueView& value, std::uint64_t number) {
    if (value.identity() != nullptr) memo_.emplace(value.identity(), number);
  }
  void push(Task task) { tasks_.push_back(std::move(task)); }
  void emit(Opcode opcode) { writer_.instruction(opcode); }

  Writer& writer_;
  std::vector<Task> tasks_;
  std::unordered_map<const void*, std::uint64_t> memo_;
};

}  // namespace

void write_value(Writer& writer, const ValueView& value) { ValueWriter(writer).write(value); }

}  // namespace cache_on_disk::pickle

namespace cache_on_disk {

Result<Encoding> encode_value(const Value& value) {
  return pickle::encode([value](pickle::Writer& writer) { pickle::write_value(writer, value); });
}

}  // namespace cache_on_disk
