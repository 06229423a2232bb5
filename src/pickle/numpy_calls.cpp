// What the globals of NumPy, as its versions 1 and 2 name them, make of their arguments.
#include "pickle/numpy_parts.hpp"

namespace cache_on_disk::pickle {

std::optional<Node> call_numpy(BuildContext& context, Node callable, std::span<const Node> arguments) {
  switch (context.global_of(callable)) {
    case Global::numpy_dtype: {
      if (arguments.empty() || arguments.size() > 3) return context.refuse(bad_arguments);
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
      return make_scalar(context, arguments);
    case Global::numpy_type:
      return make_typed(context, callable, arguments);
    case Global::masked_reconstruct: {
      if (arguments.size() != 4 || arguments[0].kind() != ValueKind::global)
        return context.refuse(bad_arguments);
      if (context.global_of(arguments[0]) != Global::masked_array)
        return context.object(0, callable, context.document.make(ValueKind::tuple, arguments));
      return context.document.make_masked({}, Node());
    }
    default:
      // A class whose instances are something else here: numpy.record, numpy.ma.MaskedArray.
      return context.object(0, callable, context.document.make(ValueKind::tuple, arguments));
  }
}

}  // namespace cache_on_disk::pickle
