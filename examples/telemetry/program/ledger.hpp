// Ledger: gets values from cached methods and notes where each came from and how long it took.
//
//   Ledger ledger;
//   auto slopes = ledger.get("telemetry.slopes", *analyzer.telemetry, "slopes", [&] { return ...slopes(); });
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/arrays.hpp"
#include "program/provenance.hpp"

namespace telemetry {

class Ledger {
 public:
  /// Prints the head of the table.
  Ledger();

  /// Calls, and prints a line: the name of the quantity, its size or value, its origin, the time.
  template <class Object, class Call>
  auto get(std::string_view name, const Object& object, std::string_view method, Call&& call) {
    begin(name);
    const Provenance from = provenance(object, method);
    const auto start = std::chrono::steady_clock::now();
    auto value = std::forward<Call>(call)();
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    end(describe(*value), from, time.count());
    return value;
  }

  /// Prints the sum.
  void finish() const;

 private:
  static std::string describe(const Array<double>& value);
  static std::string describe(const Vector& value);
  static std::string describe(double value);
  static std::string describe(const std::string& value);
  void begin(std::string_view name);
  void end(const std::string& value, Provenance from, double seconds);

  int counts_[3] = {};
  double seconds_ = 0.0;
};

}  // namespace telemetry
