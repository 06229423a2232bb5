// Campaigns: trials by the thousand that try to break what the library promises, each summed up in one line.
//
//   campaign kill --seconds 60 --seed 7        writers and readers that are killed, over and over
//
// A campaign fails (exit code 1) when a promise was broken. It is also run against libraries that were broken
// on purpose, where it must fail: see broken.cmake.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace campaign {

/// How long, and from which random numbers.
struct Plan {
  std::chrono::milliseconds time{5000};
  std::uint64_t seed = 1;
  /// Judges times as well, which says something only of a machine that does nothing else.
  bool timed = false;
};

/// What came of it: figures to print, and what was broken.
class Report {
 public:
  void figure(std::string name, std::uint64_t value) { figures_.emplace_back(std::move(name), value); }
  /// A figure that must be 0.
  void must_be_none(std::string name, std::uint64_t value) {
    if (value != 0) broken_.push_back(name);
    figure(std::move(name), value);
  }
  /// A figure that must not be 0: a campaign that tried nothing has shown nothing.
  void must_be_some(std::string name, std::uint64_t value) {
    if (value == 0) broken_.push_back("no " + name);
    figure(std::move(name), value);
  }
  bool passed() const { return broken_.empty(); }
  /// "kill: kills 1203, calls 88123, wrong values 0: passed".
  std::string line(const std::string& campaign) const;

 private:
  std::vector<std::pair<std::string, std::uint64_t>> figures_;
  std::vector<std::string> broken_;
};

/// Thrown by a campaign that lacks what only some machines have; says what.
class Skipped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The end of a campaign's time.
class Timer {
 public:
  explicit Timer(const Plan& plan) : end_(std::chrono::steady_clock::now() + plan.time) {}
  bool running() const { return std::chrono::steady_clock::now() < end_; }

 private:
  std::chrono::steady_clock::time_point end_;
};

/// Ends the whole campaign, as failed, unless it is called again within a minute: a caller is stuck then.
void expect_progress();

using Random = std::mt19937_64;
/// One of 0 .. count-1.
inline std::uint64_t below(Random& random, std::uint64_t count) { return random() % count; }

// The campaigns, a file each.
void kill_processes(const Plan& plan, Report& report);
void kill_at_each_call(const Plan& plan, Report& report);
void wake_waiters(const Plan& plan, Report& report);
void damage_entries(const Plan& plan, Report& report);
void release_crowds(const Plan& plan, Report& report);
void follow_model(const Plan& plan, Report& report);
void nest(const Plan& plan, Report& report);
void race_threads(const Plan& plan, Report& report);
void lose_power(const Plan& plan, Report& report);
void soak(const Plan& plan, Report& report);
void attack_victims(const Plan& plan, Report& report);
void inject_faults(const Plan& plan, Report& report);

}  // namespace campaign
