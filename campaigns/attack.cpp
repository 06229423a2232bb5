// What one user can do to another who shares a directory of tags with him: each attack once on every ground, then
// directories and entries that change while the victim calls. Nothing is followed, executed or waited for in vain, and
// the victim gets its value and one warning. Needs root, to be two users.
#include <signal.h>

#include <cstdio>

#include "attack_parts.hpp"

namespace campaign {

void AttackSum::add(const char* name, const Scene& scene, int code, const Outcome& outcome, int due) {
  ++attacks;
  calls += outcome.calls;
  const auto count = [&](std::uint64_t& figure, bool happened, const char* what) {
    if (!happened) return;
    ++figure;
    std::printf("  %s: %s (exit code %d, %llu warnings)\n", name, what, code,
                static_cast<unsigned long long>(outcome.warnings.load()));
  };
  count(wrong, outcome.wrong != 0, "wrong value");
  count(followed, scene.was_followed(), "followed");
  count(executed, scene.was_executed(), "executed");
  count(hung, code == 128 + SIGALRM, "hung");
  count(died, code != 0 && code != 128 + SIGALRM, "died");
  count(unwarned, due >= 0 && outcome.warnings != static_cast<std::uint64_t>(due), "not the warnings that were due");
  count(unclear, outcome.unclear != 0, "unclear message");
}

namespace {

void try_each(AttackSum& sum) {
  for (const PlantedAttack& attack : planted_attacks())
    for (const Ground ground : attack.grounds) {
      const Scene scene(ground);
      Shared<Outcome> outcome;
      attack.plant(scene);
      const int code = scene.calls_of_victim(*outcome);
      // On the attacker's own ground the directory is refused, whatever is in it.
      sum.add(attack.name, scene, code, *outcome, ground == Ground::own ? 1 : attack.warnings);
    }
}

}  // namespace

void attack_victims(const Plan& plan, Report& report) {
  if (::geteuid() != 0) throw Skipped("needs root, to be two users");
  AttackSum sum;
  std::uint64_t swaps = 0;
  const Timer timer(plan);
  const std::uint64_t bad_tags = bad_tags_taken();
  do {
    try_each(sum);
    hold_the_lock(sum);
    cut_under_the_victim(sum);
    Plan part = plan;
    part.time = std::min(plan.time / 5, std::chrono::milliseconds(20'000));
    swap_while_called(part, sum, swaps, true, Ground::own);
    for (const Ground ground : {Ground::group, Ground::strange}) swap_while_called(part, sum, swaps, false, ground);
  } while (timer.running());
  report.must_be_some("attacks", sum.attacks);
  report.must_be_some("calls under attack", sum.calls);
  report.must_be_some("swaps", swaps);
  report.must_be_none("wrong values", sum.wrong);
  report.must_be_none("followed", sum.followed);
  report.must_be_none("executed", sum.executed);
  report.must_be_none("hung", sum.hung);
  report.must_be_none("failed calls", sum.died);
  report.must_be_none("not warned once", sum.unwarned);
  report.must_be_none("unclear messages", sum.unclear);
  report.must_be_none("bad tags taken", bad_tags);
}

}  // namespace campaign
