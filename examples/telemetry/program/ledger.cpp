#include "program/ledger.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace telemetry {
namespace {

std::string duration(double seconds) {
  if (seconds >= 0.1) return fmt::format("{:.2f} s ", seconds);
  if (seconds >= 1e-4) return fmt::format("{:.2f} ms", seconds * 1e3);
  return fmt::format("{:.2f} µs", seconds * 1e6);
}

const char* text(Provenance from) {
  switch (from) {
    case Provenance::memory:
      return "in memory";
    case Provenance::disk:
      return "read from disk";
    case Provenance::computed:
      return "computed";
  }
  return "";
}

}  // namespace

Ledger::Ledger() { fmt::print("{:<34}{:>16}   {:<16}{:>10}\n", "quantity", "size or value", "was", "took"); }

std::string Ledger::describe(const Array<double>& value) {
  std::string size;
  for (const std::size_t extent : value.shape()) size += fmt::format("{}{}", size.empty() ? "" : " × ", extent);
  return size;
}
std::string Ledger::describe(const Vector& value) { return fmt::format("{}", value.size()); }
std::string Ledger::describe(double value) { return fmt::format("{:.4g}", value); }
std::string Ledger::describe(const std::string& value) { return value.substr(0, value.find(',')); }

// On a terminal the name stands there while the value is being computed.
void Ledger::begin(std::string_view name) {
  fmt::print("{:<34}", name);
  if (isatty(STDOUT_FILENO) != 0) std::fflush(stdout);
}

void Ledger::end(const std::string& value, Provenance from, double seconds) {
  ++counts_[static_cast<int>(from)];
  seconds_ += seconds;
  fmt::print("{:>16}   {:<16}{:>10}\n", value, text(from), duration(seconds));
}

void Ledger::finish() const {
  const std::string sum =
      fmt::format("{} computed, {} read from disk, {} in memory", counts_[static_cast<int>(Provenance::computed)],
                  counts_[static_cast<int>(Provenance::disk)], counts_[static_cast<int>(Provenance::memory)]);
  fmt::print("{:<69}{:>10}\n", sum, duration(seconds_));
}

}  // namespace telemetry
