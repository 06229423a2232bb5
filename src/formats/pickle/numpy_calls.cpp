// What the globals of NumPy, as its versions 1 and 2 name them, make of their arguments.
#include "pickle/numpy_parts.hpp"

namespace cache_on_disk::pickle {
namespace {

// A call that is not interpreted.
Node inert(BuildContext& context, Node callable, std::span<const Node> arguments) {
  return context.object(0, callable, context.document.make(ValueKind::tuple, arguments));
}

// MaskedArray(data, mask), as this library writes it.
std::optional<Node> make_masked_array(BuildContext& context, std::span<const Node> arguments) {
  if (arguments.size() != 2) return std::nullopt;
  const auto data = context.view(arguments[0]).as_array(), mask = context.view(arguments[1]).as_array();
  const bool fits = data && mask && arguments[0].kind() == ValueKind::array &&
                    arguments[1].kind() == ValueKind::array && data->shape() == mask->shape() &&
                    mask->dtype().kind == npy::Kind::boolean && charge_copy(context, data->dtype());
  return fits ? std::optional(context.document.make_masked({*data, *mask}, Node())) : std::nullopt;
}

}  // namespace

std::optional<Node> call_numpy(BuildContext& context, Node callable, std::span<const Node> arguments) {
  switch (context.global_of(callable)) {
    case Global::numpy_dtype: {
      if (arguments.empty() || arguments.size() > 3) return context.refuse(bad_arguments);
      if (is_foreign_type(context, arguments[0])) return inert(context, callable, arguments);
      auto dtype = make_dtype(context, arguments[0]);
      if (!dtype) return std::nullopt;
      return context.document.make_dtype(*std::move(dtype));
    }
    case Global::numpy_ndarray:
      return make_ndarray(context, arguments);
    case Global::numpy_reconstruct:
      return reconstruct_array(context, arguments);
    case Global::numpy_frombuffer:
      return array_from_buffer(context, arguments);
    case Global::numpy_scalar:
      if (arguments.size() == 2 && is_inert_dtype(context, arguments[0]) &&
          !(arguments[0].kind() == ValueKind::dtype && context.bytes_of(arguments[1])))  // nobody's objects
        return inert(context, callable, arguments);
      return make_scalar(context, arguments);
    case Global::numpy_type:
      return make_typed(context, callable, arguments);
    case Global::masked_reconstruct: {
      if (arguments.size() != 4 || arguments[0].kind() != ValueKind::global) return context.refuse(bad_arguments);
      if (context.global_of(arguments[0]) != Global::masked_array) return inert(context, callable, arguments);
      return context.document.make_masked({}, Node());
    }
    case Global::masked_array: {
      const auto masked = make_masked_array(context, arguments);
      return masked ? masked : inert(context, callable, arguments);
    }
    default:
      // A class whose instances are something else here: numpy.record.
      return inert(context, callable, arguments);
  }
}

}  // namespace cache_on_disk::pickle
