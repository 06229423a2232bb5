// The man page: what CLI11 knows of the commands, and what only people know. In the macros of man(7).
#include <fmt/format.h>
#include <cache_on_disk/version.hpp>

#include <algorithm>
#include <utility>

#include "generate.hpp"
#include "units.hpp"

namespace cache_on_disk::tool {
namespace {

/// Text as roff takes it: no line begins a request by chance, hyphens stay hyphens.
std::string roff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\')
      escaped += "\\e";
    else if (c == '-')
      escaped += "\\-";
    else if ((c == '.' || c == '\'') && (escaped.empty() || escaped.back() == '\n'))
      escaped.append("\\&").append(1, c);
    else
      escaped += c;
  }
  return escaped;
}

void append_option(std::string& page, const ArgumentInfo& option) {
  page += ".TP\n";
  for (std::size_t i = 0; i < option.names.size(); ++i)
    page += fmt::format("{}\\fB{}\\fR", i == 0 ? "" : ", ", roff(option.names[i]));
  if (!option.value.empty()) page += fmt::format(" \\fI{}\\fR", roff(option.value));
  page += fmt::format("\n{}.{}\n", roff(option.help),
                      option.default_value.empty() ? "" : " Default: " + roff(option.default_value) + ".");
}

void append_command(std::string& page, const CLI::App& command) {
  page += fmt::format(".SS \"{}", roff(command.get_name()));
  if (!options_of(command).empty()) page += " [options]";
  for (const ArgumentInfo& argument : positionals_of(command))
    page += fmt::format("{}{}{}{}", argument.required ? " " : " [", roff(argument.value), argument.several ? "..." : "",
                        argument.required ? "" : "]");
  page += fmt::format("\"\n{}.\n", roff(command.get_description()));
  for (const ArgumentInfo& argument : positionals_of(command))
    page += fmt::format(".TP\n\\fI{}\\fR\n{}.\n", roff(argument.value), roff(argument.help));
  for (const ArgumentInfo& option : options_of(command))
    if (std::ranges::find(option.names, "--help") == option.names.end()) append_option(page, option);
}

constexpr std::string_view closing = R"(.SH TARGETS
A \fITAG\fR is the name given to set_tag, looked for in the directory that \fB\-\-dir\fR names or the library would use; or
the path of a tag directory. A tag may be a path itself (20240410/112233, /data/night.fits).
An \fIENTRY\fR is TAG/METHOD, where METHOD is the whole name of a stored value (root.residuals.Residuals.modes) or the end
of it (Residuals.modes, modes) if no other ends so; or the path of a file.
A \fIDIR\fR is a directory of tags.
A word is looked up as a tag first; write ./word for a path. Commands that delete (clear, prune, verify \-\-remove) take it
for nothing but the tag or entry.
.PP
\fISIZE\fR is %SIZE%.
\fIAGE\fR is %AGE%.
.SH OUTPUT
Tables and texts are for people and may change between versions; with \fB\-\-format json\fR each command writes one JSON
document, whose members stay. Times there are ISO 8601 in UTC, sizes bytes, durations seconds.
What is wrong or was left out is said on standard error. Names are printed without control characters, except by
\fBwhere\fR and in JSON. Progress bars and colours appear on a terminal only.
.SH SAFETY
Nothing in a cache is ever executed: pickles are interpreted from an allowlist, and what they ask to call is shown as text.
What is deleted is an entry, or a left\-over of a writer that died; of a tag directory that this empties also the lock file,
CACHEDIR.TAG and the directory itself. Never a file of any other kind, never through a link, never an entry that is being computed. A file without trailer counts as an entry only if its name has the form
instance.Class.method.npy; name it to delete it all the same.
.PP
What \fBimport\fR takes is checked like any entry and marked as foreign: Python then gives plain data only from it, unless
\fB\-\-trust\fR was given.
.SH EXIT STATUS
.TP
0
Done, and all is well. A selection that leaves nothing is not a fault.
.TP
1
Done, but something is wrong or was left out: damaged or unreadable entries, differences (\fBdiff\fR), a value that must not be
shown, something that could not be deleted or imported.
.TP
2
The command line is not understood.
.TP
3
It could not be done: a tag, entry, method or file that is named is not there or cannot be read, or the output cannot be written.
.SH ENVIRONMENT
.TP
CACHE_ON_DISK_DIR, TMPDIR, TEMP, TMP
Where tags are looked for without \fB\-\-dir\fR, in this order; then /tmp, /var/tmp, /usr/tmp.
.TP
NO_COLOR, TERM
With \fB\-\-color auto\fR there are no colours if NO_COLOR is set and not empty, or TERM is not set or "dumb".
\fB\-\-color always\fR wins over both.
.PP
CACHE_ON_DISK, CACHE_ON_DISK_VERIFY and CACHE_ON_DISK_LEGACY are switches of programs that use the library; this program checks
every entry, and knows files without trailer, whatever they say.
.SH EXAMPLES
.nf
cache\-on\-disk ls                                     # which tags are there?
cache\-on\-disk ls LBTISX20240410_112233 \-\-sort size   # what fills this one?
cache\-on\-disk show LBTISX20240410_112233/modes \-\-plot
cache\-on\-disk verify                                 # did the cache survive the crash?
cache\-on\-disk prune \-\-max\-size 50G \-\-older\-than 90d \-\-keep 'LBT*' \-\-dry\-run
cache\-on\-disk export LBTISX20240410_112233 \- | zstd > tag.tar.zst
zstd \-dc tag.tar.zst | cache\-on\-disk import \-
.fi
.SH SEE ALSO
find(1), tar(1)
)";

}  // namespace

std::string man_page(const CLI::App& app) {
  std::string page = fmt::format(
      ".TH CACHE\\-ON\\-DISK 1 \"\" \"cache-on-disk {}\" \"User Commands\"\n"
      ".SH NAME\ncache\\-on\\-disk \\- see, check, explain and clean caches of method values\n"
      ".SH SYNOPSIS\n\\fBcache\\-on\\-disk\\fR [\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]\n"
      ".SH DESCRIPTION\nPrograms that use the library cache\\-on\\-disk keep the values of their methods in "
      "files: a\n"
      "directory for each tag, a file for each value. This program tells what is there and cleans up.\n"
      ".SH OPTIONS\nThey may stand before or after the command.\n",
      library_version);
  for (const ArgumentInfo& option : options_of(app)) append_option(page, option);
  page += ".SH COMMANDS\n";
  for (const CLI::App* const command : commands_of(app)) append_command(page, *command);
  page.append(closing);
  for (const auto& [mark, text] : {std::pair("%SIZE%", size_syntax), std::pair("%AGE%", age_syntax)})
    page.replace(page.find(mark), std::string_view(mark).size(), text);
  return page;
}

}  // namespace cache_on_disk::tool
