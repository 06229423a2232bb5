// What one user can do to another who shares a directory of tags with him: each attack once on every ground, then
// directories and entries that change while the victim calls. Nothing is followed, executed or waited for in vain, and
// the victim gets its value and one warning. Needs root, to be two users.
#include <signal.h>
#include <sys/file.h>

#include <cerrno>
#include <cstdio>
#include <thread>

#include "attack_scene.hpp"
#include "campaign.hpp"
#include "entry/footer.hpp"
#include "entry/lock_file.hpp"
#include "entry/names.hpp"
#include "entry/writer.hpp"

namespace campaign {
namespace {

using std::filesystem::create_hard_link;
using std::filesystem::create_symlink;

struct Attack {
  const char* name;
  std::vector<Ground> grounds;
  std::function<void(const Scene&)> plant;  ///< as root, on behalf of the attacker
  int warnings = 1;                         ///< that the victim gets; -1: any number
};

/// An entry of the attacker's under the victim's names, sound but for what `change` does to it. Of all the values of
/// others, wrong ones are those that the trust forbids.
void publish_as_attacker(const Scene& scene, const std::string& stem,
                         const std::function<void(cache_on_disk::entry::EntryKey&)>& change) {
  namespace entry = cache_on_disk::entry;
  const int code = Scene::as(attacker, [&] {
    const auto directory =
        entry::open_tag_directory({scene.base(), "cachenight", scene.trust()}, entry::IfMissing::report);
    if (!directory) return 1;
    entry::EntryKey key = entry::make_key("cachenight", stem, {});
    key.origin = {
        .language = "c++", .module = "", .object_class = "x", .function = "x", .type = {}, .version = 0};
    change(key);
    cache_on_disk::Encoding encoding;
    encoding.head = Scene::pickle_of_text("a text of somebody else's");
    encoding.type = {cache_on_disk::Format::pickle, "", -1};
    cache_on_disk::Options options;
    options.free_space_floor = 0;
    const auto name = std::filesystem::path(scene.entry()).filename().string();
    return entry::publish(**directory, name, key, encoding, {}, options).ok() ? 0 : 1;
  });
  if (code != 0) throw std::runtime_error("the attacker cannot store");
}

void as_attackers_file(const Scene& scene, std::string_view content, mode_t mode = 0644) {
  write_file(scene.entry(), content, mode);
  Scene::give(scene.entry(), attacker, shared_group);
}

void fifo(const std::string& path) {
  if (::mkfifo(path.c_str(), 0666) != 0) throw std::runtime_error("no fifo");
  Scene::set_mode(path, 0666);
  Scene::give(path, attacker, shared_group);
}

std::vector<Attack> attacks() {
  const std::vector<Ground> own{Ground::own}, all{Ground::own, Ground::group, Ground::strange},
      shared{Ground::group, Ground::strange};
  const auto in_directory = [](auto plant) {
    return [plant](const Scene& scene) {
      scene.make_tag_directory();
      plant(scene);
    };
  };
  return {
      {"a pickle that runs a command", all,
       in_directory([](const Scene& s) { as_attackers_file(s, s.command()); }), -1},
      {"a value of the attacker's", own,
       in_directory([](const Scene& s) { as_attackers_file(s, s.pickle_of_text("poison")); })},
      {"a FIFO as entry", all, in_directory([](const Scene& s) { fifo(s.entry()); })},
      {"a directory as entry", all, in_directory([](const Scene& s) {
         std::filesystem::create_directory(s.entry());
         Scene::give(s.entry(), attacker, shared_group);
       })},
      {"a symbolic link as entry", all,
       in_directory([](const Scene& s) { create_symlink(s.home() + "/precious", s.entry()); })},
      {"a symbolic link to a value as entry", all,
       in_directory([](const Scene& s) { create_symlink(s.home() + "/download.npy", s.entry()); })},
      {"a symbolic link in a circle", all,
       in_directory([](const Scene& s) { create_symlink(s.entry(), s.entry()); })},
      {"a hard link to the victim's file", all,
       in_directory([](const Scene& s) { create_hard_link(s.home() + "/precious", s.entry()); }), -1},
      {"a hard link to the victim's value", all,
       in_directory([](const Scene& s) { create_hard_link(s.home() + "/download.npy", s.entry()); })},
      {"a hard link to the victim's pickle", all,
       in_directory([](const Scene& s) { create_hard_link(s.home() + "/download.pickle", s.entry()); })},
      {"the tag directory is a link to the victim's", own,
       [](const Scene& s) { create_symlink(s.home(), s.tag_directory()); }},
      {"the tag directory is a link to the attacker's", own,
       [](const Scene& s) { create_symlink(s.theirs(), s.tag_directory()); }},
      {"the tag directory is a link to nothing", own,
       [](const Scene& s) { create_symlink(s.home() + "/made", s.tag_directory()); }},
      {"the tag directory is a FIFO", own, [](const Scene& s) { fifo(s.tag_directory()); }},
      {"the victim's directory, open to all", own,
       [](const Scene& s) {
         s.make_tag_directory();
         Scene::give(s.tag_directory(), victim, victim);
         Scene::set_mode(s.tag_directory(), 0777);
         as_attackers_file(s, s.pickle_of_text("poison"));
       }},
      {"the victim's directory, open to a group", own,
       [](const Scene& s) {
         s.make_tag_directory();
         Scene::give(s.tag_directory(), victim, shared_group);
         Scene::set_mode(s.tag_directory(), 0770);
         as_attackers_file(s, s.pickle_of_text("poison"));
       }},
      {"an entry of another in the victim's directory", own,
       [](const Scene& s) {
         s.make_tag_directory();
         Scene::give(s.tag_directory(), victim, victim);
         Scene::set_mode(s.tag_directory(), 0700);
         as_attackers_file(s, s.pickle_of_text("poison"));
       }},
      {"an entry that others may write", own,
       [](const Scene& s) {
         s.make_tag_directory();
         Scene::give(s.tag_directory(), victim, victim);
         Scene::set_mode(s.tag_directory(), 0700);
         as_attackers_file(s, s.pickle_of_text("poison"), 0666);
         Scene::give(s.entry(), victim, victim);
       }},
      {"the lock file is a link", all, in_directory([](const Scene& s) {
         create_symlink(s.home() + "/precious", s.tag_directory() + "/.lock");
       })},
      {"the lock file is a link to a file that is to be made", all, in_directory([](const Scene& s) {
         create_symlink(s.home() + "/made", s.tag_directory() + "/.lock");
       })},
      {"the lock file is a hard link to the victim's file", all, in_directory([](const Scene& s) {
         create_hard_link(s.home() + "/precious", s.tag_directory() + "/.lock");
       }),
       -1},
      {"the lock file is a FIFO", all,
       in_directory([](const Scene& s) { fifo(s.tag_directory() + "/.lock"); })},
      {"CACHEDIR.TAG is a link", shared, in_directory([](const Scene& s) {
         create_symlink(s.home() + "/made", s.tag_directory() + "/CACHEDIR.TAG");
       }),
       0},
      {"an entry of a terabyte of nothing", all, in_directory([](const Scene& s) {
         as_attackers_file(s, "\x80\x04");
         if (::truncate(s.entry().c_str(), off_t{1} << 40) != 0) throw std::runtime_error("cannot stretch");
       })},
      {"an entry of the group's that its members may rewrite",
       {Ground::group},
       in_directory([](const Scene& s) { as_attackers_file(s, s.pickle_of_text("poison"), 0660); })},
      {"an entry from outside the group", {Ground::group}, in_directory([](const Scene& s) {
         as_attackers_file(s, s.pickle_of_text("poison"));
         Scene::give(s.entry(), attacker, attacker);
       })},
      {"another entry under this name", shared,
       in_directory([](const Scene& s) { publish_as_attacker(s, "root.Specimen.other", [](auto&) {}); }), 0},
      {"an origin that speaks to the terminal", shared, in_directory([](const Scene& s) {
         publish_as_attacker(s, "root.Specimen.text", [](auto& key) {
           key.origin.module = "\x1b[2J\nroot: all is well\x9b\x7f";
           key.origin.object_class = "\x1b]0;title\a";
         });
       }),
       0},
  };
}

struct Sum {
  std::uint64_t attacks = 0, calls = 0, wrong = 0, followed = 0, executed = 0, hung = 0, died = 0,
                unwarned = 0, unclear = 0;

  void add(const char* name, const Scene& scene, int code, const Outcome& outcome, int warnings) {
    ++attacks;
    calls += outcome.calls;
    const auto count = [&](std::uint64_t& figure, bool happened, const char* what) {
      if (!happened) return;
      ++figure;
      std::printf("  %s: %s (exit code %d, %llu warnings)\n", name, what, code,
                  static_cast<unsigned long long>(outcome.warnings.load()));
    };
    count(wrong, outcome.wrong != 0, "wrong value");
    count(followed, scene.was_followed(), "followed");
    count(executed, scene.was_executed(), "executed");
    count(hung, code == 128 + SIGALRM, "hung");
    count(died, code != 0 && code != 128 + SIGALRM, "died");
    count(unwarned, warnings >= 0 && outcome.warnings != static_cast<std::uint64_t>(warnings),
          "not the warnings that were due");
    count(unclear, outcome.unclear != 0, "unclear message");
  }
};

void try_each(Sum& sum) {
  for (const Attack& attack : attacks())
    for (const Ground ground : attack.grounds) {
      const Scene scene(ground);
      Shared<Outcome> outcome;
      attack.plant(scene);
      const int code = scene.calls_of_victim(*outcome);
      // On the attacker's own ground the directory is refused, whatever is in it.
      sum.add(attack.name, scene, code, *outcome, ground == Ground::own ? 1 : attack.warnings);
    }
}

/// Somebody holds what the victim waits for, and never lets go.
void hold_the_lock(Sum& sum) {
  for (const Ground ground : {Ground::group, Ground::strange}) {
    const Scene scene(ground);
    scene.make_tag_directory();
    Shared<Outcome> outcome;
    Signal locked;
    ChildProcess holder([&] {
      Scene::become(attacker);
      const std::string path = scene.tag_directory() + "/.lock";
      const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
      if (::fchmod(file, ground == Ground::group ? 0660 : 0666) != 0) return 1;
      std::string noise(64 << 10, '\xff');  // where the holders tell of themselves
      if (::pwrite(file, noise.data(), noise.size(), 0) < 0) return 1;
      struct flock range {};
      range.l_type = F_WRLCK;
      range.l_whence = SEEK_SET;
      if (::fcntl(file, F_OFD_SETLK, &range) != 0) return 1;
      locked.set();
      std::this_thread::sleep_for(std::chrono::minutes(1));
      return 0;
    });
    locked.wait();
    // A member of the group is believed to compute, for as long as the victim is willing to wait.
    auto options = cache_on_disk::options();
    options.max_wait = std::chrono::milliseconds(200);
    if (ground == Ground::group) cache_on_disk::set_options(options);
    const int code = scene.calls_of_victim(*outcome);
    options.max_wait.reset();
    cache_on_disk::set_options(options);
    sum.add("a lock that is held for ever", scene, code, *outcome, ground == Ground::group ? 0 : 1);
  }
}

/// An entry that its owner cuts short while the victim uses the value.
void cut_under_the_victim(Sum& sum) {
  for (const Ground ground : {Ground::group, Ground::strange}) {
    const Scene scene(ground);
    scene.make_tag_directory();
    const std::size_t method = Specimen::large_method();
    if (Scene::as(attacker, [&] { return scene.specimen()->is_right(method) ? 0 : 1; }) != 0)
      throw std::runtime_error("the attacker cannot store");
    Shared<Outcome> outcome;
    Signal read, cut;
    ChildProcess user([&] {
      Scene::become(victim);
      ::alarm(10);
      scene.listen(*outcome);
      const auto specimen = scene.specimen();
      ++outcome->calls;
      const auto value = specimen->array(static_cast<int>(method));
      read.set();
      cut.wait();
      outcome->wrong += !specimen->is_right(method);
      return 0;
    });
    read.wait();
    for (const auto& file : std::filesystem::directory_iterator(scene.tag_directory()))
      if (file.path().extension() == ".npy") std::filesystem::resize_file(file.path(), 0);
    cut.set();
    sum.add("an entry cut short under its reader", scene, user.wait(), *outcome, 0);
  }
  // The victim's own entries cannot be touched at all.
  const Scene scene(Ground::own);
  Shared<Outcome> outcome;
  scene.calls_of_victim(*outcome);
  const bool touched = Scene::as(attacker, [&] {
                         return ::truncate(scene.entry().c_str(), 0) == 0 ||
                                        ::unlink(scene.entry().c_str()) == 0 ||
                                        ::rename(scene.tag_directory().c_str(), scene.theirs().c_str()) == 0
                                    ? 0
                                    : 1;
                       }) == 0;
  sum.add("the victim's entry and directory, written by another", scene, touched ? 1 : 0, *outcome, 0);
}

void swap_directory(const Scene& scene, std::uint64_t i) {
  const std::string place = scene.tag_directory();
  const std::string away = scene.theirs() + "/" + std::to_string(i);
  ::rename(place.c_str(), away.c_str());
  if (i % 3 == 0) {
    create_symlink(scene.home(), place);
  } else {
    std::filesystem::create_directory(place);
    write_file(scene.entry(), Scene::pickle_of_text("poison"), 0644);
  }
  std::this_thread::sleep_for(std::chrono::microseconds(300));
  ::rename(place.c_str(), (away + "-mine").c_str());
  std::filesystem::remove_all(away + "-mine");
  std::this_thread::sleep_for(std::chrono::microseconds(300));
}

void swap_entry(const Scene& scene, std::uint64_t i) {
  const std::string mine = scene.theirs() + "/" + std::to_string(i);
  switch (i % 5) {
    case 0:
      write_file(mine, scene.command(), 0644);
      break;
    case 1:
      ::mkfifo(mine.c_str(), 0666);
      break;
    case 2:
      create_symlink(scene.home() + "/download.npy", mine);
      break;
    case 3:
      write_file(mine, std::string(1000, 'x'), 0644);
      break;
    default:
      create_symlink(scene.home() + "/precious", mine);
      break;
  }
  std::filesystem::rename(mine, scene.entry());
}

/// The directory, or the entry, is another at every look.
void swap_while_called(const Plan& plan, Sum& sum, std::uint64_t& swaps, bool of_directory, Ground ground) {
  const Scene scene(ground);
  if (of_directory)
    Scene::set_mode(scene.base(), 0777);  // without the sticky bit anybody may rename the victim's directory
  else
    scene.make_tag_directory();
  struct Board {
    Counter swaps;
    std::atomic<bool> over{false};
  };
  Shared<Board> board;
  Shared<Outcome> outcome;
  ChildProcess swapper([&] {
    Scene::become(attacker);
    ::umask(0);
    for (std::uint64_t i = 0; !board->over; ++i, ++board->swaps) try {
        if (of_directory)
          swap_directory(scene, i);
        else
          swap_entry(scene, i);
      } catch (const std::exception&) {  // the victim was faster
      }
    return 0;
  });
  const int code = Scene::as(victim, [&] {
    scene.listen(*outcome);
    for (const Timer timer(plan); timer.running();) {
      ::alarm(10);
      ++outcome->calls;
      outcome->wrong += !scene.specimen()->is_right(Specimen::text_method());
    }
    return 0;
  });
  board->over = true;
  swapper.wait();
  swaps += board->swaps;
  sum.add(of_directory ? "a directory that is swapped" : "an entry that is swapped", scene, code, *outcome,
          -1);
}

/// Tags that would lead elsewhere, or that no file system and no terminal should see.
std::uint64_t bad_tags_taken() {
  std::vector<std::string> bad{"../x",
                               "..",
                               ".",
                               "a/b",
                               "/etc",
                               "../../etc/x",
                               "a/../b",
                               "x/",
                               std::string("a\0b", 3),
                               "a\nb",
                               "a\tb",
                               "\x1b[2J",
                               "a\x7f",
                               std::string(300, 'a'),
                               "\xff\xfe",
                               "\xc0\xaf",
                               "\xed\xa0\x80",
                               "\xf4\x90\x80\x80",
                               "a\xc2"};
  std::uint64_t taken = 0;
  TemporaryDirectory directory;
  for (const std::string& prefix : {std::string("cache"), std::string()})
    for (const std::string& tag : bad) {
      if (!prefix.empty() && (tag == ".." || tag == ".")) continue;  // "cache.." is a name like any other
      Specimen specimen(tag);
      cache_on_disk::set_tmpdir(specimen, directory.path());
      try {
        cache_on_disk::set_prefix(specimen, prefix);
        cache_on_disk::set_tag(specimen, tag);
        std::printf("  a bad tag was taken: %s\n", cache_on_disk::entry::encode_text(tag).c_str());
        ++taken;
      } catch (const std::invalid_argument&) {
      }
      try {
        cache_on_disk::set_prefix(specimen, tag);
        cache_on_disk::set_tag(specimen, "night");
        ++taken;
      } catch (const std::invalid_argument&) {
      }
      taken += !specimen.is_right(0);  // uncached, and right
    }
  return taken + (std::filesystem::is_empty(directory.path()) ? 0 : 1);
}

}  // namespace

void attack_victims(const Plan& plan, Report& report) {
  if (::geteuid() != 0) throw Skipped("needs root, to be two users");
  Sum sum;
  std::uint64_t swaps = 0;
  const Timer timer(plan);
  const std::uint64_t bad_tags = bad_tags_taken();
  do {
    try_each(sum);
    hold_the_lock(sum);
    cut_under_the_victim(sum);
    Plan part = plan;
    part.time = std::min(plan.time / 5, std::chrono::milliseconds(20'000));
    swap_while_called(part, sum, swaps, true, Ground::own);
    for (const Ground ground : {Ground::group, Ground::strange})
      swap_while_called(part, sum, swaps, false, ground);
  } while (timer.running());
  report.must_be_some("attacks", sum.attacks);
  report.must_be_some("calls under attack", sum.calls);
  report.must_be_some("swaps", swaps);
  report.must_be_none("wrong values", sum.wrong);
  report.must_be_none("followed", sum.followed);
  report.must_be_none("executed", sum.executed);
  report.must_be_none("hung", sum.hung);
  report.must_be_none("failed calls", sum.died);
  report.must_be_none("not warned once", sum.unwarned);
  report.must_be_none("unclear messages", sum.unclear);
  report.must_be_none("bad tags taken", bad_tags);
}

}  // namespace campaign
