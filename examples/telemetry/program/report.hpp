// The report: what the analyzer found, for people.
#pragma once

#include "analyzer/analyzer.hpp"

namespace telemetry {

/// Evaluates every quantity of the tree, the ones that others need first, and prints for each where it came
/// from and the time it took; then the results. To standard output.
void print_report(const Analyzer& analyzer);

}  // namespace telemetry
