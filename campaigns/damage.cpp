// Entries that are cut at every length, have every bit flipped, and are mutated at random. A reader may
// refuse them, and then the function runs; it must never take a wrong value from one.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "campaign.hpp"
#include "entry/background.hpp"
#include "entry/footer.hpp"
#include "specimen.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {
namespace {

/// A method's sound entry.
struct Entry {
  std::size_t method;
  std::string path;
  std::string content;
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Range {
 public:
  explicit Range(const Plan& plan) : random_(plan.seed) {
    for (const std::string tag : {"night", "other"}) {
      const auto specimen = tagged_specimen(directory_.path(), tag);
      for (const std::size_t method : {0, 1, 3, 5, 7, 8}) {
        specimen->is_right(method);
        const bool text = method == Specimen::methods() - 1;
        auto cacher = cache_on_disk::get_disk_cacher(*specimen, text ? "text" : "array");
        const std::string path =
            text ? cacher.fullpath() : cacher.fullpath(cache_on_disk::Arguments(static_cast<int>(method)));
        (tag == "night" ? entries_ : others_).push_back({method, path, content_of(path)});
      }
    }
  }

  /// Every length and every bit of the two smallest entries, and each entry in the place of each other.
  void try_all() {
    for (const Entry* const entry : {&entries_.front(), &entries_.back()}) {
      for (std::size_t length = 0; length < entry->content.size(); ++length)
        try_one(*entry, entry->content.substr(0, length));
      for (std::size_t bit = 0; bit < entry->content.size() * 8; ++bit) {
        std::string content = entry->content;
        content[bit / 8] = static_cast<char>(content[bit / 8] ^ 1 << bit % 8);
        try_one(*entry, content);
      }
    }
    for (const Entry& entry : entries_)
      for (const std::vector<Entry>* const all : {&entries_, &others_})
        for (const Entry& another : *all)
          if (another.path != entry.path) try_one(entry, another.content);
  }

  void try_at_random() {
    const Entry& entry = entries_[below(random_, below(random_, 4) == 0 ? entries_.size() : 2)];
    try_one(entry, mutated(entry));
  }

  /// Changes a large entry in place behind its durable mark: the one thing that only verify=always finds.
  void change_behind_the_mark() {
    const Entry& entry = entries_[4];
    std::filesystem::remove(entry.path);
    tagged_specimen(directory_.path(), "night")->is_right(entry.method);  // stored
    tagged_specimen(directory_.path(), "night")->is_right(entry.method);  // read in full, and marked
    cache_on_disk::entry::wait_for_background();
    const int file = ::open(entry.path.c_str(), O_WRONLY | O_CLOEXEC);
    const double wrong = -1;
    if (::pwrite(file, &wrong, sizeof wrong, 128 + 8 * 1000) != sizeof wrong)
      throw std::runtime_error("cannot change it");
    ::close(file);
    set_verify(cache_on_disk::Verify::automatic);
    accepted_behind_a_mark_ += !tagged_specimen(directory_.path(), "night")->is_right(entry.method);
    set_verify(cache_on_disk::Verify::always);
    wrong_ += !tagged_specimen(directory_.path(), "night")->is_right(entry.method);
    ++trials_;
  }

  void report(Report& report) const {
    report.must_be_some("trials", trials_);
    report.must_be_some("refused", refused_);
    report.must_be_none("wrong values", wrong_);
    report.must_be_none("damage not noticed", unnoticed_);
    report.must_be_some("accepted behind a durable mark unless verify=always", accepted_behind_a_mark_);
  }

  static void set_verify(cache_on_disk::Verify verify) {
    auto options = cache_on_disk::options();
    options.verify = verify;
    cache_on_disk::set_options(options);
  }

 private:
  /// Puts `content` in the entry's place as a new file, and asks for the value.
  void try_one(const Entry& entry, const std::string& content) {
    std::filesystem::remove(entry.path);
    std::ofstream(entry.path, std::ios::binary) << content;
    ::chmod(entry.path.c_str(), 0600);
    bool computed = false;
    const auto specimen = tagged_specimen(directory_.path(), "night", [&] { computed = true; });
    wrong_ += !specimen->is_right(entry.method);
    refused_ += computed;
    unnoticed_ += !computed && is_damage(entry, content);
    ++trials_;
    if (computed) remove_entries_beside();
  }

  /// A flipped bit may make an entry look like a newer version's: it is left alone then, and ours goes beside
  /// it.
  void remove_entries_beside() const {
    for (const auto& file : std::filesystem::directory_iterator(directory_ / "cachenight"))
      if (file.path().filename().string().find('~') != std::string::npos)
        std::filesystem::remove(file.path());
  }

  /// Whether the content should have been refused: all of it is checked but the durable mark, and a whole
  /// payload without a trailer is as good as what np.save writes.
  static bool is_damage(const Entry& entry, std::string content) {
    namespace trailer = cache_on_disk::entry;
    trailer::Footer footer;
    trailer::parse_footer(std::as_bytes(std::span(entry.content)), footer);
    if (content.size() == footer.payload_size) return !entry.content.starts_with(content);
    if (content.size() != entry.content.size()) return true;
    const std::size_t mark = content.size() - trailer::footer_size;  // the footer's first eight bytes
    return content.replace(mark, 8, entry.content, mark, 8) != entry.content;
  }

  std::string mutated(const Entry& entry) {
    std::string content = entry.content;
    const std::size_t begin = below(random_, content.size());
    const std::size_t length = 1 + below(random_, content.size() - begin);
    const Entry& another = below(random_, 2) == 0 ? entries_[below(random_, entries_.size())]
                                                  : others_[below(random_, others_.size())];
    switch (below(random_, 7)) {
      case 0:  // bits
        for (std::uint64_t i = 0; i <= below(random_, 16); ++i) {
          const std::size_t bit = below(random_, content.size() * 8);
          content[bit / 8] = static_cast<char>(content[bit / 8] ^ 1 << bit % 8);
        }
        break;
      case 1:  // noise
        for (std::size_t i = begin; i < begin + std::min<std::size_t>(length, 64); ++i)
          content[i] = static_cast<char>(random_());
        break;
      case 2:
        std::memset(content.data() + begin, 0, length);
        break;  // a hole
      case 3:
        content.resize(begin);
        break;  // cut
      case 4:   // another entry's trailer
        content.replace(content.size() - cache_on_disk::entry::footer_size, std::string::npos,
                        another.content.substr(another.content.size() - cache_on_disk::entry::footer_size));
        break;
      case 5:  // another entry, renamed or of another tag
        if (another.path != entry.path) content = another.content;
        break;
      default:  // a piece that moved
        content = content.substr(0, begin) + another.content.substr(std::min(begin, another.content.size()));
        break;
    }
    return content;
  }

  TemporaryDirectory directory_;
  Random random_;
  std::vector<Entry> entries_, others_;
  std::uint64_t trials_ = 0, refused_ = 0, unnoticed_ = 0, wrong_ = 0, accepted_behind_a_mark_ = 0;
};

}  // namespace

void damage_entries(const Plan& plan, Report& report) {
  cache_on_disk::set_trouble_handler([](const cache_on_disk::Trouble&) {});
  Range range(plan);
  Range::set_verify(cache_on_disk::Verify::always);
  const Timer timer(plan);
  range.try_all();
  range.change_behind_the_mark();
  while (timer.running()) range.try_at_random();
  range.report(report);
}

}  // namespace campaign
