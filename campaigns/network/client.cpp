// What runs on one client of a network file system, for the campaigns of this folder: it does one task with cached values whose
// right content anybody can tell, and writes an event a line, which the campaign follows.
//
//   network_client call directory=/mnt/x tag=night takes=300
//
// An event is milliseconds of the monotonic clock, a name, and fields `name=value`, with tabs between them.
#include <cache_on_disk/cache_on_disk.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using cache_on_disk::Array;
using cache_on_disk::Cached;
using cache_on_disk::CachedRef;

double milliseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

void pause(long milliseconds) {
  if (milliseconds > 0) std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

/// One field of an event.
std::string field(std::string_view name, std::string_view value) {
  std::string text = "\t" + std::string(name) + "=";
  for (const char character : value) text += character == '\t' || character == '\n' ? ' ' : character;
  return text;
}
std::string field(std::string_view name, long value) { return field(name, std::to_string(value)); }

void tell(std::string_view event, const std::string& fields = {}) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::printf("%.1f\t%.*s%s\n", milliseconds(), static_cast<int>(event.size()), event.data(), fields.c_str());
  std::fflush(stdout);
}

/// The words `name=value` of the command line.
class Words {
 public:
  Words(int count, char** words) {
    for (int i = 2; i < count; ++i) {
      const std::string_view word = words[i];
      const auto sign = word.find('=');
      if (sign == word.npos) throw std::invalid_argument("not name=value: " + std::string(word));
      values_[std::string(word.substr(0, sign))] = word.substr(sign + 1);
    }
  }
  std::string text(const std::string& name) const { return has(name) ? values_.at(name) : ""; }
  long number(const std::string& name, long otherwise) const {
    return has(name) ? std::atol(values_.at(name).c_str()) : otherwise;
  }
  bool has(const std::string& name) const { return values_.contains(name); }

 private:
  std::map<std::string, std::string> values_;
};

std::atomic<long> computations{0};

/// Cached values. Each element tells which value it belongs to, where it stands in it, and of which edition it is, so that a
/// value mixed from two is noticed.
class Series {
 public:
  Series(long number, std::size_t length, long edition, long takes, bool quiet)
      : number_(number), length_(length), edition_(edition), takes_(takes), quiet_(quiet) {}

  CachedRef<std::vector<double>> vector() const {
    return vector_([this] { return compute(number_); });
  }
  CachedRef<Array<double>> array() const {
    return array_([this] { return Array<double>({length_}, compute(number_)); });
  }
  CachedRef<std::vector<double>> member(int k) const {
    return member_(k, [this, k] { return compute(k); });
  }

  /// The edition of a value, or -1 if it is none that a Series computes.
  template <class Value>
  long edition_of(const Value& value, long number) const {
    if (value.size() != length_ || length_ == 0) return -1;
    const double* const elements = &*value.begin();
    const double edition = elements[0] - element(number, 0);
    for (std::size_t i = 0; i < length_; ++i)
      if (elements[i] != element(number, i) + edition) return -1;
    return edition >= 0 && edition < 10 ? static_cast<long>(edition) : -1;
  }

 private:
  static double element(long number, std::size_t i) {
    return static_cast<double>(number) * 1e7 + static_cast<double>(i) * 10;
  }
  std::vector<double> compute(long number) const {
    ++computations;
    if (!quiet_) tell("computing");
    pause(takes_);
    std::vector<double> values(length_);
    for (std::size_t i = 0; i < length_; ++i) values[i] = element(number, i) + static_cast<double>(edition_);
    return values;
  }

  long number_;
  std::size_t length_;
  long edition_;
  long takes_;
  bool quiet_;
  Cached<std::vector<double>> vector_;
  Cached<Array<double>> array_;
  Cached<std::vector<double>(int)> member_;
  CACHE_ON_DISK(Series, vector_, array_, member_)
};

Series series(const Words& words, bool quiet = false) {
  return {words.number("number", 1), static_cast<std::size_t>(words.number("length", 128)), words.number("edition", 0),
          words.number("takes", 0), quiet};
}

void place(Series& series, const Words& words, const std::string& suffix = {}) {
  cache_on_disk::set_tmpdir(series, words.text("directory"));
  cache_on_disk::set_tag(series, words.text("tag") + suffix);
}

/// Waits until the campaign has made the file of the word `go`.
void wait_for_go(const Words& words) {
  if (!words.has("go")) return;
  struct ::stat status;
  while (::stat(words.text("go").c_str(), &status) != 0) pause(2);
}

long edition_now(const Series& series, const Words& words) {
  const long number = words.number("number", 1);
  if (words.number("array", 0) != 0) return series.edition_of(*series.array(), number);
  return series.edition_of(*series.vector(), number);
}

/// Calls one method, `times` times, each as if for the first time in this process: under the tag set once more, or, with the word
/// `next`, of one member after the other.
void call(const Words& words) {
  Series series = ::series(words);
  place(series, words);
  if (words.number("look", 0) != 0) {
    (void)cache_on_disk::explain(series);
    tell("looked");
  }
  wait_for_go(words);
  for (long i = 0; i < words.number("times", 1); ++i) {
    const bool next = words.number("next", 0) != 0;
    if (i > 0) pause(words.number("pause", 0));
    if (i > 0 && !next) {
      place(series, words, "-elsewhere");
      place(series, words);
    }
    if (words.number("refresh", 0) != 0) cache_on_disk::refresh(series);
    const long before = computations;
    const double begin = milliseconds();
    const long edition = next ? series.edition_of(*series.member(static_cast<int>(i)), i) : edition_now(series, words);
    tell("called", field("computed", computations - before) + field("edition", edition) +
                       field("took", static_cast<long>(milliseconds() - begin)));
  }
}

void clear(const Words& words) {
  Series series = ::series(words);
  place(series, words);
  (void)cache_on_disk::clear_cache(series);
  tell("cleared");
}

/// Keeps a value while others do something to its entry, and then reads all of it.
void hold(const Words& words) {
  Series series = ::series(words);
  place(series, words);
  const auto value = series.array();
  long mappings = 0;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) mappings += line.find(words.text("tag")) != line.npos;
  tell("held", field("computed", computations) + field("mapped", mappings));
  wait_for_go(words);
  tell("called",
       field("computed", computations) + field("edition", series.edition_of(*value, words.number("number", 1))));
}

/// Reads, refreshes and clears at random the entries of `keys` tags, for `seconds`; of three lengths, or one that is asked for.
void storm(const Words& words) {
  constexpr std::size_t lengths[]{200'000, 1000, 40'000};
  std::mt19937_64 random(static_cast<std::uint64_t>(words.number("seed", 1)));
  const double end = milliseconds() + 1000.0 * static_cast<double>(words.number("seconds", 10));
  const auto keys = static_cast<std::uint64_t>(words.number("keys", 6));
  const auto changes = static_cast<std::uint64_t>(words.number("changes", 2));  // of ten calls; 0: reads only
  long calls = 0;
  long wrong = 0;
  double slowest = 0;
  while (milliseconds() < end) {
    const auto key = random() % keys;
    const auto length = static_cast<std::size_t>(words.number("length", static_cast<long>(lengths[key % 3])));
    Series series(static_cast<long>(key), length, 0, 0, true);
    place(series, words, std::to_string(key));
    const double begin = milliseconds();
    const auto choice = random() % 10;
    if (choice < changes) {
      if (choice % 2 == 0)
        (void)cache_on_disk::clear_cache(series);
      else
        cache_on_disk::refresh(series);
    }
    const long edition = key % 2 != 0 ? series.edition_of(*series.array(), static_cast<long>(key))
                                      : series.edition_of(*series.vector(), static_cast<long>(key));
    wrong += edition != 0;
    ++calls;
    slowest = std::max(slowest, milliseconds() - begin);
  }
  tell("stormed", field("calls", calls) + field("wrong", wrong) + field("computed", computations) +
                      field("slowest", static_cast<long>(slowest)));
}

long median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return static_cast<long>(1000 * times[times.size() / 2]);
}

/// Calls `count` members, one after the other; told are medians in microseconds.
void members(const Words& words) {
  const auto count = static_cast<int>(words.number("count", 20));
  Series series = ::series(words, true);
  place(series, words);
  if (words.number("look", 0) != 0) {  // opens the directory, so that what is counted later does not
    (void)series.vector();
    tell("looked");
  }
  wait_for_go(words);
  std::vector<double> times;
  long wrong = 0;
  const long before = computations;
  for (int k = 0; k < count; ++k) {
    const double begin = milliseconds();
    const auto value = series.member(k);
    times.push_back(milliseconds() - begin);
    wrong += series.edition_of(*value, k) != words.number("edition", 0);
  }
  tell("stormed", field("calls", count) + field("wrong", wrong) + field("computed", computations - before) +
                      field("median", median(times)));
  if (words.has("stay")) ::sleep(static_cast<unsigned>(words.number("stay", 0)));
}

const std::map<std::string_view, void (*)(const Words&)> tasks{
    {"call", call}, {"clear", clear}, {"hold", hold}, {"storm", storm}, {"members", members}};

void set_switches(const Words& words) {
  auto options = cache_on_disk::options();
  if (words.has("max_wait")) options.max_wait = std::chrono::milliseconds(words.number("max_wait", 0));
  if (words.has("floor")) options.free_space_floor = static_cast<std::uint64_t>(words.number("floor", 0));
  if (words.number("readonly", 0) != 0) options.mode = cache_on_disk::Mode::readonly;
  cache_on_disk::set_options(options);
  cache_on_disk::set_trouble_handler([](const cache_on_disk::Trouble& trouble) {
    tell("trouble", field("reason", trouble.reason) + field("message", trouble.message));
  });
}

}  // namespace

int main(int count, char** words) {
  const auto task = count < 2 ? tasks.end() : tasks.find(words[1]);
  if (task == tasks.end()) {
    std::fputs("usage: network_client call|clear|hold|storm|members directory=PATH tag=TAG [name=value...]\n", stderr);
    return 2;
  }
  try {
    const Words all(count, words);
    set_switches(all);
    task->second(all);
  } catch (const std::exception& error) {
    tell("exception", field("message", error.what()));
    return 1;
  }
}
