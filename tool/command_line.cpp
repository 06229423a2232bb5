#include <fmt/format.h>
#include <cache_on_disk/version.hpp>

#include "commands.hpp"
#include "units.hpp"

namespace cache_on_disk::tool {
namespace {

/// Names positional arguments by what they are, TAG and the like, once.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    label("SUBCOMMAND", "COMMAND");
    label("Positionals", "Arguments");
    label("REQUIRED", "");
  }
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    return is_positional ? option->get_type_name() : CLI::Formatter::make_option_name(option, is_positional);
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    if (!option->get_positional()) return CLI::Formatter::make_option_opts(option);
    return option->get_expected_max() > 1 ? " ..." : "";
  }
};

/// What the help of one command says at its end: who reads only that must find all of it.
std::string footer_of(const CLI::App& command) {
  const auto takes = [&](const char* value) {
    return !command.get_options([&](const CLI::Option* option) { return option->get_type_name() == value; }).empty();
  };
  std::string text;
  if (takes("SIZE")) text += fmt::format("SIZE: {}.\n", size_syntax);
  if (takes("AGE")) text += fmt::format("AGE: {}.\n", age_syntax);
  return text +
         "The options of 'cache-on-disk --help' can be used here too: --dir, --prefix, --group, --format json,\n"
         "--color. What TAG, ENTRY and DIR can be, and the exit codes, are described there and in the man page.";
}

/// An empty name comes from a variable that is not set: it must not stand for the default.
void refuse_empty_names(CLI::App& app) {
  for (CLI::Option* const option : app.get_options()) {
    const std::string value = option->get_type_name();
    for (const char* const name : {"DIR", "TAG", "ENTRY", "METHOD", "FILE", "GROUP"})
      if (value.find(name) != std::string::npos) {
        option->check([](const std::string& text) { return text.empty() ? std::string("it is empty") : ""; });
        break;
      }
  }
}

template <class T>
CLI::Option* add_parsed(CLI::App& app, const char* name, std::optional<T>& parsed, const char* help,
                        std::optional<T> (*parse)(std::string_view), const char* wanted) {
  return app
      .add_option_function<std::string>(
          name, [&parsed, parse](const std::string& text) { parsed = parse(text); }, help)
      ->check([parse, wanted](const std::string& text) {
        return parse(text) ? std::string() : fmt::format("'{}' is not {}", text, wanted);
      });
}

}  // namespace

void define_command_line(CLI::App& app, Session& session) {
  app.description("See, check, explain and clean what cache-on-disk keeps on disk.");
  app.name("cache-on-disk");
  app.set_version_flag("--version", std::string("cache-on-disk ") + library_version, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.formatter(std::make_shared<HelpFormatter>());  // commands inherit it
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("-d,--dir", session.directory,
                 "Directory that holds the tag directories. Default: as the library, $CACHE_ON_DISK_DIR, $TMPDIR, "
                 "$TEMP, $TMP, /tmp")
      ->type_name("DIR");
  app.add_option("--prefix", session.prefix, "What stands before the tag in the names of tag directories")
      ->type_name("TEXT")
      ->capture_default_str();
  app.add_option("--group", session.group,
                 "Group that the caches are shared with (set_trust): what is stored is made readable to it")
      ->type_name("GROUP");
  add_choice<OutputFormat>(app, "--format", session.format,
                           {{"text", OutputFormat::text}, {"json", OutputFormat::json}},
                           "Output for people or for programs");
  add_choice<Colors>(app, "--color", session.colors,
                     {{"auto", Colors::automatic}, {"always", Colors::always}, {"never", Colors::never}},
                     "Colours: auto means on a terminal, unless NO_COLOR is set or TERM is dumb");
  for (const auto add :
       {add_ls, add_show, add_verify, add_clear, add_prune, add_stats, add_where, add_diff, add_export, add_import})
    add(app, session);
  for (CLI::App* const command : app.get_subcommands([](const CLI::App*) { return true; }))
    command->group("Commands")->footer(footer_of(*command));
  refuse_empty_names(app);
  for (CLI::App* const command : app.get_subcommands([](const CLI::App*) { return true; }))
    refuse_empty_names(*command);
  app.footer(
      "TAG is a tag as given to set_tag, or the path of its directory; ENTRY is TAG/METHOD, a stored value "
      "by "
      "its name\nor the end of it, or the path of a file; DIR is a directory of tags.\n"
      "'cache-on-disk COMMAND --help' describes a command, 'man cache-on-disk' everything.\n"
      "Exit codes: 0 all well; 1 done, but something is wrong or was left out; 2 bad command line; 3 could "
      "not be done.");
}

CLI::Option* add_size(CLI::App& app, const char* name, std::optional<std::uint64_t>& bytes, const char* help) {
  return add_parsed(app, name, bytes, help, parse_size, "a size: write 500M, 50G, 1.5TiB")->type_name("SIZE");
}

CLI::Option* add_age(CLI::App& app, const char* name, std::optional<double>& seconds, const char* help) {
  return add_parsed(app, name, seconds, help, parse_age, "an age: write 90d, 36h, 2w, 1y")->type_name("AGE");
}

}  // namespace cache_on_disk::tool
