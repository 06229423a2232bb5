// Entries that are cut at every length, have every bit flipped and holes everywhere, bear each other's names and trailers,
// and are mutated at random. A reader may refuse them, and then the function runs; it must never take a wrong value from
// one.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "campaign.hpp"
#include "format/footer.hpp"
#include "process/background.hpp"
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
      for (const std::size_t method : {std::size_t{0}, std::size_t{1}, Specimen::text_method(), std::size_t{3},
                                       std::size_t{5}, Specimen::large_method()}) {
        specimen->is_right(method);
        tagged_specimen(directory_.path(), tag)->is_right(method);  // reads it in full, so that a large one is marked
        cache_on_disk::system::wait_for_background();
        const bool text = method == Specimen::text_method();
        auto cacher = cache_on_disk::get_disk_cacher(*specimen, text ? "text" : "array");
        const std::string path =
            text ? cacher.fullpath() : cacher.fullpath(cache_on_disk::Arguments(static_cast<int>(method)));
        (tag == "night" ? entries_ : others_).push_back({method, path, content_of(path)});
      }
    }
  }

  /// Every length, every bit and every hole of the small entries, and each entry with the parts of each other.
  void try_all(const Timer& timer) {
    for (const std::size_t small : {0u, 2u, 1u}) {
      const Entry& entry = entries_[small];
      for (std::size_t length = 0; length < entry.content.size(); ++length)
        try_one(entry, entry.content.substr(0, length));
      for (std::size_t begin = 0; begin < entry.content.size(); begin += 16)
        for (std::size_t end = begin + 16; end < entry.content.size() + 16; end += 64)
          try_one(entry, with_hole(entry.content, begin, end));
      // The larger of them takes longer than a short run has.
      for (std::size_t bit = 0; bit < entry.content.size() * 8 && (small != 1 || timer.running()); ++bit) {
        std::string content = entry.content;
        content[bit / 8] = static_cast<char>(content[bit / 8] ^ 1 << bit % 8);
        try_one(entry, content);
      }
    }
    for (const Entry& entry : entries_)
      for (const std::vector<Entry>* const all : {&entries_, &others_})
        for (const Entry& another : *all) {
          if (another.path == entry.path) continue;
          try_one(entry, another.content);  // renamed, or of another tag
          try_one(entry, payload_of(entry) + trailer_of(another));
          try_one(entry, payload_of(another) + trailer_of(entry));
          try_one(entry, entry.content + trailer_of(another));
          try_one(entry, payload_of(entry) + trailer_of(another) + trailer_of(entry));
        }
  }

  void try_at_random() {
    const Entry& entry = entries_[below(random_, below(random_, 8) == 0 ? entries_.size() : 2)];
    try_one(entry, mutated(entry));
    ++mutations_;
  }

  /// Changes a large entry in place behind its durable mark, which the file's time tells; or as a medium does that goes bad,
  /// which leaves the time as it is: the one thing that only verify=always finds.
  void change_behind_the_mark() {
    change_behind_the_mark(false);
    change_behind_the_mark(true);
  }
  void change_behind_the_mark(bool by_bit_rot) {
    const Entry& entry = entries_.back();
    std::filesystem::remove(entry.path);
    set_verify(cache_on_disk::Verify::automatic);
    tagged_specimen(directory_.path(), "night")->is_right(entry.method);  // stored
    tagged_specimen(directory_.path(), "night")->is_right(entry.method);  // read in full, and marked
    cache_on_disk::system::wait_for_background();
    const int file = ::open(entry.path.c_str(), O_WRONLY | O_CLOEXEC);
    struct stat before{};
    ::fstat(file, &before);
    const double wrong = -1;
    const std::size_t place = 128 + 8 * below(random_, 1000);
    if (::pwrite(file, &wrong, sizeof wrong, static_cast<off_t>(place)) != sizeof wrong)
      throw std::runtime_error("cannot change it");
    if (by_bit_rot) {
      const struct timespec times[] = {before.st_atim, before.st_mtim};
      ::futimens(file, times);
    }
    const bool accepted = !tagged_specimen(directory_.path(), "night")->is_right(entry.method);
    (by_bit_rot ? accepted_bit_rot_ : accepted_writes_) += accepted;
    set_verify(cache_on_disk::Verify::always);
    wrong_ += !tagged_specimen(directory_.path(), "night")->is_right(entry.method);
    ::close(file);
    ++behind_a_mark_;
    ++trials_;
  }

  void report(Report& report) const {
    report.must_be_some("trials", trials_);
    report.must_be_some("random mutations", mutations_);
    report.must_be_some("refused", refused_);
    report.must_be_none("wrong values", wrong_);
    report.must_be_none("damage not noticed", unnoticed_);
    report.figure("changed in place behind a durable mark", behind_a_mark_);
    report.must_be_none("written into behind a durable mark and accepted", accepted_writes_);
    report.must_be_some("bit rot accepted behind a durable mark unless verify=always", accepted_bit_rot_);
  }

  static void set_verify(cache_on_disk::Verify verify) {
    auto options = cache_on_disk::options();
    options.verify = verify;
    cache_on_disk::set_options(options);
  }

 private:
  /// Puts `content` in the entry's place as a new file, and asks for the value.
  void try_one(const Entry& entry, const std::string& content) {
    expect_progress();
    std::filesystem::remove(entry.path);
    std::ofstream(entry.path, std::ios::binary) << content;
    ::chmod(entry.path.c_str(), 0600);
    // Without a true mark of its own, which no new file has, all is checked in either way.
    set_verify(trials_ % 2 == 0 ? cache_on_disk::Verify::automatic : cache_on_disk::Verify::always);
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
      if (file.path().filename().string().find('~') != std::string::npos) std::filesystem::remove(file.path());
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

  static std::string with_hole(std::string content, std::size_t begin, std::size_t end) {
    end = std::min(end, content.size());
    std::memset(content.data() + begin, 0, end - begin);
    return content;
  }
  static std::size_t payload_size(const Entry& entry) {
    cache_on_disk::entry::Footer footer;
    cache_on_disk::entry::parse_footer(std::as_bytes(std::span(entry.content)), footer);
    return static_cast<std::size_t>(footer.payload_size);
  }
  static std::string payload_of(const Entry& entry) { return entry.content.substr(0, payload_size(entry)); }
  static std::string trailer_of(const Entry& entry) { return entry.content.substr(payload_size(entry)); }

  std::string mutated(const Entry& entry) {
    std::string content = entry.content;
    const std::size_t begin = below(random_, content.size());
    const std::size_t length = 1 + below(random_, content.size() - begin);
    const Entry& another =
        below(random_, 2) == 0 ? entries_[below(random_, entries_.size())] : others_[below(random_, others_.size())];
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
  std::uint64_t trials_ = 0, refused_ = 0, unnoticed_ = 0, wrong_ = 0, mutations_ = 0, behind_a_mark_ = 0,
                accepted_writes_ = 0, accepted_bit_rot_ = 0;
};

}  // namespace

void damage_entries(const Plan& plan, Report& report) {
  cache_on_disk::set_trouble_handler([](const cache_on_disk::Trouble&) {});
  Range range(plan);
  const Timer timer(plan);
  range.change_behind_the_mark();
  range.try_all(timer);
  for (std::uint64_t i = 0; i == 0 || timer.running(); ++i) {
    range.try_at_random();
    if (i % 1000 == 999) range.change_behind_the_mark();
  }
  range.report(report);
}

}  // namespace campaign
