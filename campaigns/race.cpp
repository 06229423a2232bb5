// Threads that call, store and share while others clear, refresh, put, tag anew, copy, move and destroy objects of
// their own on the same entries. Without processes, so that ThreadSanitizer can watch.
#include <memory>
#include <thread>

#include "campaign.hpp"
#include "specimen.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {
namespace {

constexpr int callers = 4;
constexpr int changers = 3;
constexpr std::uint64_t tags = 2;
constexpr std::uint64_t shared_objects = 3;

struct Counts {
  std::atomic<std::uint64_t> calls{0}, changes{0}, wrong{0}, failed{0};
};

std::string some_tag(Random& random) { return "night" + std::to_string(below(random, tags)); }

/// The values of each tag are its own, so that one of the tag before is noticed.
std::unique_ptr<Specimen> some_object(const std::string& directory, Random& random) {
  return tagged_specimen(directory, some_tag(random));
}

std::size_t some_method(Random& random) {
  // The small ones more often: they change more often.
  return below(random, below(random, 4) == 0 ? Specimen::methods() : 4);
}

/// Calls objects that other threads call too, and keeps some values for longer than the objects live.
void call(const std::vector<std::unique_ptr<Specimen>>& objects, Random random, const std::atomic<bool>& over,
          Counts& counts) {
  std::shared_ptr<const std::string> kept;
  std::string seen;
  while (!over) try {
      const Specimen& object = *objects[below(random, objects.size())];
      counts.wrong += !object.is_right(some_method(random));
      if (kept && *kept != seen) ++counts.wrong;
      if (below(random, 4) == 0) {
        kept = object.text().share();
        seen = *kept;
      }
      ++counts.calls;
    } catch (const std::exception&) {
      ++counts.failed;
    }
}

/// Lives through objects of its own.
void change(const std::string& directory, Random random, const std::atomic<bool>& over, Counts& counts) {
  std::unique_ptr<Specimen> object = some_object(directory, random);
  while (!over) try {
      switch (below(random, 8)) {
        case 0:
          cache_on_disk::clear_cache(*object);
          break;
        case 1:
          cache_on_disk::refresh(*object);
          break;
        case 2:
          object = some_object(directory, random);
          break;
        case 3:
          object->become(some_tag(random));
          cache_on_disk::set_tag(*object, object->tag());
          break;
        case 4:
          cache_on_disk::put(*object, "text", object->expected_text());
          break;
        case 5: {
          Specimen copy = *object;
          counts.wrong += !copy.is_right(some_method(random));
          *object = std::move(copy);  // of one without a tag: it is gone
          counts.wrong += !object->is_right(some_method(random));
          cache_on_disk::set_tag(*object, object->tag());
          break;
        }
        case 6:
          object = std::make_unique<Specimen>(std::move(*object));
          break;
        default:
          counts.wrong += cache_on_disk::explain(*object).empty();
          (void)cache_on_disk::statistics(*object);
          break;
      }
      counts.wrong += !object->is_right(some_method(random));
      ++counts.changes;
    } catch (const std::exception&) {
      ++counts.failed;
    }
}

}  // namespace

void race_threads(const Plan& plan, Report& report) {
  Counts counts;
  std::uint64_t rounds = 0;
  Random random(plan.seed);
  for (const Timer timer(plan); timer.running(); ++rounds) {
    expect_progress();
    TemporaryDirectory directory;
    std::vector<std::unique_ptr<Specimen>> objects;
    for (std::uint64_t i = 0; i < shared_objects; ++i) objects.push_back(some_object(directory.path(), random));
    std::atomic<bool> over{false};
    std::vector<std::jthread> crew;
    for (int i = 0; i < callers; ++i)
      crew.emplace_back([&, own = Random(random())] { call(objects, own, over, counts); });
    for (int i = 0; i < changers; ++i)
      crew.emplace_back([&, own = Random(random())] { change(directory.path(), own, over, counts); });
    std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(plan.time / 4, std::chrono::seconds(2)));
    over = true;
  }
  report.must_be_some("rounds", rounds);
  report.must_be_some("calls", counts.calls);
  report.must_be_some("changes", counts.changes);
  report.must_be_none("wrong values", counts.wrong);
  report.must_be_none("failed calls", counts.failed);
}

}  // namespace campaign
