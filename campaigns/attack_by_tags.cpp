// Tags and prefixes that somebody else may have chosen.
#include <cstdio>

#include "attack_parts.hpp"
#include "format/names.hpp"

namespace campaign {

std::uint64_t bad_tags_taken() {
  std::vector<std::string> bad{"../x",
                               "..",
                               ".",
                               "../../etc/x",
                               "a/../b",
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

}  // namespace campaign
