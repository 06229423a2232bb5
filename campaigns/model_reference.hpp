// The model: what a cache is, said in a page. Every value is a serial number, so that a stale or foreign one
// shows.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "model_operation.hpp"

namespace campaign {

class ModelReference {
 public:
  /// The value a call must return; 0 for what is not a call.
  std::uint64_t step(const Operation& operation) {
    Object& object = objects_[{operation.process, operation.object}];
    switch (operation.kind) {
      case Operation::Kind::set_tag:
        object = {operation.argument, {}, {}, false};
        return 0;
      case Operation::Kind::clear_tag:
        object = {};
        return 0;
      case Operation::Kind::call:
        return call(object, "plain");
      case Operation::Kind::call_nested:
        return call(object, "nested");
      case Operation::Kind::call_argument:
        return call(object, "argument" + std::to_string(operation.argument));
      case Operation::Kind::clear:
        if (object.tag) disk_[*object.tag].clear();
        forget(object);
        return 0;
      case Operation::Kind::refresh:
        forget(object);
        object.refreshing = object.tag.has_value();
        return 0;
      case Operation::Kind::copy:
        forget(object);
        object.tag.reset();
        return 0;  // assigned from one without a tag, it has none either
      case Operation::Kind::kill:
        for (int i = 0; i < model_objects; ++i) objects_[{operation.process, i}] = {};
        return 0;
    }
    return 0;
  }

 private:
  using Values = std::map<std::string, std::uint64_t>;
  struct Object {
    std::optional<int> tag;
    Values buffer;
    std::set<std::string> refreshed;  ///< computed since the refresh
    bool refreshing = false;
  };

  static void forget(Object& object) {
    object.buffer.clear();
    object.refreshed.clear();
    object.refreshing = false;
  }

  std::uint64_t call(Object& object, const std::string& method) {
    if (!object.tag) return compute(object, method);
    if (const auto found = object.buffer.find(method); found != object.buffer.end()) return found->second;
    Values& disk = disk_[*object.tag];
    const bool wanted_anew = object.refreshing && !object.refreshed.contains(method);
    std::uint64_t value = 0;
    if (const auto found = disk.find(method); found != disk.end() && !wanted_anew)
      value = found->second;
    else
      disk[method] = value = compute(object, method);
    object.refreshed.insert(method);
    return object.buffer[method] = value;
  }

  std::uint64_t compute(Object& object, const std::string& method) {
    if (method == "nested") call(object, "plain");
    return ++serial_;
  }

  std::map<std::pair<int, int>, Object> objects_;
  std::map<int, Values> disk_;
  std::uint64_t serial_ = 0;
};

}  // namespace campaign
