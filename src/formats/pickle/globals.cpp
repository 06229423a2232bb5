#include "pickle/globals.hpp"

#include <algorithm>
#include <array>

#include "npy/type_string.hpp"

namespace cache_on_disk::pickle {
namespace {

struct Entry {
  std::string_view name;
  Global global;
};

constexpr auto builtins = std::to_array<Entry>({
    {"Ellipsis", Global::ellipsis},
    {"NotImplemented", Global::not_implemented},
    {"bool", Global::boolean},
    {"bytearray", Global::bytearray},
    {"bytes", Global::bytes},
    {"complex", Global::complex},
    {"dict", Global::dict},
    {"float", Global::floating},
    {"frozenset", Global::frozenset},
    {"int", Global::integer},
    {"list", Global::list},
    {"long", Global::integer},
    {"object", Global::object},
    {"range", Global::range},
    {"set", Global::set},
    {"slice", Global::slice},
    {"str", Global::text},
    {"tuple", Global::tuple},
    {"unicode", Global::text},
    {"xrange", Global::range},
});

constexpr auto collections = std::to_array<Entry>({
    {"Counter", Global::counter},
    {"OrderedDict", Global::ordered_dict},
    {"defaultdict", Global::default_dict},
    {"deque", Global::deque},
});

constexpr auto copy_registry = std::to_array<Entry>({
    {"__newobj__", Global::new_object},
    {"__newobj_ex__", Global::new_object_ex},
    {"_reconstructor", Global::reconstructor},
});

constexpr auto dates = std::to_array<Entry>({
    {"date", Global::date},
    {"datetime", Global::datetime},
    {"time", Global::time},
    {"timedelta", Global::timedelta},
    {"timezone", Global::timezone},
    {"timezone.utc", Global::utc},
});

constexpr auto numpy_core = std::to_array<Entry>({
    {"_frombuffer", Global::numpy_frombuffer},
    {"_reconstruct", Global::numpy_reconstruct},
    {"scalar", Global::numpy_scalar},
});

constexpr auto numpy = std::to_array<Entry>({
    {"chararray", Global::numpy_ndarray},
    {"dtype", Global::numpy_dtype},
    {"matrix", Global::numpy_ndarray},
    {"memmap", Global::numpy_ndarray},
    {"ndarray", Global::numpy_ndarray},
    {"recarray", Global::numpy_ndarray},
    {"record", Global::numpy_record},
});

template <std::size_t N>
Global find(const std::array<Entry, N>& entries, std::string_view name) noexcept {
  const auto* found =
      std::find_if(entries.begin(), entries.end(), [name](const Entry& entry) { return entry.name == name; });
  return found == entries.end() ? Global::opaque : found->global;
}

// Names of scalar types that are attributes of the module numpy.
bool is_numpy_type(std::string_view name) {
  if (name.size() < 3 || name.find_first_of("<>|=[,( ") != std::string_view::npos) return false;
  if (name == "object_" || name == "object" || name == "string_" || name == "unicode_") return name.ends_with('_');
  return npy::parse_type_string(name).ok();
}

}  // namespace

std::pair<std::string_view, std::string_view> python3_name(std::string_view module, std::string_view name) noexcept {
  if (module == "copy_reg") return {"copyreg", name};
  if (module == "exceptions") return {"builtins", name};
  if (module != "__builtin__") return {module, name};
  if (name == "long") name = "int";
  if (name == "unicode") name = "str";
  if (name == "xrange") name = "range";
  if (name == "unichr") name = "chr";
  return {"builtins", name};
}

Global find_global(std::string_view module, std::string_view name) noexcept {
  if (module == "builtins" || module == "__builtin__") return find(builtins, name);
  if (module == "collections") return find(collections, name);
  if (module == "copyreg" || module == "copy_reg") return find(copy_registry, name);
  if (module == "datetime") return find(dates, name);
  if (module == "_codecs") return name == "encode" ? Global::codecs_encode : Global::opaque;
  if (!module.starts_with("numpy")) return Global::opaque;
  if (module == "numpy") {
    const Global found = find(numpy, name);
    return found == Global::opaque && is_numpy_type(name) ? Global::numpy_type : found;
  }
  const bool core = module.starts_with("numpy.core.") || module.starts_with("numpy._core.");
  if (core) {
    const std::string_view last = module.substr(module.rfind('.') + 1);
    if (last == "multiarray" || last == "_internal" || last == "numeric") return find(numpy_core, name);
    if (last == "records" && (name == "recarray" || name == "record"))
      return name == "record" ? Global::numpy_record : Global::numpy_ndarray;
    if (last == "memmap" || last == "defchararray") return find(numpy, name);
    return Global::opaque;
  }
  if (module == "numpy.rec") return find(numpy, name);
  if (module == "numpy.matrixlib.defmatrix") return name == "matrix" ? Global::numpy_ndarray : Global::opaque;
  if (module == "numpy.ma.core" || module == "numpy.ma") {
    if (name == "_mareconstruct") return Global::masked_reconstruct;
    if (name == "MaskedArray") return Global::masked_array;
  }
  return Global::opaque;
}

}  // namespace cache_on_disk::pickle
