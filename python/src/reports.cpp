#include "reports.hpp"

#include <nanobind/stl/string.h>

#include <sstream>

#include "binding/counters.hpp"
#include "class_info.hpp"
#include "helpers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

nb::dict counts(const std::map<std::string, std::uint64_t>& counted) {
  nb::dict result;
  for (const auto& [name, count] : counted) result[path_text(name)] = count;
  return result;
}

template <class T>
nb::object table(const T& value) {
  std::ostringstream text;
  text << value;
  return path_text(text.str());
}

/// An object of a class of _reports.py, which is loaded when something is told: it takes longer than all else here.
nb::object made(const char* name, const nb::dict& fields) {
  const Helper type(name, "cache_on_disk._reports");
  return run_python([&] { return nb::object(nb::handle(type.ptr())(**fields)); });
}

template <class T>
nb::list each(const std::vector<T>& all) {
  nb::list list;
  for (const T& one : all) list.append(report(one));
  return list;
}

}  // namespace

nb::object path_text(const std::string& path) {
  return nb::steal(PyUnicode_DecodeUTF8(path.data(), static_cast<Py_ssize_t>(path.size()), "surrogateescape"));
}

nb::object report(const core::Cleared& cleared) {
  nb::list left_alone;
  for (const std::string& text : cleared.left_alone) left_alone.append(path_text(text));
  nb::dict result;
  result["deleted"] = cleared.deleted;
  result["left_alone"] = left_alone;
  return made("Cleared", result);
}

nb::object report(const Explanation& e) {
  nb::dict result;
  result["state"] = e.state_name();
  result["method"] = path_text(e.method);
  result["path"] = path_text(e.path);
  result["entry_path"] = path_text(e.entry_path);
  result["reason"] = path_text(e.reason);
  result["type"] = path_text(e.type);
  result["size"] = e.size;
  result["age"] = e.age;
  result["seconds_saved"] = e.seconds_saved;
  result["durable"] = e.durable;
  result["unchecked"] = e.unchecked;
  result["troubles"] = counts(e.troubles);
  result["uncached"] = counts(e.uncached);
  result["text"] = table(e);
  return made("Explanation", result);
}

nb::object report(const MethodStatistics& s) {
  nb::dict result;
  result["method"] = path_text(s.method);
  result["objects"] = s.objects;
  core::for_each_counter([&](const char* name, auto, auto total) { result[name] = s.*total; });
  return made("MethodStatistics", result);
}

nb::object report(const Statistics& s) {
  nb::dict result;
  result["methods"] = each(s.methods);
  result["total"] = report(s.total);
  result["untagged_calls"] = counts(s.untagged_calls);
  result["uncached"] = counts(s.uncached);
  result["troubles"] = counts(s.troubles);
  result["text"] = table(s);
  return made("Statistics", result);
}

nb::object report(const std::vector<Explanation>& explanations) {
  nb::dict result;
  result["explanations"] = each(explanations);
  result["text"] = table(explanations);
  return made("Explanations", result);
}

nb::list report_objects(const std::vector<FoundObject>& objects) {
  ClassTable classes;
  nb::list result;
  for (const FoundObject& found : objects) {
    nb::list functions;
    for (const RecordShare& method : classes.methods_of(found.object.ptr()))
      functions.append(nb::handle(object_of(*method->function)));
    result.append(nb::make_tuple(found.object, path_text(name_of(*found.outer, found.step)->full()), functions));
  }
  return result;
}

}  // namespace cache_on_disk::python
