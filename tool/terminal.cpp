#include "terminal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "progress.hpp"
#include "text.hpp"
#include "text/printable.hpp"

namespace cache_on_disk::tool {
namespace {

bool colors_are_on = false;

bool terminal_has_colors() {
  const char* const kind = std::getenv("TERM");
  const char* const wish = std::getenv("NO_COLOR");
  return output_is_terminal() && (wish == nullptr || *wish == '\0') && kind != nullptr &&
         std::string_view(kind) != "dumb";
}

/// A standard stream that the caller has closed would be the number of the next file that is opened, and what
/// is printed would go into that. Opened the wrong way round, it fails as a closed one does.
void fill_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) == -1)  // the lowest free number is this one
      (void)::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

}  // namespace

void set_up_terminal(Colors colors) {
  fill_closed_streams();
  ::setlocale(LC_CTYPE, "");
  colors_are_on = colors == Colors::always || (colors == Colors::automatic && terminal_has_colors());
}

bool output_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }
bool messages_are_on_terminal() { return ::isatty(STDERR_FILENO) == 1; }

std::size_t terminal_width() {
  struct winsize size{};
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO})
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return std::max<std::size_t>(size.ws_col, 20);
  return 80;
}

bool shows_unicode() {
  static const bool yes = std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
  return yes;
}

std::string styled(Style style, std::string_view text) {
  if (!colors_are_on) return std::string(text);
  constexpr const char* codes[] = {"1", "2", "32", "33", "31"};  // bold, faint, green, yellow, red
  return fmt::format("\033[{}m{}\033[0m", codes[static_cast<std::size_t>(style)], text);
}

void say(std::string_view message) {
  const ProgressBar::Pause pause;
  const std::string line = fmt::format("cache-on-disk: {}\n", text::printable(message));
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace cache_on_disk::tool
