#include "cache_on_disk/detail/pickle/reading.hpp"

#include <fmt/format.h>

#include "cache_on_disk/detail/pickle/writer.hpp"
#include "cache_on_disk/repr.hpp"

namespace cache_on_disk::pickle {
namespace {

// How much may be read that was read before: anything that a program would share on purpose.
constexpr std::uint64_t repeated_at_least = 1'000'000;
constexpr std::uint64_t repeated_per_seen = 16;
// Of what is shown in messages.
constexpr std::size_t longest_key = 80;

// Short values as they are: "the str 'x'".
std::string described(const ValueView& value) {
  const bool is_shown =
      value.kind() == ValueKind::text || value.kind() == ValueKind::bytes || value.kind() == ValueKind::complex;
  if (!is_shown || value.size() > longest_key) return describe(value);
  return fmt::format("the {} {}", type_name(value.kind()), repr(value, {.max_size = 2 * longest_key}));
}

}  // namespace

bool Reading::enter(const ValueView& value, Nesting nesting) {
  if (!depth_.enter(nesting)) {
    refuse_because(value, fmt::format("it is nested more than {} levels deep, or contains itself", max_depth));
    return false;
  }
  return may_copy(value, value.size());
}

// False if the value was read before, and so were others, so often that there is no end to it.
bool Reading::may_copy(const ValueView& value, std::size_t size) {
  const void* const identity = value.identity();
  if (identity == nullptr) return true;
  if (seen_.insert(identity).second) {
    seen_size_ += 1 + size;
    return true;
  }
  repeated_size_ += 1 + size;
  if (repeated_size_ <= repeated_at_least + repeated_per_seen * seen_size_) return true;
  refuse_because(value, "what it shares with others would be copied too often: read it as a cache_on_disk::Value");
  return false;
}

std::optional<ValueItems> Reading::sequence(const ValueView& value, ValueKind exactly) {
  const ValueKind kind = value.kind();
  if (kind == exactly || (!exact_ && (kind == ValueKind::list || kind == ValueKind::tuple || kind == ValueKind::deque)))
    return value.items();
  return refuse(value, exactly == ValueKind::tuple ? "tuple or list" : "list or tuple");
}

std::optional<ValueItems> Reading::set(const ValueView& value) {
  if (value.kind() == ValueKind::set || (!exact_ && value.kind() == ValueKind::frozenset)) return value.items();
  return refuse(value, "set");
}

std::optional<ValueView> Reading::dict(const ValueView& value) {
  if (value.kind() == ValueKind::dict || (!exact_ && value.is_mapping())) return value;
  return refuse(value, "dict");
}

std::optional<ValueView> Reading::fields(const ValueView& value) {
  if (!exact_ && value.kind() == ValueKind::object && value.state().is_mapping()) return value.state();
  return dict(value);
}

std::optional<ValueView> Reading::field(const ValueView& fields, std::string_view name, std::size_t index) {
  if (index < fields.size()) {
    const auto [key, value] = fields.entry(index);
    if (key.as_text() == name) return value;
  }
  if (auto found = fields.find(name)) return found;
  return refuse_because(fields, fmt::format("it has no field '{}'", name));
}

bool Reading::no_other_fields(const ValueView& fields, std::size_t count) {
  if (fields.size() == count) return true;
  refuse_because(fields, fmt::format("it has {} fields, asked for {}", fields.size(), count));
  return false;
}

std::optional<AnyArray> Reading::array(const ValueView& value) {
  if (auto array = value.as_array()) return array;
  return refuse(value, "array");
}

std::optional<AnyArray> Reading::array_to_copy(const ValueView& value) {
  auto found = array(value);
  if (found && !may_copy(value, found->size())) return std::nullopt;
  return found;
}

std::nullopt_t Reading::refuse(const ValueView& value, std::string_view wanted) {
  way_.clear();
  refused_ = value;
  wanted_ = wanted;
  reason_.clear();
  return std::nullopt;
}

std::nullopt_t Reading::refuse_because(const ValueView& value, std::string reason) {
  refuse(value, {});
  reason_ = std::move(reason);
  return std::nullopt;
}

std::nullopt_t Reading::refuse_size(const ValueView& value, std::size_t wanted) {
  return refuse_because(value, fmt::format("asked for {} items", wanted));
}

std::nullopt_t Reading::refuse_duplicate(const ValueView& key) {
  return refuse_because(key, "another key becomes the same in C++");
}

void Reading::Attempts::failed() {
  if (!wanted_.empty() || !reason_.empty()) {
    if (reading_.way_.size() <= way_.size()) return;
  }
  way_ = std::move(reading_.way_);
  value_ = reading_.refused_;
  wanted_ = reading_.wanted_;
  reason_ = std::move(reading_.reason_);
}

std::nullopt_t Reading::Attempts::refuse(const ValueView& value) {
  if (way_.empty()) return reading_.refuse(value, "value of any of the types that it may have");
  reading_.way_ = std::move(way_);
  reading_.refused_ = value_;
  reading_.wanted_ = wanted_;
  reading_.reason_ = std::move(reason_);
  return std::nullopt;
}

namespace {
std::string_view article_of(std::string_view noun) {
  if (noun == "None") return "";
  return std::string_view("aeiou").find(noun.front()) == std::string_view::npos ? "a " : "an ";
}
}  // namespace

Error Reading::error() const {
  std::string message;
  for (auto step = way_.rbegin(); step != way_.rend(); ++step) {
    if (const auto* index = std::get_if<std::size_t>(&*step)) message += fmt::format("[{}]", *index);
    if (const auto* key = std::get_if<ValueView>(&*step))
      message += fmt::format("[{}]", repr(*key, {.max_size = longest_key}));
    if (const auto* name = std::get_if<std::string_view>(&*step)) message += fmt::format(".{}", *name);
  }
  if (!message.empty()) message += ": ";
  message += described(refused_);
  message += reason_.empty() ? fmt::format(" is not {}{}", article_of(wanted_), wanted_)
                             : fmt::format(" does not fit: {}", reason_);
  return {message};
}

}  // namespace cache_on_disk::pickle
