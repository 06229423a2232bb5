#include "pickle/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "pickle/utf8.hpp"

namespace cache_on_disk::pickle {
namespace {

// A number of the memo that has not been given yet, and how many of them in a row are put up with.
constexpr Node absent(cache_on_disk::detail::link_kind, 0, 0);
constexpr std::uint64_t widest_gap = 4;

Node boolean(bool value) { return {ValueKind::boolean, 0, value ? 1U : 0U}; }

// What Python 3 calls what Python 2 called otherwise, as far as it is plain.
std::pair<std::string_view, std::string_view> python3_name(std::string_view module, std::string_view name) {
  if (module == "copy_reg") return {"copyreg", name};
  if (module != "__builtin__") return {module, name};
  if (name == "long") name = "int";
  if (name == "unicode") name = "str";
  if (name == "xrange") name = "range";
  return {"builtins", name};
}

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return (c & 0x80) == 0; });
}

}  // namespace

bool Machine::execute(const Step& step) {
  const std::string_view argument = step.argument;
  std::size_t start = 0;
  switch (step.opcode->code) {
    case Opcode::NONE:
      return push(Node());
    case Opcode::NEWTRUE:
      return push(boolean(true));
    case Opcode::NEWFALSE:
      return push(boolean(false));
    case Opcode::INT:
      if (argument == "00" || argument == "01") return push(boolean(argument == "01"));
      return push_integer_text(argument, LongSuffix::refuse);
    case Opcode::LONG:
      return push_integer_text(argument, LongSuffix::drop);
    case Opcode::BININT:
      return push(Node::integer(static_cast<std::int32_t>(little_endian(argument))));
    case Opcode::BININT1:
    case Opcode::BININT2:
      return push(Node::integer(static_cast<std::int64_t>(little_endian(argument))));
    case Opcode::LONG1:
    case Opcode::LONG4:
      return push(Document::make_integer(argument));
    case Opcode::FLOAT: {
      const auto number = parse_float(argument);
      return number ? push(Node::floating(*number)) : context_.fail("has an argument that is no float");
    }
    case Opcode::BINFLOAT:
      return push(Node::floating(binary_float(argument)));

    case Opcode::SHORT_BINBYTES:
    case Opcode::BINBYTES:
    case Opcode::BINBYTES8:
      return push(Node::text(ValueKind::bytes, argument.data(), argument.size()));
    case Opcode::BYTEARRAY8:
      return push(Node::text(ValueKind::bytearray, argument.data(), argument.size()));
    case Opcode::SHORT_BINUNICODE:
    case Opcode::BINUNICODE:
    case Opcode::BINUNICODE8:
      return push_text(argument);
    case Opcode::UNICODE: {
      if (is_ascii(argument) && argument.find('\\') == std::string_view::npos) return push_text(argument);
      const auto text = parse_unicode(argument);
      return text ? push_text(document_.text.copy(*text)) : context_.fail("has an argument that is no str");
    }
    case Opcode::SHORT_BINSTRING:
    case Opcode::BINSTRING:
      return push_python2(argument);
    case Opcode::STRING: {
      const auto text = parse_quoted(argument);
      return text ? push_python2(document_.text.copy(*text))
                  : context_.fail("has an argument that is no string");
    }

    case Opcode::EMPTY_LIST:
      return push(document_.make_empty(ValueKind::list, 0));
    case Opcode::EMPTY_TUPLE:
      return push(document_.make_empty(ValueKind::tuple, 0));
    case Opcode::EMPTY_DICT:
      return push(document_.make_empty(ValueKind::dict, 0));
    case Opcode::EMPTY_SET:
      return push(document_.make_empty(ValueKind::set, 0));
    case Opcode::TUPLE1:
      return gather_top(1);
    case Opcode::TUPLE2:
      return gather_top(2);
    case Opcode::TUPLE3:
      return gather_top(3);
    case Opcode::TUPLE:
      return pop_mark(start) && gather(ValueKind::tuple, start);
    case Opcode::LIST:
      return pop_mark(start) && gather(ValueKind::list, start);
    case Opcode::DICT:
      return pop_mark(start) && gather(ValueKind::dict, start);
    case Opcode::FROZENSET:
      return pop_mark(start) && gather(ValueKind::frozenset, start);
    case Opcode::APPEND:
      return need(2) && append(stack_.size() - 1);
    case Opcode::APPENDS:
      return pop_mark(start) && append(start);
    case Opcode::SETITEM:
      return need(3) && set_items(stack_.size() - 2);
    case Opcode::SETITEMS:
      return pop_mark(start) && set_items(start);
    case Opcode::ADDITEMS:
      return pop_mark(start) && add_items(start);

    case Opcode::MARK:
      marks_.push_back(stack_.size());
      return true;
    case Opcode::POP:
      return pop();
    case Opcode::POP_MARK:
      if (!pop_mark(start)) return false;
      stack_.shrink(start);
      return true;
    case Opcode::DUP:
      return need(1) && push(stack_.back());
    case Opcode::BINPUT:
    case Opcode::LONG_BINPUT:
      return memoize(little_endian(argument));
    case Opcode::MEMOIZE:
      return memoize(memo_count_);
    case Opcode::PUT: {
      const auto id = memo_id(argument);
      return id && memoize(*id);
    }
    case Opcode::BINGET:
    case Opcode::LONG_BINGET:
      return recall(little_endian(argument));
    case Opcode::GET: {
      const auto id = memo_id(argument);
      return id && recall(*id);
    }

    case Opcode::GLOBAL:
      return push_global(argument, step.second);
    case Opcode::STACK_GLOBAL: {
      if (!need(2)) return false;
      const Node module = top(2)[0], name = top(2)[1];
      if (module.kind() != ValueKind::text || name.kind() != ValueKind::text)
        return context_.fail("lacks its two strings");
      drop(2);
      return push_global(context_.text_of(module), context_.text_of(name));
    }
    case Opcode::REDUCE:
      return reduce();
    case Opcode::NEWOBJ:
      return need(2) && make_object(1);
    case Opcode::NEWOBJ_EX:
      return need(3) && make_object(2);
    case Opcode::INST:
      // The callable goes below the arguments, and from there on it is a REDUCE.
      if (!pop_mark(start) || !gather(ValueKind::tuple, start)) return false;
      if (!push_global(argument, step.second)) return false;
      std::swap(*(stack_.end() - 1), *(stack_.end() - 2));
      return reduce();
    case Opcode::OBJ:
      if (!pop_mark(start)) return false;
      if (start == stack_.size()) return context_.fail("lacks its class");
      return gather(ValueKind::tuple, start + 1) && reduce();
    case Opcode::BUILD:
      return build();

    case Opcode::PROTO:
    case Opcode::FRAME:
      return true;
    case Opcode::EXT1:
    case Opcode::EXT2:
    case Opcode::EXT4:
      return context_.fail("names a global by a number that only the writer knew (copyreg extension)");
    case Opcode::PERSID:
    case Opcode::BINPERSID:
      return context_.fail("names an object that lies elsewhere (persistent id)");
    case Opcode::NEXT_BUFFER:
    case Opcode::READONLY_BUFFER:
      return context_.fail("needs data that lies elsewhere (out-of-band buffer)");
    case Opcode::STOP:
      break;
  }
  return context_.fail("is not known here");
}

std::optional<Node> Machine::result() {
  // A MARK further down does not matter: so it is for CPython.
  if (stack_.size() == floor())
    return context_.refuse(marks_.empty() ? "has nothing to return" : "leaves a MARK open");
  return stack_.back();
}

bool Machine::need(std::size_t count) {
  return stack_.size() - floor() >= count || context_.fail("lacks its operands");
}

bool Machine::pop_mark(std::size_t& start) {
  if (marks_.empty()) return context_.fail("lacks its MARK");
  start = marks_.back();
  marks_.pop_back();
  return true;
}

bool Machine::push_container(Node node) {
  if (document_.depth_of(node) > context_.limits.depth)
    return context_.fail(fmt::format("nests containers deeper than {}", context_.limits.depth));
  return push(node);
}

bool Machine::push_text(std::string_view utf8) {
  if (!is_utf8(utf8, Surrogates::pass)) return context_.fail("has an argument that is no UTF-8");
  return push(Node::text(ValueKind::text, utf8.data(), utf8.size()));
}

bool Machine::push_python2(std::string_view bytes) {
  return push(Node::text(is_ascii(bytes) ? ValueKind::text : ValueKind::bytes, bytes.data(), bytes.size()));
}

bool Machine::push_integer_text(std::string_view text, LongSuffix suffix) {
  const auto bytes = parse_int(text, context_.limits.text_digits, suffix);
  if (!bytes)
    return context_.fail(
        fmt::format("has an argument that is no int of at most {} digits", context_.limits.text_digits));
  return push(Document::make_integer(bytes->size() <= 8 ? *bytes : document_.text.copy(*bytes)));
}

bool Machine::push_global(std::string_view module, std::string_view name) {
  if (module.empty() || name.empty()) return context_.fail("names nothing");
  if (!is_utf8(module, Surrogates::pass) || !is_utf8(name, Surrogates::pass))
    return context_.fail("has a name that is no UTF-8");
  std::tie(module, name) = python3_name(module, name);
  const Global global = find_global(module, name);
  if (global == Global::ellipsis) return push({ValueKind::ellipsis, 0, 0});
  if (global == Global::not_implemented) return push({ValueKind::not_implemented, 0, 0});
  if (global == Global::utc) {
    const Node zero = document_.make_timedelta({});
    const Node parts[] = {zero, Node()};
    return push(document_.make(ValueKind::timezone, parts));
  }
  return push(document_.make_global(module, name, static_cast<std::uint8_t>(global)));
}

bool Machine::gather(ValueKind kind, std::size_t start) {
  const std::span<const Node> items(stack_.data() + start, stack_.size() - start);
  const bool mapping = kind == ValueKind::dict;
  if (mapping && items.size() % 2 != 0) return context_.fail("has a key without a value");
  if (mapping || kind == ValueKind::frozenset) {
    for (std::size_t i = 0; i < items.size(); i += mapping ? 2 : 1)
      if (!document_.is_hashable(items[i])) return context_.fail("has a key that cannot be one");
  }
  const Node made = document_.make(kind, items);
  stack_.shrink(start);
  return push_container(made);
}

bool Machine::gather_top(std::size_t count) {
  return need(count) && gather(ValueKind::tuple, stack_.size() - count);
}

bool Machine::put_into(Node container, std::span<const Node> items) {
  const auto number = static_cast<std::uint32_t>(container.word());
  if (!document_.append(number, items)) return context_.fail("fills a container with more than 2^32 items");
  if (document_.records[number].depth > context_.limits.depth)
    return context_.fail(fmt::format("nests containers deeper than {}", context_.limits.depth));
  return true;
}

// The three that follow look at the container below the items only if there are items: so does CPython.

bool Machine::append(std::size_t start) {
  if (start <= floor() || start > stack_.size()) return context_.fail("lacks its list");
  const std::span<const Node> items(stack_.data() + start, stack_.size() - start);
  if (items.empty()) return true;
  Node target = stack_[start - 1];
  if (target.kind() == ValueKind::object) {
    Node& list = document_.children(document_.record(target))[cache_on_disk::detail::list_items];
    if (list.is_none()) {
      const Node fresh = document_.make_empty(ValueKind::list, 0);
      document_.children(document_.record(target))[cache_on_disk::detail::list_items] = fresh;
      target = fresh;
    } else {
      target = list;
    }
  } else if (target.kind() != ValueKind::list && target.kind() != ValueKind::deque) {
    return context_.fail(fmt::format("puts an item into {}", describe(context_.view(target))));
  }
  if (!put_into(target, items)) return false;
  stack_.shrink(start);
  return true;
}

bool Machine::set_items(std::size_t start) {
  if (start <= floor()) return context_.fail("lacks its dict");
  const std::span<const Node> items(stack_.data() + start, stack_.size() - start);
  if (items.empty()) return true;
  if (items.size() % 2 != 0) return context_.fail("has a key without a value");
  Node target = stack_[start - 1];
  if (target.kind() == ValueKind::object) {
    Node dict = document_.children(document_.record(target))[cache_on_disk::detail::dict_items];
    if (dict.is_none()) {
      dict = document_.make_empty(ValueKind::dict, 0);
      document_.record(dict).sorted_out = true;  // its class may take any key, any number of times
      document_.children(document_.record(target))[cache_on_disk::detail::dict_items] = dict;
    }
    target = dict;
  } else if (is_mapping_kind(target.kind())) {
    for (std::size_t i = 0; i < items.size(); i += 2)
      if (!document_.is_hashable(items[i])) return context_.fail("has a key that cannot be one");
  } else {
    return context_.fail(fmt::format("puts a key into {}", describe(context_.view(target))));
  }
  if (!put_into(target, items)) return false;
  stack_.shrink(start);
  return true;
}

bool Machine::add_items(std::size_t start) {
  if (start <= floor()) return context_.fail("lacks its set");
  const std::span<const Node> items(stack_.data() + start, stack_.size() - start);
  if (items.empty()) return true;
  const Node target = stack_[start - 1];
  if (target.kind() == ValueKind::object) return append(start);
  if (target.kind() != ValueKind::set)
    return context_.fail(fmt::format("adds items to {}", describe(context_.view(target))));
  for (const Node& item : items)
    if (!document_.is_hashable(item)) return context_.fail("has an item that no set can hold");
  if (!put_into(target, items)) return false;
  stack_.shrink(start);
  return true;
}

bool Machine::reduce() {
  if (!need(2)) return false;
  const Node callable = top(2)[0], arguments = top(2)[1];
  if (arguments.kind() != ValueKind::tuple) return context_.fail("has arguments that are no tuple");
  if (callable.kind() != ValueKind::global && callable.kind() != ValueKind::object)
    return context_.fail(fmt::format("calls {}", describe(context_.view(callable))));
  std::optional<Node> made;
  if (context_.global_of(callable) == Global::opaque)
    made = context_.object(0, callable, arguments);
  else
    made = call(context_, callable, arguments);
  if (!made) return false;
  drop(2);
  return push_container(*made);
}

// NEWOBJ (class, arguments), NEWOBJ_EX (class, arguments, keywords).
bool Machine::make_object(std::size_t arguments_count) {
  const auto operands = top(arguments_count + 1);
  const Node type = operands[0], arguments = operands[1];
  const Node keywords = arguments_count == 2 ? operands[2] : Node();
  if (type.kind() != ValueKind::global && type.kind() != ValueKind::object)
    return context_.fail(fmt::format("makes an instance of {}", describe(context_.view(type))));
  if (arguments.kind() != ValueKind::tuple) return context_.fail("has arguments that are no tuple");
  if (arguments_count == 2 && keywords.kind() != ValueKind::dict)
    return context_.fail("has keyword arguments that are no dict");
  const bool named = arguments_count == 2 && document_.record(keywords).size > 0;
  std::optional<Node> made;
  const Global global = context_.global_of(type);
  if (global == Global::opaque || global == Global::object) {
    made = context_.object(made_object, type, arguments, named ? keywords : Node());
  } else if (named) {
    return context_.fail(fmt::format("gives keyword arguments to {}", context_.view(type).name()));
  } else {
    made = call(context_, type, arguments);
    // What __new__ of a mutable container does with arguments is nothing: they are for __init__.
    const bool ignored = made && cache_on_disk::detail::is_mutable_container(made->kind()) &&
                         document_.record(arguments).size > 0;
    if (ignored)
      return context_.fail(fmt::format("gives arguments to {}.__new__", context_.view(type).name()));
  }
  if (!made) return false;
  drop(arguments_count + 1);
  return push_container(*made);
}

bool Machine::build() {
  if (!need(2)) return false;
  Node& target = *(stack_.end() - 2);
  Node state = stack_.back();
  drop(1);
  switch (target.kind()) {
    case ValueKind::array:
    case ValueKind::object_array:
    case ValueKind::masked_array:
    case ValueKind::dtype: {
      return build_numpy(context_, target, state);
    }
    case ValueKind::object: {
      if (state.is_none()) return true;
      if ((target.flag() & array_subclass) != 0) {
        const auto rest = extract_array(context_, target, state);
        if (!rest) return false;
        state = *rest;
      }
      Record& record = document_.record(target);
      Node& place = document_.children(record)[cache_on_disk::detail::state];
      if (!place.is_none()) return context_.fail("gives an object a second state");
      place = state;
      record.depth = std::max(record.depth, document_.depth_of(state) + 1);
      if (record.depth > context_.limits.depth)
        return context_.fail(fmt::format("nests containers deeper than {}", context_.limits.depth));
      return true;
    }
    case ValueKind::ordered_dict:
    case ValueKind::counter:
      // Attributes that someone set on the dict itself; nothing of Python's own has any.
      return state.is_none() || state.kind() == ValueKind::dict ||
             context_.fail("has a state that is no dict");
    default:
      return state.is_none() ||
             context_.fail(fmt::format("gives a state to {}", describe(context_.view(target))));
  }
}

bool Machine::pop() {
  // A mark can be popped like a value.
  if (!marks_.empty() && marks_.back() == stack_.size()) {
    marks_.pop_back();
    return true;
  }
  if (!need(1)) return false;
  drop(1);
  return true;
}

std::optional<std::uint64_t> Machine::memo_id(std::string_view text) {
  std::uint64_t id = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || error != std::errc() || stop != text.data() + text.size())
    return context_.refuse("has an argument that is no number of the memo");
  return id;
}

bool Machine::memoize(std::uint64_t id) {
  if (!need(1)) return false;
  const Node node = stack_.back();
  while (id > memo_.size() && id - memo_.size() <= widest_gap && sparse_memo_.empty())
    memo_.push_back(absent);
  if (id == memo_.size() && sparse_memo_.empty()) memo_.push_back(absent);
  if (id < memo_.size()) {
    Node& place = memo_[static_cast<std::size_t>(id)];
    memo_count_ += place.kind() == absent.kind() ? 1 : 0;
    place = node;
  } else {
    memo_count_ += sparse_memo_.insert_or_assign(id, node).second ? 1 : 0;
  }
  return true;
}

bool Machine::recall(std::uint64_t id) {
  if (id < memo_.size()) {
    const Node& node = memo_[static_cast<std::size_t>(id)];
    if (node.kind() != absent.kind()) return push(node);
  } else if (const auto found = sparse_memo_.find(id); found != sparse_memo_.end()) {
    return push(found->second);
  }
  return context_.fail(fmt::format("asks the memo for {}, which is not there", id));
}

}  // namespace cache_on_disk::pickle
