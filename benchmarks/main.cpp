// Runs the scenarios of the C++ library; scripts/bench reads what it writes with --benchmark_out. Arguments are those of
// Google Benchmark, as --benchmark_filter=^disk_hit/, and --quick as the first.
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

int main(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  bench::quick = argc > 1 && std::string_view(argv[1]) == "--quick";
  if (bench::quick) arguments.erase(arguments.begin() + 1);
  bench::register_memory_hits();
  bench::register_memory_lines();
  bench::register_disk_hits();
  bench::register_first_hits();
  bench::register_stores();
  bench::register_walks();
  bench::register_tag_sizes();
  bench::register_crowds();
  std::string repetitions = "--benchmark_repetitions=9";
  std::string interleaving = "--benchmark_enable_random_interleaving=true";
  std::string time = "--benchmark_min_time=0.05";
  for (std::string* const option : {&repetitions, &interleaving, &time})
    arguments.insert(arguments.begin() + 1, option->data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
