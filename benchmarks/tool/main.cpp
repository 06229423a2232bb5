// The command-line tool at scale: ls against find(1), verify against bare XXH3 over the same mapped files,
// and the memory of verify and prune for few and for many entries. Every ratio is of two runs right after
// each other. Prints a line for each sample.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "format/hash.hpp"
#include "store/writer.hpp"

namespace {

using namespace cache_on_disk;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 5;

/// A directory of our own, removed at the end.
struct Scratch {
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cache-on-disk-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    path = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string path;
};

/// Stores entries of zeros with `doubles` elements each.
void fill(const std::string& root, int tags, int entries_each, std::size_t doubles) {
  Options options;
  options.free_space_floor = 0;
  const std::vector<double> zeros(doubles);
  std::string header("\x93NUMPY\x01\x00v\x00", 10);
  header +=
      fmt::format("{:<117}\n", fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': ({},), }}", doubles));
  for (int t = 0; t < tags; ++t) {
    const auto directory =
        entry::open_tag_directory({root, fmt::format("cacheT{:04}", t), {}}, entry::IfMissing::create);
    if (!directory) throw std::runtime_error(directory.error().message);
    entry::write_cachedir_tag(**directory);
    for (int i = 0; i < entries_each; ++i) {
      const entry::Origin origin{.language = "c++",
                                 .module = "",
                                 .object_class = "4Loop",
                                 .function = "Loop.gain",
                                 .type = {Format::npy, "<f8", 1}};
      const auto key =
          entry::make_key((*directory)->place().component, fmt::format("root.loops[{}].Loop.gain", i), origin);
      const Encoding encoding{header, doubles * 8, [&](Sink& sink) { sink.write(std::as_bytes(std::span(zeros))); },
                              origin.type};
      entry::Metadata metadata;
      metadata.created = 1'700'000'000'000'000'000;
      metadata.seconds = 0.5;
      metadata.writer = "bench on host, pid 1";
      const auto stored = entry::publish(**directory, key.plain_file(), key, encoding, metadata, options);
      if (!stored) throw std::runtime_error(stored.error().message);
    }
  }
}

struct Run {
  double seconds;
  long peak_kib;
};

/// Runs a program, its output thrown away.
Run run(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const auto start = Clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDOUT_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  int status = 0;
  struct rusage usage{};
  ::wait4(child, &status, 0, &usage);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error(words[0] + " failed");
  return {std::chrono::duration<double>(Clock::now() - start).count(), usage.ru_maxrss};
}

/// XXH3 over all files of a directory tree, mapped, by as many threads as there are cores.
double hash_all(const std::string& root) {
  const auto start = Clock::now();
  std::vector<std::string> paths;
  for (const auto& file : std::filesystem::recursive_directory_iterator(root))
    if (file.path().extension() == ".npy") paths.push_back(file.path());
  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> sink{0};
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i)
      threads.emplace_back([&] {
        for (std::size_t at = next++; at < paths.size(); at = next++) {
          const int file = ::open(paths[at].c_str(), O_RDONLY);
          struct stat status{};
          ::fstat(file, &status);
          const auto size = static_cast<std::size_t>(status.st_size);
          void* const bytes = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
          sink += entry::hash_128(std::span(static_cast<const std::byte*>(bytes), size)).low;
          ::munmap(bytes, size);
          ::close(file);
        }
      });
  }
  return std::chrono::duration<double>(Clock::now() - start).count();
}

template <class A, class B>
void in_random_order(A a, B b) {
  static std::mt19937 random(std::random_device{}());
  if (random() % 2 == 0) {
    a(), b();
  } else {
    b(), a();
  }
}

/// A line for scripts/bench: scenario, case, who, value, unit.
void emit(const char* scenario, const std::string& which, const char* who, double value, const char* unit) {
  fmt::print("{}\t{}\t{}\t{:.9g}\t{}\n", scenario, which, who, value, unit);
}

void bench_ls(const std::string& tool, int tags) {
  const Scratch scratch;
  fill(scratch.path, tags, 100, 8);
  const std::string which = fmt::format("{} entries in {} tags", tags * 100, tags);
  for (int i = 0; i <= rounds; ++i) {
    double find = 0, ls = 0;
    in_random_order([&] { find = run({"find", scratch.path, "-type", "f", "-size", "+0"}).seconds; },
                    [&] { ls = run({tool, "ls", scratch.path}).seconds; });
    if (i == 0) continue;  // warms the caches
    emit("tool_ls", which, "find -type f -size +0", find, "s");
    emit("tool_ls", which, "ours", ls, "s");
  }
  const Scratch few;
  fill(few.path, tags, 1, 8);
  const auto memory = [&](const char* what, const std::vector<std::string>& options) {
    for (const auto& [path, count] : {std::pair(few.path, tags), std::pair(scratch.path, tags * 100)}) {
      std::vector<std::string> words = {tool, what, path};
      words.insert(words.end(), options.begin(), options.end());
      emit("memory_use", fmt::format("tool: peak of {}, {} entries", what, count), "ours",
           static_cast<double>(run(words).peak_kib) * 1024, "B");
    }
  };
  memory("verify", {});
  memory("prune", {"--max-size", "0"});
}

void bench_verify(const std::string& tool) {
  const Scratch scratch;
  fill(scratch.path, 4, 8, std::size_t{4} << 20);
  for (int i = 0; i <= rounds; ++i) {
    double hash = 0, verify = 0;
    in_random_order([&] { hash = hash_all(scratch.path); },
                    [&] { verify = run({tool, "verify", scratch.path}).seconds; });
    if (i == 0) continue;
    emit("tool_verify", "1 GiB in 32 entries", "XXH3, mapped, all cores", hash, "s");
    emit("tool_verify", "1 GiB in 32 entries", "ours", verify, "s");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
  bench_ls(COD_TOOL, quick ? 100 : 1000);
  bench_verify(COD_TOOL);
  return 0;
}
