#include "ratio_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bench {
namespace {

double quantile(std::vector<double> sorted, double q) {
  std::ranges::sort(sorted);
  return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1) + 0.5)];
}

std::string time_text(double ns) {
  if (ns < 1e3) return fmt::format("{:.2f} ns", ns);
  if (ns < 1e6) return fmt::format("{:.2f} us", ns / 1e3);
  return fmt::format("{:.2f} ms", ns / 1e6);
}

/// The name of a benchmark without the settings that the library appends.
std::string plain_name(const benchmark::BenchmarkReporter::Run& run) { return run.run_name.function_name; }

std::string spread(const std::vector<double>& values) {
  return fmt::format("{} ({} .. {})", time_text(quantile(values, 0.5)), time_text(quantile(values, 0)),
                     time_text(quantile(values, 1)));
}

}  // namespace

void RatioTable::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs)
    if (run.run_type == Run::RT_Iteration && run.iterations > 0)
      nanoseconds_[plain_name(run)].push_back(run.real_accumulated_time / static_cast<double>(run.iterations) * 1e9);
}

void RatioTable::Finalize() {
  fmt::print("\n{:<46} {:>34} {:>34} {:>22} {:>6}\n", "what", "ours: median (min .. max)",
             "theirs: median (min .. max)", "ratio (of pairs)", "goal");
  for (const Row& row : rows_) {
    const auto& ours = nanoseconds_[row.ours];
    const auto& theirs = nanoseconds_[row.theirs];
    if (ours.empty() || theirs.empty()) continue;
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) ratios.push_back(ours[i] / theirs[i]);
    fmt::print("{:<46} {:>34} {:>34} {:>6.2f} ({:.2f} .. {:.2f}) {:>6.2f}{}\n", row.what, spread(ours), spread(theirs),
               quantile(ratios, 0.5), quantile(ratios, 0), quantile(ratios, 1), row.goal,
               quantile(ratios, 0.5) <= row.goal ? "" : "  NOT REACHED");
  }
  for (const Bound& bound : bounds_) {
    const auto& ours = nanoseconds_[bound.ours];
    if (ours.empty()) continue;
    fmt::print("{:<46} {:>34} {:>34} {:>22} {:>6}{}\n", bound.what, spread(ours), "-", "-", time_text(bound.goal_ns),
               quantile(ours, 0.5) <= bound.goal_ns ? "" : "  NOT REACHED");
  }
}

int run(int argc, char** argv, RatioTable table) {
  // Repetitions of different benchmarks take turns, so that the machine's moods meet all of them alike.
  std::vector<char*> arguments(argv, argv + argc);
  std::string repetitions = "--benchmark_repetitions=9";
  std::string interleaving = "--benchmark_enable_random_interleaving=true";
  std::string time = "--benchmark_min_time=0.05";
  for (std::string* const option : {&repetitions, &interleaving, &time})
    arguments.insert(arguments.begin() + 1, option->data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  benchmark::RunSpecifiedBenchmarks(&table);
  benchmark::Shutdown();
  return 0;
}

}  // namespace bench
