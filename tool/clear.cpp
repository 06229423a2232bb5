// clear: delete tags or entries.
#include <fmt/format.h>

#include <algorithm>

#include "cleaning.hpp"
#include "commands.hpp"

namespace cache_on_disk::tool {
namespace {

struct ClearOptions {
  std::vector<std::string> targets;
  bool dry_run = false;
};

Result<Exit> clear(Session& session, const ClearOptions& options) {
  std::vector<Target> targets;
  for (const std::string& argument : options.targets) {
    auto target = find_target(session, argument, BareWord::name);
    if (!target) return target.error();
    if (target->component.empty())
      return Error{"'" + argument + "' is not a tag: name the tags to clear, or see 'cache-on-disk prune'", 0};
    const bool again = std::ranges::any_of(targets, [&](const Target& other) {
      return other.tag_path() == target->tag_path() && (other.name == target->name || other.name.empty());
    });
    if (!again) targets.push_back(*std::move(target));
  }
  Cleaned cleaned;
  for (const Target& target : targets) clean(target, options.dry_run, cleaned);
  if (session.json()) {
    JsonWriter json(stdout);
    json.begin_object();
    add_members(json, cleaned, options.dry_run);
    json.end_object().finish();
  } else {
    fmt::print("{}\n", summary_of(cleaned, options.dry_run));
  }
  return exit_of(cleaned.kept == 0);
}

}  // namespace

void add_clear(CLI::App& app, Session& session) {
  auto [command, options] = add_command<ClearOptions>(app, session, "clear", "Delete tags or single entries", clear);
  command->add_option("target", options->targets, "What to delete")->type_name("TAG|ENTRY")->required();
  command->add_flag("-n,--dry-run", options->dry_run, "Only say what would be deleted");
}

}  // namespace cache_on_disk::tool
