// Speed, as ratios measured in one run. Rows and goals stand in main; run with --benchmark_filter=... for a
// part.
#include "ratio_table.hpp"

int main(int argc, char** argv) {
  return bench::run(
      argc, argv,
      bench::RatioTable(
          {
              {"hit in memory / data member through a call", "memory_hit", "data_member", 3.0},
              {"hit in memory, by arguments / data member", "memory_hit_by_arguments", "data_member", 1000.0},
              {"8 bytes from a warm disk / open fstat read close", "disk_hit_8B", "bare_read_8B", 2.0},
              {"1 KiB from a warm disk / open fstat read close", "disk_hit_1KiB", "bare_read_1KiB", 2.0},
              {"1 GiB mapped, marked / 1 MiB mapped", "disk_hit_1GiB", "disk_hit_1MiB", 1.5},
              {"store 256 MiB / bare write and rename", "store_256MiB", "bare_store_256MiB", 1.25},
              {"store 1 KiB / bare write and rename", "store_1KiB", "bare_store_1KiB", 10.0},
          },
          {
              {"1 GiB mapped, marked", "disk_hit_1GiB", 100e3},
              {"set_tag, per object and cell (100,000 objects)", "set_tag_100000", 150.0},
          }));
}
