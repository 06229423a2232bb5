// The place of an attack: two users who share a directory of tags, and what of the victim's must stay untouched.
#pragma once

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "shared_counters.hpp"
#include "specimen.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {

inline constexpr uid_t attacker = 54321;
inline constexpr uid_t victim = 54323;
inline constexpr gid_t shared_group = 54322;

/// Who may put files into the tag directory under attack.
enum class Ground {
  own,     ///< trusted to be private, and made by the attacker before the victim came
  group,   ///< shared with a group in which both are
  strange  ///< anybody's, under Trust::plain
};

/// What the victim went through, told across processes.
struct Outcome {
  Counter calls, wrong, warnings, unclear;
};

inline void write_file(const std::string& path, std::string_view content, mode_t mode = 0600) {
  std::ofstream(path, std::ios::binary) << content;
  if (::chmod(path.c_str(), mode) != 0) throw std::runtime_error("cannot write " + path);
}

inline std::string content_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Scene {
 public:
  explicit Scene(Ground ground) : ground_(ground) {
    set_mode(base(), 01777);
    for (const std::string& path : {home(), theirs()})
      if (::mkdir(path.c_str(), 0700) != 0) throw std::runtime_error("cannot make " + path);
    write_file(home() + "/precious", precious);
    // What the victim once got from somewhere and never opened: a value, and a pickle that runs a command.
    write_file(home() + "/download.npy", pickle_of_text("a text of somebody else's"));
    write_file(home() + "/download.pickle", command());
    for (const char* name : {"", "/precious", "/download.npy", "/download.pickle"}) give(home() + name, victim, victim);
    give(theirs(), attacker, attacker);
  }

  std::string base() const { return directory_.path(); }
  std::string home() const { return directory_ / "home"; }      ///< the victim's
  std::string theirs() const { return directory_ / "theirs"; }  ///< the attacker's
  std::string tag_directory() const { return directory_ / "cachenight"; }
  std::string entry() const { return tag_directory() + "/root.Specimen.text.npy"; }

  /// A pickle that, read by Python, leaves a file behind.
  std::string command() const { return "cos\nsystem\n(S'touch " + base() + "/executed'\ntR."; }
  static std::string pickle_of_text(std::string_view text) {
    return "\x80\x04\x8c" + std::string(1, static_cast<char>(text.size())) + std::string(text) + ".";
  }

  /// Makes the tag directory as it is before the victim's first call.
  void make_tag_directory() const {
    if (::mkdir(tag_directory().c_str(), 0700) != 0) throw std::runtime_error("no tag directory");
    give(tag_directory(), attacker, ground_ == Ground::group ? shared_group : gid_t{attacker});
    set_mode(tag_directory(), ground_ == Ground::own ? 0755 : ground_ == Ground::group ? 02770 : 0777);
  }

  /// Runs something as one of the two; the exit code.
  static int as(uid_t user, const std::function<int()>& body) {
    ChildProcess child([&] {
      become(user);
      return body();
    });
    return child.wait();
  }
  static void become(uid_t user) {
    if (::setgroups(1, &shared_group) != 0 || ::setresgid(user, user, user) != 0 || ::setresuid(user, user, user) != 0)
      throw std::runtime_error("cannot become another user");
  }
  static void give(const std::string& path, uid_t user, gid_t group) {
    if (::lchown(path.c_str(), user, group) != 0) throw std::runtime_error("cannot give " + path);
  }
  static void set_mode(const std::string& path, mode_t mode) {
    if (::chmod(path.c_str(), mode) != 0) throw std::runtime_error("cannot change " + path);
  }

  cache_on_disk::Trust trust() const {
    if (ground_ == Ground::group) return cache_on_disk::Trust::group(std::to_string(shared_group));
    return ground_ == Ground::own ? cache_on_disk::Trust::only_me() : cache_on_disk::Trust::plain();
  }
  std::unique_ptr<Specimen> specimen() const {
    auto made = tagged_specimen(base(), "night");
    cache_on_disk::set_trust(*made, trust());
    return made;
  }

  /// A few calls of the victim's; its exit code, or 128 + SIGALRM if it hung.
  int calls_of_victim(Outcome& outcome) const {
    return as(victim, [&] {
      ::alarm(10);
      listen(outcome);
      for (int i = 0; i < 3; ++i) {
        ++outcome.calls;
        outcome.wrong += !specimen()->is_right(Specimen::text_method());
      }
      return 0;
    });
  }
  /// Counts warnings, and those that name no place or would do something to a terminal.
  void listen(Outcome& outcome) const {
    const auto moves_terminal = [](std::string_view text) {
      for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
      return false;
    };
    cache_on_disk::set_trouble_handler([&outcome, base = base(), moves_terminal](const auto& trouble) {
      ++outcome.warnings;
      outcome.unclear += trouble.message.find(base) == std::string::npos || moves_terminal(trouble.message);
    });
    cache_on_disk::set_log_handler([&outcome, moves_terminal](auto, auto, auto, std::string_view message) {
      outcome.unclear += moves_terminal(message);
    });
  }

  /// Whether anything was followed: the victim's own files changed, or there are others.
  bool was_followed() const {
    struct stat status{};
    const bool same = content_of_file(home() + "/precious") == precious &&
                      ::stat((home() + "/precious").c_str(), &status) == 0 && (status.st_mode & 07777) == 0600 &&
                      status.st_uid == victim && content_of_file(home() + "/download.pickle") == command();
    return !same || std::distance(std::filesystem::directory_iterator(home()), {}) != 3;
  }
  bool was_executed() const { return std::filesystem::exists(directory_ / "executed"); }

 private:
  static constexpr std::string_view precious = "the victim's own";
  Ground ground_;
  TemporaryDirectory directory_;
};

}  // namespace campaign
