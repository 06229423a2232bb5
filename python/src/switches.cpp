// The switches of the process.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "binding/binder.hpp"
#include "binding/context.hpp"
#include "binding/modes.hpp"
#include "cache_on_disk/options.hpp"
#include "cached_function.hpp"
#include "manage.hpp"
#include "report/uncached.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

const char* name_of(Mode mode) {
  switch (mode) {
    case Mode::off:
      return "off";
    case Mode::readonly:
      return "readonly";
    case Mode::refresh:
      return "refresh";
    case Mode::on:
      break;
  }
  return "on";
}

nb::dict get_options() {
  const Options options = cache_on_disk::options();
  nb::dict result;
  result["mode"] = name_of(options.mode);
  result["verify"] = options.verify == Verify::always ? "always" : "auto";
  result["legacy"] = options.accept_trailerless ? "accept" : "refuse";
  result["max_wait"] =
      options.max_wait ? nb::object(nb::float_(static_cast<double>(options.max_wait->count()) / 1000)) : nb::none();
  result["lost_lock_after"] = options.lost_lock_after
                                  ? nb::object(nb::float_(static_cast<double>(options.lost_lock_after->count()) / 1000))
                                  : nb::none();
  result["free_space_floor"] = options.free_space_floor ? nb::object(nb::int_(*options.free_space_floor)) : nb::none();
  result["strict"] = options.strict;
  return result;
}

/// All of them, checked by the caller.
void set_options(const std::string& mode, const std::string& verify, const std::string& legacy,
                 std::optional<double> max_wait, std::optional<double> lost_lock_after,
                 std::optional<std::uint64_t> free_space_floor, bool strict) {
  Options options;
  options.mode = mode == "off"        ? Mode::off
                 : mode == "readonly" ? Mode::readonly
                 : mode == "refresh"  ? Mode::refresh
                                      : Mode::on;
  options.verify = verify == "always" ? Verify::always : Verify::automatic;
  options.accept_trailerless = legacy != "refuse";
  if (max_wait) options.max_wait = std::chrono::milliseconds(static_cast<std::int64_t>(*max_wait * 1000));
  options.lost_lock_after.reset();
  if (lost_lock_after)
    options.lost_lock_after = std::chrono::milliseconds(static_cast<std::int64_t>(*lost_lock_after * 1000));
  options.free_space_floor = free_space_floor;
  options.strict = strict;
  const std::uint32_t era = core::refresh_era();
  cache_on_disk::set_options(options);
  // What the core has the cells of C++ forget at their next call.
  if (core::refresh_era() != era) forget_all_values();
}

}  // namespace

void add_options(nb::module_& module) {
  module.def("get_options", &get_options);
  module.def("set_options", &set_options, nb::arg("mode"), nb::arg("verify"), nb::arg("legacy"),
             nb::arg("max_wait").none(), nb::arg("lost_lock_after").none(), nb::arg("free_space_floor").none(),
             nb::arg("strict"));
  module.def("tell_uncached", [](const std::string& method, const std::string& reason, const std::string& message) {
    core::tell_uncached({method, reason, message});
  });
  module.def("give_new_members_defaults", &core::give_new_members_defaults, nb::arg("defaults"));
  module.def("prefer_tmpdir", [](const nb::bytes& path) { core::prefer_tmpdir({path.c_str(), path.size()}); });
}

}  // namespace cache_on_disk::python
