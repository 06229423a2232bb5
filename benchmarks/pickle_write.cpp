// Writing pickles into a file, against CPython's pickle.dump (the one written in C) of the same values, in one run.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cache_on_disk/detail/pickle/encoding.hpp"
#include "cache_on_disk/detail/pickle/forms.hpp"
#include "ratio_table.hpp"

namespace {

namespace pickle = cache_on_disk::pickle;

struct Record {
  std::string star;
  double magnitude;
  std::int64_t frames;
  std::list<double> gains;
  std::map<std::string, std::string> header;
  std::optional<bool> closed;
};
CACHE_ON_DISK_FIELDS(Record, star, magnitude, frames, gains, header, closed)

std::string key(std::size_t i) { return "key " + std::to_string(i * 7919 % 100003); }

std::list<double> floats() {
  std::list<double> all;
  for (int i = 0; i < 1'000'000; ++i) all.push_back(i * 0.37);
  return all;
}
template <class Map>
Map texts() {
  Map all;
  for (std::size_t i = 0; i < 100'000; ++i) all.emplace(key(i), "value of " + key(i));
  return all;
}
std::vector<Record> records() {
  std::vector<Record> all;
  for (std::size_t i = 0; i < 20'000; ++i)
    all.push_back({"HD " + std::to_string(i),
                   0.1 * static_cast<double>(i),
                   static_cast<std::int64_t>(i * i),
                   {0.5, 0.25, 0.125},
                   {{"filter", "R"}, {"site", "LBT"}},
                   i % 2 == 0});
  return all;
}
std::map<std::string, std::vector<double>> arrays() {
  std::map<std::string, std::vector<double>> all;
  for (std::size_t i = 0; i < 1000; ++i) all.emplace(key(i), std::vector<double>(1000, 0.25));
  return all;
}

// What makes the same values in Python.
constexpr const char* python = R"(
import gc, pickle, sys, time
def key(i): return 'key %d' % (i * 7919 % 100003)
def floats(): return [i * 0.37 for i in range(1000000)]
def texts(): return {key(i): 'value of ' + key(i) for i in range(100000)}
def records(): return [{'star': 'HD %d' % i, 'magnitude': 0.1 * i, 'frames': i * i, 'gains': [0.5, 0.25, 0.125],
                        'header': {'filter': 'R', 'site': 'LBT'}, 'closed': i % 2 == 0} for i in range(20000)]
def arrays():
    import numpy
    return {key(i): numpy.full(1000, 0.25) for i in range(1000)}
value = globals()[sys.argv[1]]()
def dump():
    with open(sys.argv[2], 'wb') as file:
        pickle.dump(value, file, 4)
dump()
gc.disable()
times = []
for _ in range(5):
    start = time.perf_counter()
    dump()
    times.append(time.perf_counter() - start)
print(sorted(times)[2])
)";

/// Removed at the end.
const std::string& scratch_file() {
  static const struct Path {
    ~Path() { std::filesystem::remove(text); }
    std::string text = std::filesystem::temp_directory_path() / ("pickle-write-" + std::to_string(::getpid()));
  } path;
  return path.text;
}

void dump(benchmark::State& state, const std::string& what) {
  const char* const chosen = std::getenv("BENCH_PYTHON");
  const std::string interpreter = chosen != nullptr ? chosen : "python3";
  for (auto _ : state) {
    const std::string command = "'" + interpreter + "' -c \"" + python + "\" " + what + " '" + scratch_file() + "'";
    std::FILE* const output = ::popen(command.c_str(), "r");
    double seconds = 0;
    const bool read = output != nullptr && std::fscanf(output, "%lf", &seconds) == 1;
    if (output != nullptr) ::pclose(output);
    if (!read) return state.SkipWithError(("no " + interpreter + " with numpy").c_str());
    state.SetIterationTime(seconds);
  }
}

/// Writes into a file made anew.
class FileSink : public cache_on_disk::Sink {
 public:
  FileSink() : file_(::open(scratch_file().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;
  ~FileSink() override { ::close(file_); }
  bool write(std::span<const std::byte> bytes) override {
    written_ = written_ && ::write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    return written_;
  }
  bool has_written() const { return written_; }

 private:
  int file_;
  bool written_ = true;
};

template <class T>
void write(benchmark::State& state, T (*make)()) {
  static const T value = make();
  for (auto _ : state) {
    auto encoding = pickle::encode([](pickle::Writer& writer) { pickle::Form<T>::write(writer, value); });
    FileSink sink;
    sink.write(std::as_bytes(std::span(encoding->head)));
    if (encoding->body) encoding->body(sink);
    if (!sink.has_written()) return state.SkipWithError("cannot write the file");
  }
}

void write_floats(benchmark::State& state) { write(state, &floats); }
void write_sorted_texts(benchmark::State& state) { write(state, &texts<std::map<std::string, std::string>>); }
void write_texts(benchmark::State& state) { write(state, &texts<std::unordered_map<std::string, std::string>>); }
void write_records(benchmark::State& state) { write(state, &records); }
void write_arrays(benchmark::State& state) { write(state, &arrays); }
BENCHMARK(write_floats)->Unit(benchmark::kMillisecond);
BENCHMARK(write_sorted_texts)->Unit(benchmark::kMillisecond);
BENCHMARK(write_texts)->Unit(benchmark::kMillisecond);
BENCHMARK(write_records)->Unit(benchmark::kMillisecond);
BENCHMARK(write_arrays)->Unit(benchmark::kMillisecond);

void dump_floats(benchmark::State& state) { dump(state, "floats"); }
void dump_texts(benchmark::State& state) { dump(state, "texts"); }
void dump_records(benchmark::State& state) { dump(state, "records"); }
void dump_arrays(benchmark::State& state) { dump(state, "arrays"); }
BENCHMARK(dump_floats)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(dump_texts)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(dump_records)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(dump_arrays)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  return bench::run(argc, argv,
                    bench::RatioTable({{"a list of a million floats", "write_floats", "dump_floats", 1.0},
                                       {"a dict of 100,000 texts, std::map", "write_sorted_texts", "dump_texts", 1.0},
                                       {"the same, std::unordered_map", "write_texts", "dump_texts", 1.0},
                                       {"20,000 nested records", "write_records", "dump_records", 1.0},
                                       {"a dict of 1000 arrays", "write_arrays", "dump_arrays", 1.0}},
                                      {}));
}
