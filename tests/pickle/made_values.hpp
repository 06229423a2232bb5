// What the tests of values make them of.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk::made_values {

using std::string_literals::operator""s;

inline Value read_text(const std::string& pickle) {
  auto value = pickle::read({std::as_bytes(std::span(pickle)), nullptr});
  if (!value) ADD_FAILURE() << value.error().message;
  return value ? *value : Value();
}

// An array of one dimension, whose elements lie one after the other in `bytes`.
inline Value array(const std::string& descr, const std::string& bytes, Shape shape = {}) {
  const Dtype dtype = *Dtype::parse("'" + descr + "'");
  auto data = std::make_shared<std::string>(bytes);
  if (shape.empty()) shape = {bytes.size() / dtype.itemsize};
  const Strides strides = dense_strides(shape, MemoryOrder::row_major, dtype.itemsize);
  const auto* first = reinterpret_cast<const std::byte*>(data->data());
  return AnyArray(dtype, {shape, strides, first, data});
}

inline Value bytearray(std::string_view bytes) { return Value::bytearray(std::as_bytes(std::span(bytes))); }

inline Value global() { return Value::global("m", "C"); }

inline Value set(std::vector<Value> items) { return Value::set(items); }
inline Value frozenset(std::vector<Value> items) { return Value::frozenset(items); }

inline Value object(Construction construction, const Value& argument, const Value& state = {}) {
  return Value::object(construction, global(), Value::tuple({argument}), state);
}

}  // namespace cache_on_disk::made_values
