#include "binding/option_table.hpp"

#include <chrono>

namespace cache_on_disk::core {
namespace {

using Kind = Option::Kind;
using Number = Option::Number;
using std::chrono::milliseconds;

constexpr std::string_view modes[] = {"on", "off", "readonly", "refresh"};  // as Mode has them
constexpr std::string_view checks[] = {"auto", "always"};                   // as Verify has them
constexpr std::string_view legacy[] = {"accept", "refuse"};

template <std::optional<milliseconds> Options::* member>
Number get_time(const Options& options) {
  const auto& time = options.*member;
  return time ? Number(static_cast<std::uint64_t>(time->count())) : std::nullopt;
}
template <std::optional<milliseconds> Options::* member>
void set_time(Options& options, Number number) {
  options.*member = number ? std::optional(milliseconds(static_cast<std::int64_t>(*number))) : std::nullopt;
}

constexpr Option table[] = {
    {"mode", "CACHE_ON_DISK", Kind::words, modes,
     [](const Options& options) { return Number(static_cast<std::uint64_t>(options.mode)); },
     [](Options& options, Number number) { options.mode = static_cast<Mode>(*number); }},
    {"verify", "CACHE_ON_DISK_VERIFY", Kind::words, checks,
     [](const Options& options) { return Number(static_cast<std::uint64_t>(options.verify)); },
     [](Options& options, Number number) { options.verify = static_cast<Verify>(*number); }},
    {"legacy", "CACHE_ON_DISK_LEGACY", Kind::words, legacy,
     [](const Options& options) { return Number(options.accept_trailerless ? 0 : 1); },
     [](Options& options, Number number) { options.accept_trailerless = *number == 0; }},
    {"max_wait", nullptr, Kind::seconds, {}, get_time<&Options::max_wait>, set_time<&Options::max_wait>},
    {"lost_lock_after",
     "CACHE_ON_DISK_LOST_LOCK_AFTER",
     Kind::seconds,
     {},
     get_time<&Options::lost_lock_after>,
     set_time<&Options::lost_lock_after>},
    {"free_space_floor",
     nullptr,
     Kind::bytes,
     {},
     [](const Options& options) { return options.free_space_floor; },
     [](Options& options, Number number) { options.free_space_floor = number; }},
    {"strict",
     nullptr,
     Kind::flag,
     {},
     [](const Options& options) { return Number(options.strict); },
     [](Options& options, Number number) { options.strict = *number != 0; }},
};

}  // namespace

std::span<const Option> option_table() noexcept { return table; }

}  // namespace cache_on_disk::core
