#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <optional>
#include <string_view>

#include "campaign.hpp"

namespace campaign {

std::string Report::line(const std::string& campaign) const {
  std::string text = campaign + ":";
  for (const auto& [name, value] : figures_) text += " " + name + " " + std::to_string(value) + ",";
  text.back() = ':';
  if (passed()) return text + " passed";
  text += " FAILED:";
  for (const std::string& name : broken_) text += " " + name + ",";
  text.pop_back();
  return text;
}

void expect_progress() {
  std::signal(SIGALRM, [](int) {
    constexpr std::string_view line = "FAILED: a caller is stuck\n";
    [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, line.data(), line.size());
    ::_exit(1);
  });
  ::alarm(60);
}

namespace {

const std::map<std::string, void (*)(const Plan&, Report&)> campaigns{
    {"race", race_threads},
#ifndef CAMPAIGN_RACE_ALONE
    {"kill", kill_processes},
    {"kill-at-call", kill_at_each_call},
    {"wake", wake_waiters},
    {"damage", damage_entries},
    {"crowd", release_crowds},
    {"model", follow_model},
    {"nesting", nest},
    {"power-loss", lose_power},
    {"soak", soak},
    {"attack", attack_victims},
    {"fault", inject_faults},
#endif
};

int usage() {
  std::fputs("usage: campaign NAME [--seconds N] [--seed N] [--timed] [--until-failed N]\n  NAME is one of", stderr);
  for (const auto& [name, run] : campaigns) std::fprintf(stderr, " %s", name.c_str());
  std::fputs("\n", stderr);
  return 2;
}

}  // namespace
}  // namespace campaign

int main(int count, char** words) {
  using namespace campaign;
  const auto found = count < 2 ? campaigns.end() : campaigns.find(words[1]);
  if (found == campaigns.end()) return usage();
  Plan plan;
  int tries = 1;  // for what must fail: on a busy machine few trials fit into the time, and may find nothing by chance
  for (int i = 2; i < count; ++i) {
    const std::string_view option = words[i];
    if (option == "--timed") {
      plan.timed = true;
    } else if (option == "--seconds" && i + 1 < count) {
      plan.time = std::chrono::milliseconds(static_cast<int>(std::atof(words[++i]) * 1000));
    } else if (option == "--until-failed" && i + 1 < count) {
      tries = std::atoi(words[++i]);
    } else if (option == "--seed" && i + 1 < count) {
      plan.seed = std::strtoull(words[++i], nullptr, 10);
    } else {
      return usage();
    }
  }
  std::optional<Report> report;
  try {
    do {
      report.emplace();
      found->second(plan, *report);
      ++plan.seed;
    } while (--tries > 0 && report->passed());
  } catch (const Skipped& reason) {
    std::printf("%s: skipped: %s\n", words[1], reason.what());
    return 77;  // which ctest is told to take for a skipped test
  } catch (const std::exception& error) {
    std::printf("%s: FAILED: %s\n", words[1], error.what());
    return 1;
  }
  std::printf("%s\n", report->line(found->first).c_str());
  return report->passed() ? 0 : 1;
}
