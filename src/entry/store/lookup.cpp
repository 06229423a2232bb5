#include "store/lookup.hpp"

#include <fmt/format.h>

#include <array>

#include "text/printable.hpp"

namespace cache_on_disk::entry {
namespace {

enum class Outcome { hit, free, taken };

/// Computed by an older version of the function. A file that tells no version is of version 0: raising `version` is the one
/// way to say that the function gives other values now, and a file of the original must not outlive it.
bool is_outdated(const Finding& finding, const EntryKey& key) {
  return finding.metadata.origin.version < key.origin.version;
}

std::string version_objection(const Finding& finding, const EntryKey& key) {
  return fmt::format("{}of version {}, older than {}", finding.trailerless ? "without a trailer, and so " : "",
                     finding.metadata.origin.version, key.origin.version);
}

/// What a trailerless file holds is known only by reading it.
bool type_fits(const Finding& finding, const EntryKey& key) {
  return finding.trailerless || converts(finding.metadata.origin.type, key.origin.type);
}

/// Judges what was found under one of the two names.
Outcome judge(Finding& finding, const EntryKey& key, const std::string& name, const Decode& decode, Lookup& lookup) {
  if (finding.judgement == Judgement::missing) return Outcome::free;
  lookup.planted |= finding.planted;
  std::string reason = std::move(finding.reason);
  if (finding.judgement == Judgement::sound) {
    reason = objection_to(finding, key);
    const bool outdated = reason.empty() && is_outdated(finding, key);
    if (reason.empty() && !type_fits(finding, key) && (outdated || !decode))
      reason = fmt::format("it holds {}, not {}", finding.metadata.origin.type.text(), key.origin.type.text());
    // Only reading a file without trailer tells whether it holds our value, which may be replaced, or something else.
    if (reason.empty() && decode && (!outdated || finding.trailerless))
      if (auto decoded = decode(finding); !decoded) reason = decoded.error().message;
    lookup.unread |= reason.empty() && !decode && finding.trailerless;
    if (reason.empty() && outdated) {
      lookup.reason = name + ": " + version_objection(finding, key);
      return Outcome::free;
    }
    if (reason.empty()) return Outcome::hit;
  }
  // Reasons quote what stands in files, which may be anybody's.
  lookup.reason = name + ": " + text::printable(reason);
  if (finding.judgement == Judgement::damaged) {
    if (!finding.planted) lookup.damage = text::printable(reason), lookup.damaged_name = name;
    return Outcome::free;
  }
  if (finding.judgement == Judgement::refused) lookup.refused = true;
  return Outcome::taken;
}

/// Looks at one of the two names.
Outcome look_at(const TagDirectory& directory, const EntryKey& key, const std::string& name, const Options& options,
                const Decode& decode, Lookup& lookup) {
  auto finding = std::make_unique<Finding>();
  read_entry(directory, name, key.identity, options, decode ? Depth::use : Depth::survey, *finding);
  const Outcome outcome = judge(*finding, key, name, decode, lookup);
  if (outcome == Outcome::hit) lookup.hit = std::move(finding);
  return outcome;
}

}  // namespace

std::string objection_to(const Finding& finding, const EntryKey& key) {
  return finding.trailerless ? std::string() : difference(finding.metadata.origin, key.origin);
}

bool is_ours_to_replace(const Finding& finding, const EntryKey& key) {
  if (finding.judgement == Judgement::damaged) return true;
  return finding.judgement == Judgement::sound && objection_to(finding, key).empty() && type_fits(finding, key);
}

Lookup look_up(const TagDirectory& directory, const EntryKey& key, const Options& options, const Decode& decode) {
  Lookup lookup;
  look_up(directory, key, options, decode, lookup);
  return lookup;
}

void look_up(const TagDirectory& directory, const EntryKey& key, const Options& options, const Decode& decode,
             Lookup& lookup) {
  lookup.name = key.plain_file();
  const Outcome plain = look_at(directory, key, lookup.name, options, decode, lookup);
  if (plain == Outcome::hit) return;
  if (lookup.refused) {  // whoever planted it may plant the next as well: nothing is stored here
    lookup.may_store = false;
    return;
  }
  std::string beside = key.beside_file();
  const Outcome second = look_at(directory, key, beside, options, decode, lookup);
  if (plain == Outcome::taken || second == Outcome::hit) lookup.name = std::move(beside);
  if (second == Outcome::hit) return;
  lookup.may_store = !lookup.refused && (plain == Outcome::free || second == Outcome::free);
}

bool ask_again(const TagDirectory& directory, const EntryKey& key) {
  if (directory.file_system().missing == system::Revalidation::none) return true;
  return directory.ask_again(std::array{key.plain_file(), key.beside_file()});
}

Lookup survey(const TagDirectory& directory, const EntryKey& key, const Options& options) {
  return look_up(directory, key, options, nullptr);
}

}  // namespace cache_on_disk::entry
