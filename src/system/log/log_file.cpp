#include "log/log_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <system_error>

#include "files/calls.hpp"

namespace cache_on_disk::system {
namespace {

/// The local time, to the millisecond.
std::string time_of_day() {
  using namespace std::chrono;
  const auto now = system_clock::now();
  const std::time_t seconds = system_clock::to_time_t(now);
  std::tm local{};
  localtime_r(&seconds, &local);
  const auto milliseconds = duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  return fmt::format("{:%Y-%m-%d:%H:%M:%S}.{:03}", local, milliseconds);
}

}  // namespace

LogFile::LogFile(const std::string& path) {
  std::error_code already_there;
  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  if (!directory.empty()) std::filesystem::create_directories(directory, already_there);
  file_.reset(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!file_) throw std::system_error(errno, std::generic_category(), "cache_on_disk: cannot log to " + path);
}

void LogFile::write(std::string_view line) {
  const std::string text = fmt::format("{} {}\n", time_of_day(), line);
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t count = ::write(file_.number(), rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace cache_on_disk::system
