#include "cache_on_disk/detail/pickle/quantity_form.hpp"

#include <vector>

#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "value/qualified_name.hpp"

namespace cache_on_disk::pickle {
void begin_quantity(Writer& writer) { writer.global("astropy.units", "Quantity"); }

void begin_masked(Writer& writer) { writer.global("numpy.ma", "MaskedArray"); }

void end_quantity(Writer& writer, std::string_view unit, const npy::Dtype* dtype) {
  writer.text(unit);
  if (dtype != nullptr) writer.dtype(*dtype);
  writer.call(dtype != nullptr ? Opcode::TUPLE3 : Opcode::TUPLE2);
}

void end_masked(Writer& writer) { writer.call(Opcode::TUPLE2); }

std::optional<std::pair<ValueView, std::string>> Reading::quantity(const ValueView& value) {
  auto quantity = value.as_quantity();
  if (!quantity) return refuse(value, "quantity with a unit");
  // What it is made of, rather than what as_quantity() makes an array of: a number may be of any precision.
  return std::pair(value.arguments().item(0), std::move(quantity->unit));
}

std::optional<std::pair<ValueView, ValueView>> Reading::masked(const ValueView& value) {
  if (auto masked = value.as_masked_array()) {
    const Value& data = made_.emplace_back(std::move(masked->data));
    const Value& mask = made_.emplace_back(std::move(masked->mask));
    return std::pair<ValueView, ValueView>(data, mask);
  }
  if (exact_ || value.kind() != ValueKind::array) return refuse(value, "masked array");
  const Shape shape = value.shape();
  const Array<bool> none(shape, std::vector<bool>(checked_product(shape).value_or(0)));
  const Value& mask = made_.emplace_back(none);
  return std::pair<ValueView, ValueView>(value, mask);
}

ValueView Reading::enumerator(const ValueView& value) const {
  const bool is_member = !exact_ && value.kind() == ValueKind::object && value.construction() == Construction::call &&
                         cache_on_disk::detail::qualified_name(value.callable()).has_value() &&
                         value.arguments().size() == 1 && value.keywords().is_none() && value.state().is_none() &&
                         value.list_items().is_none() && value.dict_items().is_none() &&
                         value.arguments().item(0).kind() == ValueKind::integer;
  return is_member ? value.arguments().item(0) : value;
}

}  // namespace cache_on_disk::pickle
