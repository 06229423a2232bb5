// The first part of the report: where every quantity comes from.
#pragma once

#include "analyzer/analyzer.hpp"

namespace telemetry {

/// Evaluates every quantity of the tree and prints a line for each: its size, whether it was computed, read
/// from disk or in memory, and the time that took. Those that others need come first, so that no time
/// contains another's.
void evaluate(const Analyzer& analyzer);

}  // namespace telemetry
