// Telling what the cache did and would do: statistics and explain.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <chrono>
#include <ostream>

#include "binding/binding.hpp"
#include "binding/untagged.hpp"
#include "cache_on_disk/detail/core/tree.hpp"
#include "cache_on_disk/detail/walk/walker.hpp"
#include "files/errors.hpp"
#include "log/log.hpp"
#include "report/uncached.hpp"
#include "store/lookup.hpp"
#include "text/amounts.hpp"
#include "text/printable.hpp"

namespace cache_on_disk {

namespace core {
namespace {

void add_cell(MethodStatistics& sum, const Cell& cell) {
  ++sum.objects;
  if (const Binding* const binding = cell.binding().get())
    if (const Counters* const counters = binding->counters_if_any())
      for_each_counter([&](const char*, auto count, auto total) { sum.*total += (counters->*count).load(); });
}

void add(MethodStatistics& sum, const MethodStatistics& more) {
  for_each_counter([&](const char*, auto, auto total) { sum.*total += more.*total; });
}

double age_in_seconds(std::int64_t created) {
  using namespace std::chrono;
  const auto now = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  return created == 0 ? 0 : std::max(0.0, static_cast<double>(now - created) * 1e-9);
}

void fill_from_disk(Explanation& explanation, const Binding& binding, const std::string& arguments) {
  const Options options = cache_on_disk::options();
  explanation.state = options.mode == Mode::off ? Explanation::State::off : Explanation::State::missing;
  if (binding.context().tmpdir().empty()) {  // never the current directory
    explanation.state = Explanation::State::unusable;
    explanation.reason = "there is no writable directory for the cache: set_tmpdir names one";
    return;
  }
  const entry::Place place = binding.context().place();
  const entry::EntryKey key = binding.key(arguments);
  const std::string directory_path = place.path();
  explanation.path = explanation.entry_path = directory_path + "/" + key.plain_file();
  explanation.troubles = system::troubles_at(directory_path);
  const auto directory = open_tag_directory(place, entry::IfMissing::report);
  if (!directory) {
    explanation.reason = system::describe(directory.error());
    if (directory.error().code != ENOENT)
      explanation.state = Explanation::State::unusable;
    else if (explanation.state == Explanation::State::missing)
      explanation.reason = "nothing is stored under this tag yet: the next call computes the value and stores it";
    return;
  }
  entry::Lookup lookup = entry::survey(**directory, key, options);
  if (!lookup.hit && (*directory)->file_system().missing != system::Revalidation::none &&
      entry::ask_again(**directory, key))
    lookup = entry::survey(**directory, key, options);
  explanation.entry_path = directory_path + "/" + lookup.name;
  explanation.reason = lookup.reason;
  explanation.troubles.merge(system::troubles_at(explanation.path));
  if (explanation.entry_path != explanation.path)
    explanation.troubles.merge(system::troubles_at(explanation.entry_path));
  if (!lookup.hit) {
    if (!lookup.may_store) explanation.state = Explanation::State::unusable;
    return;
  }
  if (explanation.state == Explanation::State::missing) explanation.state = Explanation::State::disk;
  explanation.size = lookup.hit->status.size;
  explanation.durable = lookup.hit->durable;
  explanation.unchecked = lookup.hit->trailerless;
  if (lookup.hit->trailerless) return;
  explanation.type = text::printable(lookup.hit->metadata.origin.type.text());
  explanation.age = age_in_seconds(lookup.hit->metadata.created);
  explanation.seconds_saved = lookup.hit->metadata.seconds;
}

}  // namespace

MethodStatistics statistics_of(const Cell& cell) {
  MethodStatistics sum;
  if (cell.binding()) sum.method = cell.binding()->method().origin.function;
  add_cell(sum, cell);
  return sum;
}

Statistics statistics(const Tree& tree) {
  std::map<std::string, MethodStatistics> methods;
  std::map<std::string, std::uint64_t> troubles;
  const Context* last = nullptr;
  Walker walker([&](const FoundCell& found) {
    MethodStatistics& sum = methods[found.function()];
    add_cell(sum, found.cell);
    const Binding* const binding = found.cell.binding().get();
    if (!is_tagged(binding) || &binding->context() == last) return;
    last = &binding->context();
    if (!last->tmpdir().empty()) troubles.merge(system::troubles_within(last->place().path()));
  });
  tree(walker);
  Statistics result;
  for (auto& [name, sum] : methods) {
    sum.method = name;
    result.total.objects += sum.objects;
    add(result.total, sum);
    result.methods.push_back(sum);
  }
  result.total.method = "total";
  result.untagged_calls = untagged_calls();
  result.uncached = uncached_calls();
  result.troubles = std::move(troubles);
  return result;
}

Explanation explain_all_arguments(const Cell& cell) {
  const Binding* const binding = cell.binding().get();
  if (!is_tagged(binding)) return explain_cell(cell, {});
  Explanation explanation;
  explanation.state = Explanation::State::by_arguments;
  explanation.method = binding->function_name();
  explanation.uncached = uncached_calls(explanation.method, binding->context().place().path());
  explanation.reason = "each argument has an entry of its own: ask about one call, with its arguments";
  return explanation;
}

Explanation explain_cell(const Cell& cell, const std::string& arguments) {
  Explanation explanation;
  const Binding* const binding = cell.binding().get();
  if (binding != nullptr) explanation.method = binding->function_name() + arguments;
  if (!is_tagged(binding)) {
    explanation.reason = cell.lost_tag() ? "the object is a copy of a tagged one, or took its place by assignment: the "
                                           "function runs at each call, until the next set_tag"
                                         : "no tag is set: the function runs at each call";
    return explanation;
  }
  explanation.uncached = uncached_calls(explanation.method, binding->context().place().path());
  if (!arguments.empty())
    explanation.uncached.merge(uncached_calls(binding->function_name(), binding->context().place().path()));
  fill_from_disk(explanation, *binding, arguments);
  if (explanation.state == Explanation::State::off) return explanation;
  const Mode mode = options().mode;
  if (cell.remembers(arguments)) {
    explanation.state = Explanation::State::memory;
  } else if (explanation.state == Explanation::State::disk && mode != Mode::readonly &&
             (mode == Mode::refresh || cell.wants_refresh(arguments))) {
    explanation.state = Explanation::State::refresh;
    explanation.reason = "a refresh was asked for: the next call computes it anew and replaces it";
  }
  return explanation;
}

std::vector<Explanation> explain(const Tree& tree) {
  std::vector<Explanation> all;
  Walker walker([&](const FoundCell& found) {
    all.push_back(found.cell.kind().by_arguments ? explain_all_arguments(found.cell) : explain_cell(found.cell, {}));
    if (all.back().method.empty()) all.back().method = fmt::format("{}.{}", found.instance->full(), found.function());
  });
  tree(walker);
  return all;
}

}  // namespace core

std::string Explanation::state_name() const {
  switch (state) {
    case State::untagged:
      return "untagged";
    case State::off:
      return "off";
    case State::memory:
      return "memory";
    case State::disk:
      return "disk";
    case State::missing:
      return "missing";
    case State::refresh:
      return "refresh";
    case State::by_arguments:
      return "by arguments";
    case State::unusable:
      break;
  }
  return "unusable";
}

namespace {

using text::counted, text::duration_text, text::size_text;

/// Names, paths and what files say of themselves, fit for a terminal.
std::string shown(std::string_view text) { return text::printable(text); }

/// True if what has been told of as trouble ("reason: message") is told of as a call without the cache ("message", or
/// "method: message"), too.
bool is_told_below(const std::string& trouble, const std::map<std::string, std::uint64_t>& uncached) {
  return std::ranges::any_of(uncached, [&](const auto& one) {
    const std::size_t behind_method = one.first.find(": ");
    return trouble.ends_with(one.first) ||
           (behind_method != std::string::npos && trouble.ends_with(one.first.substr(behind_method + 2)));
  });
}

void print(std::ostream& out, const Explanation& e, bool with_reason) {
  fmt::print(out, "{}: {}\n", e.method.empty() ? "a method without a tag" : shown(e.method), e.state_name());
  if (!e.entry_path.empty()) fmt::print(out, "  at      {}\n", shown(e.entry_path));
  if (e.entry_path != e.path) fmt::print(out, "  beside  {}\n", shown(e.path));
  if (with_reason && !e.reason.empty()) fmt::print(out, "  because {}\n", shown(e.reason));
  if (e.size > 0) {
    fmt::print(out, "  holds   {}, {}", e.type.empty() ? "a value of unknown origin" : shown(e.type),
               text::size_text(e.size));
    if (e.age > 0)
      fmt::print(out, ", {} old, took {} to compute", text::duration_text(e.age), text::duration_text(e.seconds_saved));
    fmt::print(out, "{}{}\n", e.durable ? ", durable" : "", e.unchecked ? ", unchecked" : "");
  }
  for (const auto& [message, count] : e.troubles)
    if (!is_told_below(message, e.uncached))
      fmt::print(out, "  trouble {} ({})\n", shown(message), text::counted(count, "time"));
  for (const auto& [message, count] : e.uncached)
    fmt::print(out, "  uncached {} ({})\n", shown(message), text::counted(count, "call"));
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Explanation& explanation) {
  print(out, explanation, true);
  return out;
}

std::ostream& operator<<(std::ostream& out, const std::vector<Explanation>& explanations) {
  for (std::size_t i = 0; i < explanations.size(); ++i) {
    // What holds for many methods without a tag is said below the last of them.
    const bool repeated = explanations[i].state == Explanation::State::untagged && i + 1 < explanations.size() &&
                          explanations[i + 1].reason == explanations[i].reason;
    print(out, explanations[i], !repeated);
  }
  return out;
}

std::ostream& operator<<(std::ostream& out, const Statistics& statistics) {
  fmt::print(out, "{:<32} {:>8} {:>9} {:>9} {:>7} {:>10} {:>10} {:>10}\n", "method", "objects", "computed", "from disk",
             "stored", "not stored", "computing", "saved");
  const auto row = [&](const MethodStatistics& m) {
    fmt::print(out, "{:<32} {:>8} {:>9} {:>9} {:>7} {:>10} {:>10} {:>10}\n", shown(m.method), m.objects, m.computed,
               m.from_disk, m.stored, m.not_stored, text::duration_text(m.seconds_computing),
               text::duration_text(m.seconds_saved));
  };
  for (const MethodStatistics& method : statistics.methods) row(method);
  row(statistics.total);
  for (const auto& [site, count] : statistics.untagged_calls)
    fmt::print(out, "without a tag: {} at {}\n", text::counted(count, "call"), shown(site));
  for (const auto& [message, count] : statistics.troubles)
    if (!is_told_below(message, statistics.uncached))
      fmt::print(out, "trouble: {} ({})\n", shown(message), text::counted(count, "time"));
  for (const auto& [message, count] : statistics.uncached)
    fmt::print(out, "uncached: {} ({})\n", shown(message), text::counted(count, "call"));
  return out;
}

}  // namespace cache_on_disk
