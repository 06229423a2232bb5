#include "value/qualified_name.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace cache_on_disk::detail {
namespace {

// Classes within classes are a few deep; who nests more is up to something.
constexpr std::size_t most_steps = 32;

// What Python takes for a name, as far as it is ASCII, and any other character.
bool is_identifier(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
  };
  return !text.empty() && !(text.front() >= '0' && text.front() <= '9') && std::ranges::all_of(text, fits);
}

}  // namespace

bool is_attribute_of_object(const ValueView& value) noexcept {
  return value.kind() == ValueKind::object && value.callable().kind() == ValueKind::global &&
         value.module() == "builtins" && value.name() == "getattr" && value.construction() == Construction::call &&
         value.arguments().size() == 2 && value.arguments().items()[1].kind() == ValueKind::text &&
         value.state().is_none() && value.list_items().is_none() && value.dict_items().is_none();
}

std::optional<QualifiedName> qualified_name(const ValueView& value) {
  std::vector<std::string_view> attributes;
  ValueView owner = value;
  while (is_attribute_of_object(owner)) {
    const ValueItems arguments = owner.arguments().items();
    attributes.push_back(*arguments[1].as_text());
    if (!is_identifier(attributes.back()) || attributes.size() > most_steps) return std::nullopt;
    owner = arguments[0];
  }
  if (owner.kind() != ValueKind::global) return std::nullopt;
  QualifiedName result{std::string(owner.module()), std::string(owner.name())};
  for (auto attribute = attributes.rbegin(); attribute != attributes.rend(); ++attribute)
    result.name.append(".").append(*attribute);
  return result;
}

}  // namespace cache_on_disk::detail
