#include "cache_on_disk/cached_method.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "binding/binding.hpp"
#include "format/origin.hpp"

namespace cache_on_disk {
namespace {

const core::Binding& tagged(const core::Cell& cell, const char* what) {
  const core::Binding* const binding = cell.binding().get();
  if (!core::is_tagged(binding)) throw TagNotSetException(fmt::format("cache_on_disk: no tag is set, so {}", what));
  return *binding;
}

bool are_of_kinds(std::string_view given, std::string_view expected) {
  return std::ranges::equal(given, expected, [](char one, char other) {
    return one == other || one == '?' || other == '?';  // of these, the value's text tells
  });
}

/// "integer, text".
std::string listed(std::string_view kinds) {
  std::string text;
  for (const char kind : kinds) {
    text += text.empty() ? "" : ", ";
    text += kind == 'b'   ? "bool"
            : kind == 'i' ? "integer"
            : kind == 'f' ? "floating point"
            : kind == 's' ? "text"
                          : "other";
  }
  return text;
}

}  // namespace

/// Only by-arguments methods have their arguments in the name, and they always do.
std::string CachedMethod::name_of(const Arguments& arguments) const {
  const core::CellKind& kind = cell_->kind();
  if (!are_of_kinds(arguments.kinds(), kind.parameters))
    throw std::invalid_argument(fmt::format("cache_on_disk: the method takes the arguments ({}), not ({})",
                                            listed(kind.parameters), listed(arguments.kinds())));
  return kind.by_arguments ? arguments.text() : std::string();
}

std::string CachedMethod::fullpath(const Arguments& arguments) const {
  tagged(*cell_, "the method has no path");
  return core::path_of(*cell_, name_of(arguments));
}

std::string core::path_of(const Cell& cell, const std::string& arguments) {
  const Binding& binding = *cell.binding();
  const Context& context = binding.context();
  const std::string separator = context.tmpdir().ends_with('/') ? "" : "/";
  return context.tmpdir() + separator + context.component() + "/" + binding.key(arguments).plain_file();
}

std::string CachedMethod::entry_path(const Arguments& arguments) const {
  tagged(*cell_, "the method has no path");
  return core::explain_cell(*cell_, name_of(arguments)).entry_path;
}

Explanation CachedMethod::explain(const Arguments& arguments) const {
  if (arguments.kinds().empty() && *cell_->kind().parameters != '\0') return core::explain_all_arguments(*cell_);
  return core::explain_cell(*cell_, name_of(arguments));
}

MethodStatistics CachedMethod::statistics() const { return core::statistics_of(*cell_); }

core::Cleared CachedMethod::clear_cache() { return core::clear_cell(*cell_); }

void CachedMethod::refresh() { cell_->expect_refresh(); }

void CachedMethod::put_erased(const std::type_info& type, void* value, const Arguments& arguments) {
  const std::type_info& expected = cell_->kind().value_type;
  if (type != expected)
    throw std::invalid_argument(fmt::format("cache_on_disk: put takes a {} for this method, not a {}",
                                            entry::readable_class(expected.name()),
                                            entry::readable_class(type.name())));
  tagged(*cell_, "there is no place for a value");
  cell_->put(value, name_of(arguments));
}

}  // namespace cache_on_disk
