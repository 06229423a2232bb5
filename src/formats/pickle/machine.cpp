#include "pickle/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "text/utf8.hpp"

namespace cache_on_disk::pickle {
namespace {

// A number of the memo that has not been given yet, and how many of them in a row are put up with.
constexpr Node absent(cache_on_disk::detail::link_kind, 0, 0);
constexpr std::uint64_t widest_gap = 4;

Node boolean(bool value) { return {ValueKind::boolean, 0, value ? 1U : 0U}; }

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
      return number ? push(Node::floating(*number)) : context_.fail("has an argument that is not a float");
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
      return text ? push_text(document_.text.copy(*text)) : context_.fail("has an argument that is not a str");
    }
    case Opcode::SHORT_BINSTRING:
    case Opcode::BINSTRING:
      return push_python2(argument);
    case Opcode::STRING: {
      const auto text = parse_quoted(argument);
      return text ? push_python2(document_.text.copy(*text)) : context_.fail("has an argument that is not a string");
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
  if (stack_.size() == floor()) return context_.refuse(marks_.empty() ? "has nothing to return" : "leaves a MARK open");
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
  if (!text::is_utf8(utf8, text::Surrogates::pass)) return context_.fail("has an argument that is not UTF-8");
  return push(Node::text(ValueKind::text, utf8.data(), utf8.size()));
}

bool Machine::push_python2(std::string_view bytes) {
  return push(Node::text(is_ascii(bytes) ? ValueKind::text : ValueKind::bytes, bytes.data(), bytes.size()));
}

bool Machine::push_integer_text(std::string_view text, LongSuffix suffix) {
  const auto bytes = parse_int(text, context_.limits.text_digits, suffix);
  if (!bytes)
    return context_.fail(
        fmt::format("has an argument that is not an int of at most {} digits", context_.limits.text_digits));
  return push(Document::make_integer(bytes->size() <= 8 ? *bytes : document_.text.copy(*bytes)));
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
    return context_.refuse("has an argument that is not a number of the memo");
  return id;
}

bool Machine::memoize(std::uint64_t id) {
  if (!need(1)) return false;
  const Node node = stack_.back();
  while (id > memo_.size() && id - memo_.size() <= widest_gap && sparse_memo_.empty()) memo_.push_back(absent);
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
