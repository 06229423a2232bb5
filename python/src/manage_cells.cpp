#include <fmt/format.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "binding/binding.hpp"
#include "cache_on_disk/cached_method.hpp"
#include "cache_on_disk/detail/core/cell.hpp"
#include "class_info.hpp"
#include "core_cell.hpp"
#include "core_errors.hpp"
#include "function_root.hpp"
#include "gil.hpp"
#include "helpers.hpp"
#include "manage.hpp"
#include "object_cells.hpp"
#include "python_call.hpp"
#include "reports.hpp"
#include "step_text.hpp"
#include "tagged_object.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

CachedFunction* checked(nb::handle function) { return &checked_function(function.ptr()); }

/// The arguments of a call as a vectorcall has them.
struct GivenArguments {
  std::vector<PyObject*> values;
  nb::tuple keywords;
  CallArguments call;

  GivenArguments(const nb::tuple& args, const nb::dict& kwargs) : keywords(kwargs.keys()) {
    for (nb::handle value : args) values.push_back(value.ptr());
    for (nb::handle value : kwargs.values()) values.push_back(value.ptr());
    call = {values.data(), args.size(), keywords.ptr()};
  }
};

/// One cached method of one object. Keeps neither of them alive: the Python object around it does.
class CellHandle {
 public:
  explicit CellHandle(PyCell& cell) : cell_(cell) {}

  static CellHandle of(nb::handle function, nb::handle object) {
    CachedFunction* const cached = checked(function);
    const DropAtEnd drop;
    PyCell* cell = cached->cells.find(object.ptr());
    if (cell == nullptr || !cell->is_of_its_class()) cell = cell_of_tagged(*cached, object.ptr());
    if (cell == nullptr && PyErr_Occurred() == nullptr)
      cell = &cell_of(*record_of(*cached, method(function, object), Py_TYPE(object.ptr())), object.ptr());
    if (cell == nullptr) throw nb::python_error();
    return CellHandle(*cell);
  }

  bool is_tagged() const { return cell_->is_tagged(); }
  core::Settings settings() const {
    return cell_->context() != nullptr ? cell_->context()->settings() : core::Settings{};
  }
  nb::object tag() const {
    const auto tag = settings().tag;
    return tag ? path_text(*tag) : nb::none();
  }
  nb::object prefix() const { return path_text(settings().prefix); }
  nb::object tmpdir() const {
    const core::Context* const context = cell_->context();
    if (context != nullptr && !context->tmpdir().empty()) return path_text(context->tmpdir());
    return path_text(settings().tmpdir.value_or(core::default_tmpdir()));
  }
  /// "Class.method", as it stands in names.
  nb::object method_name() const {
    return cell_->record != nullptr ? path_text(cell_->record->method->origin.function) : nb::none();
  }
  nb::object instance_name() const {
    const auto binding = cell_->make_binding();
    return binding ? path_text(binding->instance()->full()) : nb::none();
  }

  /// ("private", ""), ("group", its name) or ("plain", "").
  nb::tuple trust() const {
    const Trust trust = settings().trust;
    const char* const kind = trust.kind == Trust::Kind::group   ? "group"
                             : trust.kind == Trust::Kind::plain ? "plain"
                                                                : "private";
    return nb::make_tuple(kind, trust.group_name);
  }

  void bind(nb::handle function, nb::handle object, const nb::object& instance, const nb::object& tag,
            const nb::object& prefix, const nb::object& tmpdir, const nb::object& trust) {
    const DropAtEnd drop;
    core::Settings changed = settings();
    if (!tag.is(nb::handle(Py_Ellipsis)))
      changed.tag = tag.is_none() ? std::nullopt : std::optional(nb::cast<std::string>(tag));
    if (!prefix.is(nb::handle(Py_Ellipsis))) changed.prefix = nb::cast<std::string>(prefix);
    if (!tmpdir.is(nb::handle(Py_Ellipsis))) {
      const nb::bytes path = nb::cast<nb::bytes>(tmpdir);
      changed.tmpdir = std::string(path.c_str(), path.size());
    }
    if (!trust.is(nb::handle(Py_Ellipsis)))
      changed.trust = trust_named(nb::cast<std::string>(trust[0]), nb::cast<std::string>(trust[1]));
    const auto before = cell_->make_binding();
    std::string name = before ? before->instance()->full() : "root";
    if (!instance.is_none()) name = nb::cast<std::string>(instance);
    const CoreCell cell(*cell_);
    core::bind_alone(cell, method(function, object), name, changed);
    drop_with(&PyCell::set_binding, *cell_, cell.binding());
  }

  bool is_writable() const { return cell_->is_writable(); }
  void set_writable(bool is) {
    const DropAtEnd drop;
    if (cell_->is_writable() != is) drop_with(&PyCell::set_writable, *cell_, is);
  }

  /// As arguments_name(), for a call: None, and told, if an argument cannot name a value.
  nb::object name_of_call(nb::handle function, const nb::tuple& args, const nb::dict& kwargs) const {
    const GivenArguments given(args, kwargs);
    const NamedArguments named = name_of_arguments(checked(function), is_anchor(cell_->object), given.call);
    if (named.state == NamedArguments::State::named) return nb::cast(named.text);
    if (named.state == NamedArguments::State::refused) tell_unnamed(*cell_, *named.refusal);
    return nb::none();
  }

  nb::object fullpath(const std::string& arguments) const {
    if (!is_tagged())
      throw TagNotSetException("cache_on_disk: no tag is set, so the method has no path; call set_tag first");
    return path_text(core::path_of(CoreCell(*cell_), arguments));
  }
  nb::object explain(const std::string& arguments) const {
    return named_report(core::explain_cell(CoreCell(*cell_), arguments), arguments);
  }
  /// Of a by-arguments method, without a call.
  nb::object explain_all_arguments() const { return named_report(core::explain_all_arguments(CoreCell(*cell_)), {}); }
  nb::object statistics() const {
    MethodStatistics statistics = core::statistics_of(CoreCell(*cell_));
    if (statistics.method.empty() && cell_->record != nullptr)
      statistics.method = cell_->record->method->origin.function;
    return report(statistics);
  }
  nb::object clear() const {
    const DropAtEnd drop;
    return report(core::clear_cell(CoreCell(*cell_)));
  }
  void refresh() const {
    const DropAtEnd drop;
    drop_with(&PyCell::expect_refresh, *cell_);
  }
  /// Takes the value out of memory, and leaves what is on disk.
  void forget() const {
    const DropAtEnd drop;
    cell_->forget();
  }
  void put(nb::handle value, const std::string& arguments) const {
    if (!is_tagged())
      throw TagNotSetException("cache_on_disk: no tag is set, so there is no place for a value; call set_tag first");
    const DropAtEnd drop;
    python::put(*cell_, value.ptr(), arguments);
  }
  /// The value in memory; `...` if there is none, or none is wanted.
  nb::object buffered(const std::string& arguments) const {
    PyObject* const kept = core::is_mode_off() ? nullptr : cell_->buffered(arguments);
    return kept != nullptr ? shown(*cell_, arguments, kept) : nb::borrow(Py_Ellipsis);
  }
  /// The value by way of another callee, without arguments: what asynchronous methods and DiskCacher.execute
  /// do.
  /// `callers`: as core::Call has them; none: the calling thread.
  nb::object answer(nb::handle owner, const std::string& arguments, nb::handle callee,
                    std::vector<std::uintptr_t> callers, const nb::object& is_abandoned) {
    Computation computation{callee.ptr(), nullptr, 0, nullptr};
    computation.callers = std::move(callers);
    computation.is_abandoned = is_abandoned.is_none() ? nullptr : is_abandoned.ptr();
    return python::answer(*cell_, owner, arguments, {}, computation);
  }

 private:
  nb::object named_report(Explanation explanation, const std::string& arguments) const {
    if (explanation.method.empty() && cell_->record != nullptr)
      explanation.method = cell_->record->method->origin.function + arguments;
    return report(explanation);
  }
  /// The method with the name and origin that it has for the object's class.
  static const core::Method& method(nb::handle function, nb::handle object) {
    const CachedFunction* const cached = checked(function);
    ClassTable classes;
    for (const RecordShare& method : classes.methods_of(object.ptr()))
      if (method->function == cached) return *method->method;
    throw NotAMethod(fmt::format("cache_on_disk: {} is not a cached method of a {}", cached->state->qualname,
                                 utf8(object.type().attr("__name__"))));
  }

  CellShare cell_;
};

/// "(...)" of a call of a by-arguments method, "" of any other; None if the call does not fit the function. Raises
/// InvalidTypeError for an argument that cannot name a value.
nb::object arguments_name(nb::handle function, nb::handle object, const nb::tuple& args, const nb::dict& kwargs) {
  const GivenArguments given(args, kwargs);
  const NamedArguments named = name_of_arguments(checked(function), is_anchor(object.ptr()), given.call);
  if (named.state == NamedArguments::State::misfit) return nb::none();
  if (named.state == NamedArguments::State::named) return nb::cast(named.text);
  helpers().raise_unnamed(named.refusal->type.c_str(), named.refusal->why.c_str());
  throw nb::python_error();
}

/// The objects that have a cell of the function: those under a tag, and those asked for.
nb::list objects_of(nb::handle function) {
  nb::list objects;
  std::vector<nb::object> found;
  checked(function)->cells.for_each([&](const PyCell& cell) {
    if (Py_REFCNT(cell.object) > 0) found.push_back(nb::borrow(cell.object));
    return 0;
  });
  for (const nb::object& object : found)
    if (!is_anchor(object.ptr())) objects.append(object);
  return objects;
}

/// Calls a function on its own, with its cell for what stands for it (function_root.hpp).
nb::object call_alone(nb::handle function, nb::handle anchor, const nb::tuple& args, const nb::dict& kwargs) {
  CachedFunction* const cached = checked(function);
  PyCell* const cell = cached->cells.find(anchor.ptr());
  const GivenArguments given(args, kwargs);
  PyObject* const names = kwargs.size() == 0 ? nullptr : given.keywords.ptr();
  PyObject* const value = cell != nullptr ? call_cell(cached, *cell, given.values.data(), args.size(), names)
                                          : call_untagged(cached, given.values.data(), args.size(), names);
  if (value == nullptr) throw nb::python_error();
  return nb::steal(value);
}

/// Sets the fields of FunctionState, by name.
void configure(nb::handle function, const nb::kwargs& given) {
  CachedFunction* const self = checked(function);
  FunctionState& state = *self->state;
  const auto take = [&](const char* name, auto& field) {
    field = nb::cast<std::remove_reference_t<decltype(field)>>(nb::object(given[name]));
  };
  take("qualname", state.qualname);
  take("module", state.module);
  take("defining_class", state.defining_class);
  take("has_identity", state.has_identity);
  take("version", state.version);
  take("inherit", state.inherit);
  take("by_arguments", state.by_arguments);
  take("writable", state.writable);
  take("line", state.line);
  // Sites of calls are told to the end of the process: they are kept.
  state.file = (new std::string(nb::cast<std::string>(nb::object(given["file"]))))->c_str();
  if (nb::object asynchronous = given["asynchronous"]; !asynchronous.is_none())
    self->asynchronous = asynchronous.release().ptr();
  state.parameters.learn(self->wrapped, 1);
  state.own_parameters.learn(self->wrapped, 0);
}

}  // namespace

void add_cell_handle(nb::module_& module) {
  nb::class_<CellHandle>(module, "CellHandle")
      .def_static("of", &CellHandle::of, nb::call_guard<GilKept>())
      .def_prop_ro("is_tagged", &CellHandle::is_tagged)
      .def_prop_ro("tag", &CellHandle::tag)
      .def_prop_ro("prefix", &CellHandle::prefix)
      .def_prop_ro("tmpdir", &CellHandle::tmpdir)
      .def_prop_ro("trust", &CellHandle::trust)
      .def_prop_ro("method_name", &CellHandle::method_name)
      .def_prop_ro("instance_name", &CellHandle::instance_name)
      .def("bind", &CellHandle::bind, nb::call_guard<GilKept>(), nb::arg("function"), nb::arg("object"),
           nb::arg("instance").none(), nb::arg("tag").none(), nb::arg("prefix"), nb::arg("tmpdir"), nb::arg("trust"))
      .def("name_of_call", &CellHandle::name_of_call, nb::call_guard<GilKept>())
      .def("fullpath", &CellHandle::fullpath, nb::call_guard<GilKept>())
      .def("explain", &CellHandle::explain, nb::call_guard<GilKept>())
      .def("explain_all_arguments", &CellHandle::explain_all_arguments, nb::call_guard<GilKept>())
      .def("statistics", &CellHandle::statistics, nb::call_guard<GilKept>())
      .def("clear", &CellHandle::clear, nb::call_guard<GilKept>())
      .def("forget", &CellHandle::forget, nb::call_guard<GilKept>())
      .def("refresh", &CellHandle::refresh, nb::call_guard<GilKept>())
      .def("put", &CellHandle::put, nb::call_guard<GilKept>(), nb::arg("value").none(), nb::arg("arguments"))
      .def("buffered", &CellHandle::buffered, nb::call_guard<GilKept>())
      .def("answer", &CellHandle::answer, nb::call_guard<GilKept>(), nb::arg("owner").none(), nb::arg("arguments"),
           nb::arg("callee"), nb::arg("callers"), nb::arg("is_abandoned").none())
      .def_prop_ro("is_writable", &CellHandle::is_writable)
      .def("set_writable", &CellHandle::set_writable, nb::call_guard<GilKept>());
  module.def("objects_of", &objects_of, nb::call_guard<GilKept>());
  module.def("call_alone", &call_alone, nb::call_guard<GilKept>());
  module.def("arguments_name", &arguments_name, nb::call_guard<GilKept>());
  module.def("configure", &configure, nb::call_guard<GilKept>());
}

}  // namespace cache_on_disk::python
