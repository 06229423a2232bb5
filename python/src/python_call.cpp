#include "python_call.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "binding/binding.hpp"
#include "binding/context.hpp"
#include "cache_on_disk/options.hpp"
#include "core_errors.hpp"
#include "function_root.hpp"
#include "gil.hpp"
#include "helpers.hpp"
#include "kept.hpp"
#include "process/stack.hpp"
#include "report/uncached.hpp"
#include "values.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

/// Raises RecursionError where the stack would not do for what the cache may have to do and for the function: calls are nested
/// too deeply, and the program would crash instead.
void check_stack() {
  constexpr std::size_t wanted = std::size_t{64} << 10;
  const system::StackRoom room = system::stack_room();
  if (room.left >= std::min(wanted, room.whole / 4)) return;
  PyErr_SetString(PyExc_RecursionError,
                  "cache_on_disk: cached calls are nested too deeply for the stack of their thread");
  throw nb::python_error();
}

const Parameters& parameters_of(const CachedFunction* function, bool alone) {
  return alone ? function->state->own_parameters : function->state->parameters;
}

/// Calls what answers for an `async def`: with the object, or with what stands for the function.
PyObject* call_asynchronous(CachedFunction* function, const PyCell& cell, bool alone, PyObject* const* args,
                            std::size_t nargsf, PyObject* kwnames) {
  const auto count = static_cast<std::size_t>(PyVectorcall_NARGS(nargsf));
  if (!alone) return PyObject_Vectorcall(function->asynchronous, args, count, kwnames);
  const std::size_t keywords = CallArguments{args, count, kwnames}.keywords();
  std::vector<PyObject*> with_anchor{cell.object};
  with_anchor.insert(with_anchor.end(), args, args + count + keywords);
  return PyObject_Vectorcall(function->asynchronous, with_anchor.data(), count + 1, kwnames);
}

/// The arguments as far as they are compared; empty if they are not.
std::string comparable_arguments(CachedFunction* function, bool alone, const CallArguments& arguments) {
  if (function->state->told_of_arguments || function->state->by_arguments) return {};
  return name_arguments(parameters_of(function, alone), function->wrapped, arguments, ArgumentKinds::plain).text;
}

/// Says, once a method, that a call with other arguments gets the value all the same.
void compare_arguments(CachedFunction* function, const PyCell& cell, const std::string& arguments) {
  const std::string noted = cell.noted_arguments();
  if (arguments.empty() || noted.empty() || noted == arguments) return;
  function->state->told_of_arguments = true;
  helpers().tell_of_arguments(function->state->qualname.c_str(), noted.c_str(), arguments.c_str());
}

}  // namespace

nb::object shown(PyCell& cell, const std::string& arguments, nb::handle kept) {
  const nb::object alive = nb::borrow(kept);
  if (cell.is_writable()) try {
      return is_kept(kept.ptr()) ? value_of(kept.ptr(), true) : helpers().private_copy(kept);
    } catch (nb::python_error& error) {
      if (!error.matches(PyExc_Exception)) throw;
      // It cannot be copied: this caller gets it, and nobody else.
      if (cell.buffered(arguments) == kept.ptr()) cell.drop(arguments);
      return alive;
    }
  if (is_kept(kept.ptr())) return value_of(kept.ptr(), false);
  const ArrayGuard* const guard = cell.guard();
  if (guard == nullptr || guard->array() != kept.ptr() || guard->is_intact()) return nb::borrow(kept);
  // A caller has changed the form of the array that all share: from now on they share another.
  const nb::object again = guard->again();
  const std::string noted = cell.noted_arguments();
  cell.buffer({}, again.ptr());
  cell.note_arguments(noted);
  return again;
}

nb::object answer(PyCell& cell, nb::handle owner, const std::string& arguments, std::string noted_arguments,
                  const Computation& computation) {
  check_stack();
  // On the heap, so that a call within a call within a call takes little of the stack.
  const auto held = std::make_unique<CoreCall>(cell, owner, arguments, std::move(noted_arguments), computation);
  CoreCall& call = *held;
  const auto binding = cell.make_binding();
  if (binding && binding->context().settings().trust.kind != Trust::Kind::private_only) call.store_plain_data_only();
  const Era era = cell.era();
  core::Source source = core::Source::uncached;
  {
    const GilReleased released;
    try {
      source = core::answer(binding, arguments, call);
    } catch (const FunctionRaised&) {
      // the exception waits in the call
    }
  }
  const core::Counters* const counters = binding ? binding->counters_if_any() : nullptr;
  if (counters != nullptr && cell.era() == era) cell.count(*counters);
  drop_now();
  if (cell.is_writable() && source == core::Source::computed && counters != nullptr && counters->stored != 0)
    if (nb::object own = call.hand_over(); own.is_valid()) {
      drop_now();
      return own;
    }
  const nb::object value = call.result(source);
  return call.is_kept() ? shown(cell, arguments, value) : value;
}

NamedArguments name_of_arguments(CachedFunction* function, bool alone, const CallArguments& arguments) {
  const Parameters& parameters = parameters_of(function, alone);
  if (function->state->by_arguments)
    return name_arguments(parameters, function->wrapped, arguments, ArgumentKinds::all);
  NamedArguments named;
  if (!may_fit(parameters, arguments)) named.state = NamedArguments::State::misfit;
  return named;
}

void tell_unnamed(const PyCell& cell, const ArgumentRefusal& refusal) {
  if (options().mode == Mode::off) return;
  const auto binding = cell.make_binding();
  const std::string method = binding != nullptr ? binding->function_name() : std::string("?");
  core::tell_uncached(
      {method,
       fmt::format("argument of type {}", refusal.type),
       fmt::format(
           "{} is computed without the cache, as an argument of type {} cannot name a value: {}. Give its class a "
           "__cache_key__(), or pass what tells its values apart",
           method, refusal.type, refusal.why),
       {},
       binding != nullptr ? binding->context().place().path() : std::string()});
}

PyObject* call_untagged(CachedFunction* function, PyObject* const* args, std::size_t nargsf, PyObject* kwnames) {
  core::count_untagged_call(function->state->file, function->state->line);
  return PyObject_Vectorcall(function->wrapped, args, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames);
}

PyObject* call_cell(CachedFunction* function, PyCell& cell, PyObject* const* args, std::size_t nargsf,
                    PyObject* kwnames) try {
  if (!cell.is_tagged()) return call_untagged(function, args, nargsf, kwnames);
  if (system::hits_take_the_long_way.load(std::memory_order_relaxed) != 0 && core::is_mode_off())
    return PyObject_Vectorcall(function->wrapped, args, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames);
  const bool alone = is_anchor(cell.object);
  if (function->asynchronous != nullptr) return call_asynchronous(function, cell, alone, args, nargsf, kwnames);
  const CellShare held(cell);
  const std::size_t object = alone ? 0 : 1;  // of the arguments
  const CallArguments arguments{args + object, static_cast<std::size_t>(PyVectorcall_NARGS(nargsf)) - object, kwnames};
  const NamedArguments named = name_of_arguments(function, alone, arguments);
  const std::string& name = named.text;
  if (named.state != NamedArguments::State::named) [[unlikely]] {
    if (named.state == NamedArguments::State::refused) tell_unnamed(cell, *named.refusal);
    return run_python([&] {
      return PyObject_Vectorcall(function->wrapped, args, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames);
    });
  }
  const bool with_arguments = arguments.positional > 0 || kwnames != nullptr;
  const nb::object kept = nb::borrow(cell.buffered(name));
  if (kept.is_valid()) {
    if (system::hits_take_the_long_way.load(std::memory_order_relaxed) != 0) {
      const auto binding = cell.make_binding();
      core::observe_hit(binding.get(), name);
      cell.count(binding->counters());
    }
    if (with_arguments) compare_arguments(function, cell, comparable_arguments(function, alone, arguments));
    return shown(cell, name, kept).release().ptr();
  }
  std::string noted = comparable_arguments(function, alone, arguments);
  const Computation computation{function->wrapped, args, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames};
  nb::object value = answer(cell, alone ? nb::handle(Py_None) : nb::handle(args[0]), name, noted, computation);
  if (with_arguments) compare_arguments(function, cell, noted);
  return value.release().ptr();
} catch (const std::exception&) {
  set_error(std::current_exception());
  return nullptr;
}

void put(PyCell& cell, PyObject* value, const std::string& arguments) {
  drop_with(&PyCell::drop, cell, arguments);  // a value in memory would stay the answer
  PyObject* args[] = {value};
  Computation computation{helpers().identity.ptr(), args, 1, nullptr};
  computation.replace = true;
  (void)answer(cell, nb::handle(Py_None), arguments, {}, computation);
}

}  // namespace cache_on_disk::python
