// The switches of the process.
#include <nanobind/stl/string.h>

#include <algorithm>

#include "binding/binder.hpp"
#include "binding/context.hpp"
#include "binding/modes.hpp"
#include "binding/option_table.hpp"
#include "cache_on_disk/options.hpp"
#include "cached_function_type.hpp"
#include "manage.hpp"
#include "report/uncached.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

using core::Option;

nb::object value_of(const Option& option, const Options& options) {
  const Option::Number number = option.get(options);
  if (!number) return nb::none();
  switch (option.kind) {
    case Option::Kind::words:
      return nb::str(option.words[*number].data(), option.words[*number].size());
    case Option::Kind::flag:
      return nb::bool_(*number != 0);
    case Option::Kind::seconds:
      return nb::float_(static_cast<double>(*number) / 1000);
    case Option::Kind::bytes:
      break;
  }
  return nb::int_(*number);
}

/// What the caller has checked, as a number.
Option::Number number_of(const Option& option, nb::handle value) {
  if (value.is_none()) return std::nullopt;
  switch (option.kind) {
    case Option::Kind::words:
      return static_cast<std::uint64_t>(std::ranges::find(option.words, nb::cast<std::string>(value)) -
                                        option.words.begin());
    case Option::Kind::flag:
      return nb::cast<bool>(value);
    case Option::Kind::seconds:
      return static_cast<std::uint64_t>(nb::cast<double>(value) * 1000);
    case Option::Kind::bytes:
      break;
  }
  return static_cast<std::uint64_t>(nb::cast<double>(value));  // below 2^53
}

nb::dict get_options() {
  const Options options = cache_on_disk::options();
  nb::dict result;
  for (const Option& option : core::option_table()) result[option.name.data()] = value_of(option, options);
  return result;
}

/// {name: (kind, words)}
nb::dict option_kinds() {
  nb::dict result;
  for (const Option& option : core::option_table()) {
    constexpr const char* kinds[] = {"words", "flag", "seconds", "bytes"};
    nb::list words;
    for (const std::string_view word : option.words) words.append(nb::str(word.data(), word.size()));
    result[option.name.data()] = nb::make_tuple(kinds[static_cast<int>(option.kind)], words);
  }
  return result;
}

/// Some of them, checked by the caller.
void set_options(const nb::dict& changes) {
  Options options = cache_on_disk::options();
  for (const Option& option : core::option_table())
    if (changes.contains(option.name.data())) option.set(options, number_of(option, changes[option.name.data()]));
  const std::uint32_t era = core::refresh_era();
  cache_on_disk::set_options(options);
  // What the core has the cells of C++ forget at their next call.
  if (core::refresh_era() != era) forget_all_values();
}

}  // namespace

void add_options(nb::module_& module) {
  module.def("get_options", &get_options);
  module.def("option_kinds", &option_kinds);
  module.def("set_options", &set_options, nb::arg("changes"));
  module.def("tell_uncached", [](const std::string& method, const std::string& reason, const std::string& message) {
    core::tell_uncached({method, reason, message});
  });
  module.def("give_new_members_defaults", &core::give_new_members_defaults, nb::arg("defaults"));
  module.def("prefer_tmpdir", [](const nb::bytes& path) { core::prefer_tmpdir({path.c_str(), path.size()}); });
}

}  // namespace cache_on_disk::python
