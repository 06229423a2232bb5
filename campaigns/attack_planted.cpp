// Attacks that lie in wait: files, links and directories of another user where the victim will look.
#include <cerrno>
#include <string_view>

#include "attack_parts.hpp"
#include "format/names.hpp"
#include "store/writer.hpp"

namespace campaign {
namespace {

using std::filesystem::create_hard_link;
using std::filesystem::create_symlink;

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
    key.origin = {.language = "c++", .module = "", .object_class = "x", .function = "x", .type = {}, .version = 0};
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

}  // namespace

std::vector<PlantedAttack> planted_attacks() {
  const std::vector<Ground> own{Ground::own}, all{Ground::own, Ground::group, Ground::strange},
      shared{Ground::group, Ground::strange};
  const auto in_directory = [](auto plant) {
    return [plant](const Scene& scene) {
      scene.make_tag_directory();
      plant(scene);
    };
  };
  return {
      {"a pickle that runs a command", all, in_directory([](const Scene& s) { as_attackers_file(s, s.command()); }),
       -1},
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
      {"a symbolic link in a circle", all, in_directory([](const Scene& s) { create_symlink(s.entry(), s.entry()); })},
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
      {"the lock file is a link", all,
       in_directory([](const Scene& s) { create_symlink(s.home() + "/precious", s.tag_directory() + "/.lock"); })},
      {"the lock file is a link to a file that is to be made", all,
       in_directory([](const Scene& s) { create_symlink(s.home() + "/made", s.tag_directory() + "/.lock"); })},
      {"the lock file is a hard link to the victim's file", all,
       in_directory([](const Scene& s) { create_hard_link(s.home() + "/precious", s.tag_directory() + "/.lock"); }),
       -1},
      {"the lock file is a FIFO", all, in_directory([](const Scene& s) { fifo(s.tag_directory() + "/.lock"); })},
      {"CACHEDIR.TAG is a link", shared,
       in_directory([](const Scene& s) { create_symlink(s.home() + "/made", s.tag_directory() + "/CACHEDIR.TAG"); }),
       0},
      {"an entry of a terabyte of nothing", all, in_directory([](const Scene& s) {
         as_attackers_file(s, "\x80\x04");
         if (::truncate(s.entry().c_str(), off_t{1} << 40) != 0) throw std::runtime_error("cannot stretch");
       })},
      {"an entry from outside the group", {Ground::group}, in_directory([](const Scene& s) {
         as_attackers_file(s, s.pickle_of_text("poison"));
         Scene::give(s.entry(), attacker, attacker);
       })},
      {"another entry under this name", shared,
       in_directory([](const Scene& s) { publish_as_attacker(s, "root.Specimen.other", [](auto&) {}); }), 1},
      {"an origin that speaks to the terminal", shared, in_directory([](const Scene& s) {
         publish_as_attacker(s, "root.Specimen.text", [](auto& key) {
           key.origin.module = "\x1b[2J\nroot: all is well\x9b\x7f";
           key.origin.object_class = "\x1b]0;title\a";
         });
       }),
       0},
  };
}

}  // namespace campaign
