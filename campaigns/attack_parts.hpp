// The parts of the campaign attack, a file each, and what they add up.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "attack_scene.hpp"
#include "campaign.hpp"

namespace campaign {

/// What came of all attacks.
struct AttackSum {
  std::uint64_t attacks = 0, calls = 0, wrong = 0, followed = 0, executed = 0, hung = 0, died = 0, unwarned = 0,
                unclear = 0;

  /// `code`: the victim's exit code. `due`: warnings that were; -1: any number.
  void add(const char* name, const Scene& scene, int code, const Outcome& outcome, int due);
};

/// One that lies in wait where the victim will call.
struct PlantedAttack {
  const char* name;
  std::vector<Ground> grounds;
  std::function<void(const Scene&)> plant;  ///< as root, on behalf of the attacker
  int warnings = 1;                         ///< that the victim gets; -1: any number
};

/// Every one that one can lie in wait with.
std::vector<PlantedAttack> planted_attacks();

/// Somebody holds what the victim waits for, and never lets go.
void hold_the_lock(AttackSum& sum);
/// An entry that its owner cuts short while the victim uses the value.
void cut_under_the_victim(AttackSum& sum);
/// The directory, or the entry, is another at every look. Adds to `swaps`.
void swap_while_called(const Plan& plan, AttackSum& sum, std::uint64_t& swaps, bool of_directory, Ground ground);

/// Tags that would lead elsewhere, or that no file system and no terminal should see: how many were taken.
std::uint64_t bad_tags_taken();

}  // namespace campaign
