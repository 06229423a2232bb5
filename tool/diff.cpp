// diff: the entries in which two tags differ.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "commands.hpp"
#include "compare.hpp"
#include "files/errors.hpp"
#include "json.hpp"
#include "scan.hpp"
#include "text.hpp"
#include "text/amounts.hpp"
#include "text/printable.hpp"
#include "units.hpp"

namespace cache_on_disk::tool {
namespace {

struct DiffOptions {
  std::string first, second;
  Tolerance tolerance;
};

/// What is compared without looking at values.
struct Known {
  bool sound = false;  ///< the payload as its hash says, too
  bool trailerless = false;
  entry::Hash128 hash;
};

Result<std::map<std::string, Known>> read_names(const Target& target, bool& complete) {
  std::map<std::string, Known> names;
  std::optional<Error> trouble;
  std::mutex mutex;
  scan(
      {&target, 1},
      [&](const Batch& batch) {
        for (const File& file : batch.files) {
          if (!file.may_be_entry()) continue;
          // In full: equal hashes say that values are equal only where each value still has its own.
          const entry::Finding finding =
              entry::check_entry(*batch.directory, file.name, std::nullopt, reading_options());
          const std::lock_guard lock(mutex);
          if (finding.judgement == entry::Judgement::sound) {
            names[file.name] = {true, finding.trailerless, finding.payload_hash};
          } else if (finding.judgement != entry::Judgement::missing) {
            names[file.name] = {};
            complete = false;
            say(fmt::format("not compared: {}/{}: {}", batch.directory->path(), file.name, finding.reason));
          }
        }
      },
      [&](std::size_t, const Error& error) { trouble = error; }, 1);
  if (trouble) return *trouble;
  return names;
}

class Differ {
 public:
  Differ(Session& session, const DiffOptions& options, entry::TagDirectoryPtr first, entry::TagDirectoryPtr second)
      : session_(session), options_(options), first_(std::move(first)), second_(std::move(second)), json_(stdout) {
    if (session_.json()) json_.begin_object().key("differences").begin_array();
  }

  void only_in(const std::string& name, bool in_first) {
    tell(name, in_first ? "only_in_first" : "only_in_second", "only in " + (in_first ? first_ : second_)->path());
  }

  void compare(const std::string& name, const Known& a, const Known& b) {
    if (!a.trailerless && !b.trailerless && a.hash == b.hash) return;
    const auto values = read(name);
    if (!values) {
      ++unread_;
      say("not compared: " + values.error().message);
      return;
    }
    const std::string difference = difference_between(values->first, values->second, options_.tolerance);
    if (!difference.empty()) tell(name, "differs", difference);
  }

  Exit finish(std::size_t common) {
    if (session_.json())
      json_.end_array().member("compared", common).member("different", different_).end_object().finish();
    else
      fmt::print("{}; {} in both\n", text::counted(different_, "difference"),
                 text::counted(common, "entry", "entries"));
    return exit_of(different_ + unread_ == 0);
  }

 private:
  Result<std::pair<Value, Value>> read(const std::string& name) const {
    std::vector<Value> values;
    for (const auto& directory : {first_, second_}) {
      const entry::Finding finding = entry::read_entry(*directory, name, std::nullopt, reading_options());
      if (finding.judgement != entry::Judgement::sound)
        return Error{fmt::format("{}/{}: {}", directory->path(), name, finding.reason)};
      auto value = value_of(finding);
      if (!value) return Error{fmt::format("{}/{}: {}", directory->path(), name, value.error().message)};
      values.push_back(*std::move(value));
    }
    return std::pair(values[0], values[1]);
  }

  void tell(const std::string& name, const char* kind, const std::string& what) {
    ++different_;
    if (session_.json())
      json_.begin_object()
          .member("name", name.substr(0, name.size() - 4))
          .member("kind", kind)
          .member("detail", what)
          .end_object();
    else
      fmt::print("{}: {}\n", text::printable(name.substr(0, name.size() - 4)), text::printable(what));
  }

  Session& session_;
  const DiffOptions& options_;
  entry::TagDirectoryPtr first_, second_;
  JsonWriter json_;
  std::uint64_t different_ = 0;
  std::uint64_t unread_ = 0;
};

Result<Exit> diff(Session& session, const DiffOptions& options) {
  std::vector<entry::TagDirectoryPtr> directories;
  std::vector<std::map<std::string, Known>> names;
  bool complete = true;
  for (const std::string& argument : {options.first, options.second}) {
    const auto target = find_tag(session, argument);
    if (!target) return target.error();
    auto found = read_names(*target, complete);
    if (!found) return found.error();
    const auto directory = open_to_look(*target);
    if (!directory) return directory.error();
    names.push_back(*std::move(found));
    directories.push_back(*directory);
  }
  Differ differ(session, options, directories[0], directories[1]);
  std::size_t common = 0;
  for (const auto& [name, known] : names[0]) {
    const auto other = names[1].find(name);
    if (other == names[1].end()) {
      if (known.sound) differ.only_in(name, true);
    } else if (known.sound && other->second.sound) {
      ++common;
      differ.compare(name, known, other->second);
    }
  }
  for (const auto& [name, known] : names[1])
    if (known.sound && !names[0].contains(name)) differ.only_in(name, false);
  const Exit exit = differ.finish(common);
  return complete ? exit : Exit::findings;
}

}  // namespace

void add_diff(CLI::App& app, Session& session) {
  auto [command, options] = add_command<DiffOptions>(app, session, "diff", "Compare the values of two tags", diff);
  command->add_option("first", options->first, "Tag, or path of its directory")->type_name("TAG")->required();
  command->add_option("second", options->second, "The tag to compare it with")->type_name("TAG")->required();
  add_number(*command, "--rtol", options->tolerance.relative,
             "Numbers in arrays may differ by this share of the second", "SHARE");
  add_number(*command, "--atol", options->tolerance.absolute, "... and by this amount in addition", "AMOUNT");
}

}  // namespace cache_on_disk::tool
