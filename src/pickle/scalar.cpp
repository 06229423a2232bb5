#include "cache_on_disk/pickle/scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "pickle/literals.hpp"
#include "pickle/stepper.hpp"
#include "pickle/utf8.hpp"

// What Python writes for a plain value, where P stands for the storing into the memo (PUT, BINPUT,
// LONG_BINPUT, MEMOIZE), which is skipped, and a global is GLOBAL or two strings and STACK_GLOBAL:
//
//   pickle  = [PROTO] [FRAME] value STOP
//   value   = bool | int | float | string P | call
//   call    = `builtins complex` P arguments(float, float) P REDUCE P
//           | `_codecs encode` P arguments(string P, 'latin1' P) P REDUCE P       (bytes, protocols 0 to 2)
//           | `builtins bytes` P arguments() P REDUCE P                           (b'', protocols 0 to 2)
//   arguments(x, y) = x y TUPLE2 | MARK x y TUPLE          arguments() = EMPTY_TUPLE | MARK TUPLE

namespace cache_on_disk::pickle {
namespace {

// The deepest stack of the grammar holds a callable, a mark and two values.
constexpr std::size_t stack_limit = 4;

enum class Callable { complex, bytes, encode };
struct Mark {};
using Arguments = std::vector<Scalar>;
using Item = std::variant<Mark, Scalar, Callable, Arguments>;

std::string printable(std::string_view text) {
  constexpr std::size_t limit = 60;
  std::string result(text.substr(0, limit));
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() > limit ? result + "..." : result;
}

std::optional<Callable> find_callable(std::string_view module, std::string_view name) {
  if (module == "builtins" || module == "__builtin__") {
    if (name == "complex") return Callable::complex;
    if (name == "bytes") return Callable::bytes;
  }
  if (module == "_codecs" && name == "encode") return Callable::encode;
  return std::nullopt;
}

std::optional<Scalar> call(Callable callable, const Arguments& arguments) {
  switch (callable) {
    case Callable::bytes:
      if (!arguments.empty()) return std::nullopt;
      return Text{"", true};
    case Callable::complex: {
      if (arguments.size() != 2) return std::nullopt;
      const double* real = std::get_if<double>(&arguments[0]);
      const double* imaginary = std::get_if<double>(&arguments[1]);
      if (!real || !imaginary) return std::nullopt;
      return std::complex<double>(*real, *imaginary);
    }
    case Callable::encode: {
      if (arguments.size() != 2) return std::nullopt;
      const Text* text = std::get_if<Text>(&arguments[0]);
      const Text* codec = std::get_if<Text>(&arguments[1]);
      if (!text || text->is_bytes || !codec || codec->is_bytes) return std::nullopt;
      if (codec->value != "latin1" && codec->value != "latin-1") return std::nullopt;
      auto bytes = latin1_bytes(text->value);
      if (!bytes) return std::nullopt;
      return Text{*std::move(bytes), true};
    }
  }
  return std::nullopt;
}

Text python2_string(std::string_view bytes) {
  const bool ascii = std::all_of(bytes.begin(), bytes.end(), [](char c) { return (c & 0x80) == 0; });
  return {std::string(bytes), !ascii};
}

// The value that an instruction spells out itself. Nothing: it spells out none; nothing inside: wrongly.
std::optional<std::optional<Scalar>> literal(const Step& step) {
  const std::string_view argument = step.argument;
  switch (step.opcode->code) {
    case Opcode::NEWTRUE:
      return Scalar(true);
    case Opcode::NEWFALSE:
      return Scalar(false);
    case Opcode::INT:
      if (argument == "00" || argument == "01") return Scalar(argument == "01");
      return parse_int(argument);
    case Opcode::LONG:
      return parse_int(argument);
    case Opcode::BININT:
      return Scalar(std::int64_t{static_cast<std::int32_t>(little_endian(argument))});
    case Opcode::BININT1:
    case Opcode::BININT2:
      return Scalar(static_cast<std::int64_t>(little_endian(argument)));
    case Opcode::LONG1:
    case Opcode::LONG4:
      return binary_int(argument);
    case Opcode::FLOAT:
      return parse_float(argument);
    case Opcode::BINFLOAT:
      return Scalar(binary_float(argument));
    case Opcode::SHORT_BINBYTES:
    case Opcode::BINBYTES:
    case Opcode::BINBYTES8:
      return Scalar(Text{std::string(argument), true});
    case Opcode::SHORT_BINUNICODE:
    case Opcode::BINUNICODE:
    case Opcode::BINUNICODE8:
      if (!is_utf8(argument, Surrogates::pass)) return std::optional<Scalar>();
      return Scalar(Text{std::string(argument)});
    case Opcode::UNICODE: {
      auto text = parse_unicode(argument);
      return text ? std::optional<Scalar>(Text{*std::move(text)}) : std::nullopt;
    }
    case Opcode::SHORT_BINSTRING:
    case Opcode::BINSTRING:
      return Scalar(python2_string(argument));
    case Opcode::STRING: {
      const auto text = parse_quoted(argument);
      return text ? std::optional<Scalar>(python2_string(*text)) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

// The stack machine of the format, cut down to the grammar above.
class Machine {
 public:
  Result<void> execute(const Step& step) {
    if (auto value = literal(step)) {
      if (!*value) return refuse(step, "has an argument that is no value of at most 64 bits");
      return push(step, **std::move(value));
    }
    switch (step.opcode->code) {
      case Opcode::PROTO:
      case Opcode::FRAME:
        return {};
      case Opcode::PUT:
      case Opcode::BINPUT:
      case Opcode::LONG_BINPUT:
      case Opcode::MEMOIZE:
        return stack_.empty() ? refuse(step, "stores nothing") : Result<void>();
      case Opcode::MARK:
        return push(step, Mark());
      case Opcode::GLOBAL:
        return push_global(step, step.argument, step.second);
      case Opcode::STACK_GLOBAL:
        return stack_global(step);
      case Opcode::EMPTY_TUPLE:
        return push(step, Arguments());
      case Opcode::TUPLE1:
        return gather(step, 1);
      case Opcode::TUPLE2:
        return gather(step, 2);
      case Opcode::TUPLE3:
        return gather(step, 3);
      case Opcode::TUPLE:
        return gather_from_mark(step);
      case Opcode::REDUCE:
        return reduce(step);
      default:
        return refuse(step, "makes more than one plain value");
    }
  }

  Result<Scalar> result(const Step& stop) && {
    Scalar* value = stack_.size() == 1 ? std::get_if<Scalar>(&stack_[0]) : nullptr;
    if (!value) return refuse(stop, "does not end with exactly one plain value").error();
    return std::move(*value);
  }

 private:
  static Result<void> refuse(const Step& step, std::string_view why) {
    return error_at(step.offset, fmt::format("{} {}", step.opcode->name, why));
  }

  Result<void> push(const Step& step, Item item) {
    if (stack_.size() == stack_limit) return refuse(step, "makes more than one plain value");
    stack_.push_back(std::move(item));
    return {};
  }

  Result<void> push_global(const Step& step, std::string_view module, std::string_view name) {
    if (const auto callable = find_callable(module, name)) return push(step, *callable);
    return error_at(step.offset,
                    fmt::format("the global {}.{} is no plain value", printable(module), printable(name)));
  }

  Result<void> stack_global(const Step& step) {
    const std::size_t size = stack_.size();
    const Text* module = size >= 2 ? text_at(size - 2) : nullptr;
    const Text* name = size >= 2 ? text_at(size - 1) : nullptr;
    if (!module || !name) return refuse(step, "lacks its two strings");
    const Text names[] = {*module, *name};
    stack_.resize(size - 2);
    return push_global(step, names[0].value, names[1].value);
  }

  const Text* text_at(std::size_t i) const {
    const Scalar* value = std::get_if<Scalar>(&stack_[i]);
    const Text* text = value ? std::get_if<Text>(value) : nullptr;
    return text && !text->is_bytes ? text : nullptr;
  }

  // Replaces the topmost `count` items by a tuple of them.
  Result<void> gather(const Step& step, std::size_t count) {
    if (stack_.size() < count) return refuse(step, "lacks its items");
    Arguments arguments;
    for (std::size_t i = stack_.size() - count; i < stack_.size(); ++i) {
      Scalar* value = std::get_if<Scalar>(&stack_[i]);
      if (!value) return refuse(step, "has an item that is no plain value");
      arguments.push_back(std::move(*value));
    }
    stack_.resize(stack_.size() - count);
    return push(step, std::move(arguments));
  }

  Result<void> gather_from_mark(const Step& step) {
    std::size_t count = 0;
    while (count < stack_.size() && !std::holds_alternative<Mark>(stack_[stack_.size() - 1 - count])) ++count;
    if (count == stack_.size()) return refuse(step, "lacks its mark");
    stack_.erase(stack_.end() - 1 - static_cast<std::ptrdiff_t>(count));
    return gather(step, count);
  }

  Result<void> reduce(const Step& step) {
    const std::size_t size = stack_.size();
    const Callable* callable = size >= 2 ? std::get_if<Callable>(&stack_[size - 2]) : nullptr;
    const Arguments* arguments = size >= 2 ? std::get_if<Arguments>(&stack_[size - 1]) : nullptr;
    if (!callable || !arguments) return refuse(step, "lacks its callable and its arguments");
    auto value = call(*callable, *arguments);
    if (!value) return refuse(step, "has arguments that do not fit its callable");
    stack_.resize(size - 2);
    return push(step, *std::move(value));
  }

  std::vector<Item> stack_;
};

}  // namespace

Result<Scalar> read_scalar(std::span<const std::byte> pickle) {
  Stepper stepper(pickle);
  Machine machine;
  for (;;) {
    const Result<Step> step = stepper.next();
    if (!step) return step.error();
    if (step->opcode->code == Opcode::STOP) {
      if (stepper.offset() != pickle.size()) return error_at(stepper.offset(), "bytes after the STOP");
      return std::move(machine).result(*step);
    }
    if (const Result<void> done = machine.execute(*step); !done) return done.error();
  }
}

std::string describe(const Scalar& value) {
  struct {
    std::string operator()(bool b) const { return b ? "the bool True" : "the bool False"; }
    std::string operator()(std::int64_t i) const { return fmt::format("the int {}", i); }
    std::string operator()(std::uint64_t i) const { return fmt::format("the int {}", i); }
    std::string operator()(double d) const { return fmt::format("the float {}", d); }
    std::string operator()(const std::complex<double>&) const { return "a complex"; }
    std::string operator()(const Text& text) const {
      return fmt::format("a {} of {} bytes", text.is_bytes ? "bytes object" : "str", text.value.size());
    }
  } in_words;
  return std::visit(in_words, value);
}

}  // namespace cache_on_disk::pickle
