// show: one entry, what is known of it and what it holds.
#include <fmt/format.h>

#include <cmath>

#include "cache_on_disk/json.hpp"
#include "cache_on_disk/value.hpp"
#include "chart.hpp"
#include "commands.hpp"
#include "entry_list.hpp"
#include "json.hpp"
#include "picture.hpp"
#include "preview.hpp"
#include "scan.hpp"
#include "tag_summary.hpp"
#include "text.hpp"
#include "text/amounts.hpp"
#include "text/printable.hpp"
#include "units.hpp"

namespace cache_on_disk::tool {
namespace {

struct ShowOptions {
  std::string entry;
  PreviewLimits limits;
  bool plot = false;
  std::string png;
  bool logarithmic = false;
  bool no_value = false;
};

constexpr std::size_t plot_rows = 20;

void print_facts(const std::string& path, const std::string& name, const entry::Finding& finding,
                 const PayloadType& type) {
  const auto fact = [](const char* what, const std::string& text) {
    fmt::print("{} {}\n", styled(Style::strong, fmt::format("{:<9}", what)), text);
  };
  const entry::Metadata& metadata = finding.metadata;
  fact("entry", text::printable(stem_of(name, finding)));
  fact("file", text::printable(path));
  fact("holds", text::printable(type.text()));
  fact("size",
       fmt::format("{} ({} of value)", text::size_text(finding.status.size), text::size_text(finding.payload_size)));
  const std::int64_t time = created(finding);
  fact("stored", fmt::format("{}, {} ago", time_text(time), age_text(time / 1'000'000'000)));
  if (finding.trailerless) {
    fact("state", styled(Style::warning, "unchecked: the file has no trailer ('verify --seal' gives it one)"));
    return;
  }
  if (metadata.seconds > 0) fact("computed", "in " + text::duration_text(metadata.seconds));
  fact("writer", text::printable(metadata.writer));
  if (metadata.origin.language.empty()) {
    fact("origin", "unknown: it got its trailer later");
  } else {
    fact("origin",
         text::printable(fmt::format("{} {}, class {}, module '{}', version {}", metadata.origin.language,
                                     metadata.origin.function, entry::readable_class(metadata.origin.object_class),
                                     metadata.origin.module, metadata.origin.version)));
  }
  fact("state", fmt::format("{}{}{}", styled(Style::good, "sound"), finding.durable ? ", on disk for good" : "",
                            metadata.foreign ? ", foreign: gives plain data only" : ""));
}

/// Draws what is asked for, on the terminal or into a file.
Result<void> draw(const ValueView& value, const std::string& name, const ShowOptions& options) {
  const auto array = value.as_array();
  if (!array) return Error{"only arrays can be drawn; this is " + describe(value)};
  const bool is_line = array->rank() < 2;
  if (options.plot) {
    const std::size_t width = terminal_width() - 12;
    const auto picture =
        picture_of(*array, is_line && shows_unicode() ? 2 * width : width, plot_rows, options.logarithmic);
    if (!picture) return picture.error();
    fmt::print("{}", plot_text(*picture, plot_rows, shows_unicode(), styled(Style::strong, "") != ""));
  }
  if (options.png.empty()) return {};
  const ChartLimits limits = limits_of_chart(array->shape());
  const auto picture = picture_of(*array, limits.width, limits.height, options.logarithmic);
  if (!picture) return picture.error();
  const bool is_slice = array->rank() > 2;
  return write_png(*picture, name + (is_slice ? " (the first of its images)" : ""), options.png);
}

void print_json(const entry::TagDirectory& directory, const std::string& name, const entry::Finding& finding,
                const Result<Value>& value, const ShowOptions& options) {
  const entry::Origin& origin = finding.metadata.origin;
  JsonWriter json(stdout);
  json.begin_object();
  add_members(json, directory.path(), row_of(directory, name, finding));
  json.member("payload_bytes", finding.payload_size)
      .text_member("module", origin.module)
      .text_member("class", entry::readable_class(origin.object_class))
      .text_member("function", origin.function)
      .optional_member("version", !origin.language.empty(), origin.version);
  const auto text = options.no_value ? Result<std::string>("null") : value ? to_json(*value) : value.error();
  json.key("value").raw_value(text ? *text : "null").text_member("png", options.png);
  json.text_member("error", text ? "" : text.error().message).end_object().finish();
}

Result<Exit> show(Session& session, const ShowOptions& options) {
  if (session.json() && options.plot) {
    say("--plot draws for people: it does not go with --format json");
    return Exit::usage;
  }
  const bool draws = options.plot || !options.png.empty();
  if (options.logarithmic && !draws) {
    say("--log is the scale of a drawing: it needs --plot or --png FILE");
    return Exit::usage;
  }
  const auto target = find_entry(session, options.entry);
  if (!target) return target.error();
  const auto directory = open_to_look(*target);
  if (!directory) return directory.error();
  const std::string path = target->tag_path() + "/" + target->name;
  Options reading = reading_options();
  reading.verify = Verify::automatic;  // a large entry that bears its durable mark shows at once
  const entry::Finding finding = entry::read_entry(**directory, target->name, std::nullopt, reading);
  if (finding.judgement != entry::Judgement::sound)
    return Error{
        fmt::format("{} is {}{}", path, state_text(finding), finding.reason.empty() ? "" : ": " + finding.reason)};
  const auto value = draws || !options.no_value ? value_of(finding) : Result<Value>(Value());
  if (!session.json()) print_facts(path, target->name, finding, type_of(**directory, target->name, finding));
  if (value && draws)
    if (const auto drawn = draw(*value, stem_of(target->name, finding), options); !drawn) return drawn.error();
  if (session.json())
    print_json(**directory, target->name, finding, value, options);
  else if (value && !options.no_value && !options.plot)
    fmt::print("\n{}\n", preview(*value, options.limits));
  if (value && !options.png.empty() && !session.json()) fmt::print("wrote {}\n", text::printable(options.png));
  if (!value) say("the value cannot be shown: " + value.error().message);
  return exit_of(value.ok());
}

}  // namespace

void add_show(CLI::App& app, Session& session) {
  auto [command, options] = add_command<ShowOptions>(
      app, session, "show", "Show an entry: where it comes from, and its value (nothing in it is executed)", show);
  command->add_option("entry", options->entry, "Entry to show")->type_name("ENTRY")->required();
  command->add_option("--depth", options->limits.depth, "How deep containers within containers are opened")
      ->check(CLI::Range(0, 100).description(""))
      ->type_name("N")
      ->capture_default_str();
  add_number(*command, "--items", options->limits.items, "How many items of each container are shown", "N");
  command->add_flag("--no-value", options->no_value, "Only what is known of it");
  command->add_flag("--plot", options->plot, "Draw an array: a line plot, or a heat map of two dimensions");
  command->add_option("--png", options->png, "Write that drawing, with axes and a colour bar, to a picture file")
      ->type_name("FILE");
  command->add_flag("--log", options->logarithmic, "Draw on a logarithmic scale: positive numbers only");
}

}  // namespace cache_on_disk::tool
