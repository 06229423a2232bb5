// What standard output and standard error are connected to.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cache_on_disk::tool {

enum class Colors { automatic, always, never };

/// Decides, once, about colours (automatic: on a terminal that has them, unless NO_COLOR is set), sets the
/// locale, and sees to it that no file takes the place of a standard stream that is closed. To be called before
/// any file is opened.
void set_up_terminal(Colors colors);

bool output_is_terminal();
bool messages_are_on_terminal();
/// Columns of the terminal; 80 where there is none.
std::size_t terminal_width();
/// True if the locale's characters are UTF-8.
bool shows_unicode();

enum class Style { strong, faint, good, warning, bad };
/// The text in a style, if standard output shows colours.
std::string styled(Style style, std::string_view text);

/// Writes "cache-on-disk: message" to standard error, after wiping a progress bar off it.
void say(std::string_view message);

}  // namespace cache_on_disk::tool
