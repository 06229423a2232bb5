// A table of ratios: what we take, against what the machine or somebody else takes, in one run.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace bench {

/// A row of the table: the times of two benchmarks, repeated in turns.
struct Row {
  std::string what;
  std::string ours;    ///< name of a benchmark
  std::string theirs;  ///< name of the one it is held against
  double goal;         ///< the ratio ours / theirs shall not exceed this
};

/// An absolute bound that an issue of the project names; only told, never tested.
struct Bound {
  std::string what;
  std::string ours;
  double goal_ns;
};

/// Collects the repetitions of all benchmarks and prints medians, spreads and ratios at the end.
class RatioTable : public benchmark::ConsoleReporter {
 public:
  RatioTable(std::vector<Row> rows, std::vector<Bound> bounds) : rows_(std::move(rows)), bounds_(std::move(bounds)) {}
  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

 private:
  std::vector<Row> rows_;
  std::vector<Bound> bounds_;
  std::map<std::string, std::vector<double>> nanoseconds_;
};

/// Runs the benchmarks of the program, those of the command line if it names any, and prints the table.
int run(int argc, char** argv, RatioTable table);

}  // namespace bench
