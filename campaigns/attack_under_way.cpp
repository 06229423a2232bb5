// Attacks while the victim calls: a lock that is held, an entry that is cut short, directories and entries that are swapped.
#include <sys/file.h>

#include <atomic>
#include <thread>

#include "attack_parts.hpp"

namespace campaign {

using std::filesystem::create_symlink;

void hold_the_lock(AttackSum& sum) {
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
      struct flock range{};
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

void cut_under_the_victim(AttackSum& sum) {
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
                         return ::truncate(scene.entry().c_str(), 0) == 0 || ::unlink(scene.entry().c_str()) == 0 ||
                                        ::rename(scene.tag_directory().c_str(), scene.theirs().c_str()) == 0
                                    ? 0
                                    : 1;
                       }) == 0;
  sum.add("the victim's entry and directory, written by another", scene, touched ? 1 : 0, *outcome, 0);
}

namespace {

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

}  // namespace

void swap_while_called(const Plan& plan, AttackSum& sum, std::uint64_t& swaps, bool of_directory, Ground ground) {
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
  sum.add(of_directory ? "a directory that is swapped" : "an entry that is swapped", scene, code, *outcome, -1);
}

}  // namespace campaign
