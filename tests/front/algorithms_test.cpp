// Objects with cells in containers of the standard library, driven by its algorithms: whatever moves, copies or replaces them,
// each gives its own values, as in a program without a cache.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <unordered_map>
#include <variant>
#include <vector>

#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

/// What all classes here have: a number, and three cells of different kinds whose values tell it.
#define CELLS_OF_EACH_KIND                                                                     \
  std::string values() const {                                                                 \
    return std::to_string(*small_([this] { return number(); })) + " " +                        \
           *large_([this] { return std::string(40, 'x') + std::to_string(number()); }) + " " + \
           std::to_string(*at_(number() % 2, [this] { return number() * 10; }));               \
  }                                                                                            \
  Cached<int> small_;                                                                          \
  Cached<std::string> large_;                                                                  \
  Cached<int(int)> at_;

struct Movable {
  Movable(int n = -1) : number_(n) {}
  int number() const { return number_; }
  int number_;
  CELLS_OF_EACH_KIND
  CACHE_ON_DISK(Movable, small_, large_, at_)
};

/// A declared destructor leaves a class without moves of its own.
struct CopyOnly {
  CopyOnly(int n = -1) : number_(n) {}
  CopyOnly(const CopyOnly&) = default;
  CopyOnly& operator=(const CopyOnly&) = default;
  ~CopyOnly() {}
  int number() const { return number_; }
  int number_;
  CELLS_OF_EACH_KIND
  CACHE_ON_DISK(CopyOnly, small_, large_, at_)
};

struct Base {
  Base(int n) : number_(n) {}
  Base(const Base&) = default;
  Base& operator=(const Base&) = default;
  virtual ~Base() = default;
  virtual int number() const { return number_; }
  int number_;
  std::string of_base() const {
    return *of_base_([this] { return "base of " + std::to_string(number()); });
  }
  Cached<std::string> of_base_;
  CACHE_ON_DISK_VIRTUAL(Base, of_base_)
};
struct Polymorphic : Base {
  Polymorphic(int n = -1) : Base(n), own_(n) {}
  int number() const override { return own_; }
  int own_;
  CELLS_OF_EACH_KIND
  CACHE_ON_DISK(Polymorphic, bases(Base), small_, large_, at_)
};

/// Of its parts some move, some are copied, and some stay where they are.
struct Mixed {
  Mixed(int n = -1) : moves_(n), is_copied_(n), shared_(std::make_shared<Movable>(n)) {}
  int number() const { return moves_.number() + is_copied_.number() - (shared_ ? shared_->number() : 0); }
  Movable moves_;
  CopyOnly is_copied_;
  std::shared_ptr<Movable> shared_;
  std::string parts() const {
    return moves_.values() + is_copied_.values() + (shared_ ? shared_->values() : "moved from");
  }
  CELLS_OF_EACH_KIND
  CACHE_ON_DISK(Mixed, moves_, is_copied_, shared_, small_, large_, at_)
};

struct MoveOnly {
  MoveOnly(int n = -1) : number_(std::make_unique<int>(n)) {}
  int number() const { return number_ ? *number_ : -2; }
  std::unique_ptr<int> number_;
  CELLS_OF_EACH_KIND
  CACHE_ON_DISK(MoveOnly, small_, large_, at_)
};

/// Assigns by copying and swapping, and swaps in its own way.
struct Swapping {
  Swapping(int n = -1) : number_(n) {}
  Swapping(const Swapping&) = default;
  Swapping(Swapping&&) = default;
  Swapping& operator=(Swapping other) {
    swap(*this, other);
    return *this;
  }
  friend void swap(Swapping& one, Swapping& other) noexcept {
    std::swap(one.number_, other.number_);
    std::swap(one.small_, other.small_);
    std::swap(one.large_, other.large_);
    std::swap(one.at_, other.at_);
  }
  int number() const { return number_; }
  int number_;
  CELLS_OF_EACH_KIND
  CACHE_ON_DISK(Swapping, small_, large_, at_)
};

template <class E>
std::string values_of(const E& object) {
  std::string values = object.values();
  if constexpr (requires { object.of_base(); }) values += object.of_base();
  if constexpr (requires { object.parts(); }) values += object.parts();
  return values;
}

template <class Container>
struct Root {
  Container objects_;
  CACHE_ON_DISK(Root, objects_)
};

constexpr auto is_less = [](const auto& one, const auto& other) { return one.number() < other.number(); };
constexpr auto is_odd = [](const auto& object) { return object.number() % 2 != 0; };
constexpr auto are_alike = [](const auto& one, const auto& other) { return one.number() / 4 == other.number() / 4; };

/// The same for a number of steps with and without a cache; tells all values it sees.
template <class Container>
class Program {
 public:
  using Random = std::mt19937;

  Program(unsigned seed, const std::string* directory) : random_(seed), directory_(directory) {}
  virtual ~Program() = default;

  std::string run(int steps) {
    grow();
    tag(mine_), tag(other_);
    for (int step = 0; step < steps; ++step) {
      const std::size_t chosen = random_() % actions_.size();
      // What lies there when an algorithm begins is half in memory, and half not.
      for (auto& object : all(mine_))
        if (random_() % 2 == 0) (void)values_of(*object);
      actions_[chosen].second();
      told_ += actions_[chosen].first + ":";
      tell(mine_), tell(other_);
      grow();
      if (random_() % 3 == 0) tag(random_() % 2 == 0 ? mine_ : other_);
    }
    return told_;
  }

 protected:
  void add(std::string name, std::function<void()> action) {
    actions_.emplace_back(std::move(name), std::move(action));
  }
  virtual void grow() = 0;
  virtual void grow_by_one(Container& container) = 0;

  auto all(Root<Container>& root) {
    std::vector<decltype(&value_in(*root.objects_.begin()))> objects;
    for (auto& element : root.objects_) objects.push_back(&value_in(element));
    return objects;
  }
  template <class Element>
  static auto& value_in(Element& element) {
    if constexpr (requires { element.second; })
      return element.second;
    else
      return element;
  }
  auto& any(Root<Container>& root) { return *pick(all(root)); }
  template <class T>
  T pick(const std::vector<T>& list) {
    return list[random_() % list.size()];
  }
  /// Always another tag: under one of before, a place is another object's.
  void tag(Root<Container>& root) {
    ++tags_;
    if (directory_ == nullptr) return;
    set_tmpdir(root, *directory_);
    set_tag(root, "tag" + std::to_string(tags_));
  }
  void tell(Root<Container>& root) {
    for (auto* object : all(root)) told_ += values_of(*object) + ",";
    told_ += "\n";
  }
  int next() { return numbers_++; }

  Random random_;
  const std::string* directory_;
  Root<Container> mine_, other_;
  int numbers_ = 1;

 private:
  std::vector<std::pair<std::string, std::function<void()>>> actions_;
  std::string told_;
  int tags_ = 0;
};

/// What assignment and its like do to single objects, in any container.
template <class Container, class E>
class WithElements : public Program<Container> {
 protected:
  WithElements(unsigned seed, const std::string* directory) : Program<Container>(seed, directory) {
    const auto mine = [this]() -> E& { return this->any(this->mine_); };
    const auto other = [this]() -> E& { return this->any(this->other_); };
    this->add("swap", [=] {
      using std::swap;
      E &one = mine(), &another = other();
      swap(one, another);
    });
    this->add("move of one", [=] { mine() = std::move(other()); });
    this->add("move of a new one", [=, this] { mine() = E(this->next()); });
    this->add("exchange", [=, this] { this->moved_out_ = std::exchange(mine(), E(this->next())); });
    this->add("move out and back", [=] {
      E out = std::move(mine());
      other() = std::move(out);
    });
    if constexpr (std::copyable<E>) {
      this->add("copy of one", [=] { mine() = other(); });
      this->add("copy of a sibling", [=] { mine() = mine(); });
      this->add("copy of a new one", [=, this] {
        const E fresh(this->next());
        mine() = fresh;
      });
      this->add("copy out and move back", [=] {
        E out = mine();
        (void)values_of(out);
        mine() = std::move(out);
      });
      this->add("optional", [=, this] {
        std::optional<E> held(mine());
        (void)values_of(*held);
        held = other();
        held.emplace(this->next());
        held = mine();
        mine() = *std::move(held);
      });
      this->add("variant", [=] {
        std::variant<int, E> held(std::in_place_type<E>, mine());
        held = other();
        held = 1;
        held = mine();
        other() = std::get<E>(std::move(held));
      });
      this->add("all of the other container", [this] { this->mine_.objects_ = this->other_.objects_; });
    }
    this->add("the containers", [this] { std::swap(this->mine_.objects_, this->other_.objects_); });
    this->add("the container by move", [this] { this->mine_.objects_ = std::move(this->other_.objects_); });
  }
  std::optional<E> moved_out_;
};

template <class Container, class E>
class WithSequence : public WithElements<Container, E> {
 protected:
  WithSequence(unsigned seed, const std::string* directory) : WithElements<Container, E>(seed, directory) {
    Container& c = this->mine_.objects_;
    Container& d = this->other_.objects_;
    const auto place = [this, &c] { return std::next(c.begin(), long(this->random_() % c.size())); };
    this->add("erase", [=, &c] { c.erase(place()); });
    this->add("erase a range", [=, &c] { c.erase(c.begin(), place()); });
    this->add("insert", [=, this, &c] { c.insert(place(), E(this->next())); });
    this->add("emplace", [=, this, &c] { c.emplace(place(), this->next()); });
    this->add("insert by move", [=, this, &c] { c.insert(place(), std::move(this->any(this->other_))); });
    this->add("remove_if", [&c] { c.erase(std::remove_if(c.begin(), c.end(), is_odd), c.end()); });
    this->add("unique", [&c] { c.erase(std::unique(c.begin(), c.end(), are_alike), c.end()); });
    this->add("reverse", [&c] { std::reverse(c.begin(), c.end()); });
    this->add("rotate", [=, &c] { std::rotate(c.begin(), place(), c.end()); });
    this->add("partition", [&c] { std::partition(c.begin(), c.end(), is_odd); });
    this->add("stable_partition", [&c] { std::stable_partition(c.begin(), c.end(), is_odd); });
    this->add("next_permutation", [&c] { std::next_permutation(c.begin(), c.end(), is_less); });
    this->add("prev_permutation", [&c] { std::prev_permutation(c.begin(), c.end(), is_less); });
    this->add("iter_swap", [=] { std::iter_swap(place(), place()); });
    this->add("swap_ranges", [&c, &d] {
      std::swap_ranges(c.begin(), std::next(c.begin(), long(std::min(c.size(), d.size()))), d.begin());
    });
    this->add("move", [=, &c] { std::move(std::next(c.begin()), c.end(), c.begin()); });
    this->add("move_backward", [=, &c] { std::move_backward(c.begin(), std::prev(c.end()), c.end()); });
    this->add("assign by move",
              [&c, &d] { c.assign(std::make_move_iterator(d.begin()), std::make_move_iterator(d.end())); });
    this->add("inplace_merge", [=, &c] {
      const auto middle = place();
      std::inplace_merge(c.begin(), middle, c.end(), is_less);
    });
    this->add("generate", [=, this] { std::generate_n(place(), 1, [this] { return E(this->next()); }); });
    this->add("pop and push", [=, this, &c] {
      c.pop_back();
      c.push_back(std::move(this->any(this->other_)));
      c.emplace_back(this->next());
    });
    this->add("resize", [=, &c] { c.resize(c.size() - 1), c.resize(c.size() + 2); });
    this->add("shrink and clear", [&c] { c.clear(); });
    this->add("insert by moving iterators",
              [=, &c, &d] { c.insert(place(), std::make_move_iterator(d.begin()), std::make_move_iterator(d.end())); });
    if constexpr (std::copyable<E>) {
      this->add("copy", [&c] { std::copy(std::next(c.begin()), c.end(), c.begin()); });
      this->add("copy_backward", [&c] { std::copy_backward(c.begin(), std::prev(c.end()), c.end()); });
      this->add("copy_if", [&c, &d] {
        Container found;
        std::copy_if(d.begin(), d.end(), std::back_inserter(found), is_odd);
        c = found;
      });
      this->add("insert a copy", [=, this, &c] { c.insert(place(), this->any(this->mine_)); });
      this->add("insert copies", [=, this, &c] { c.insert(place(), 2, this->any(this->other_)); });
      this->add("insert a range", [=, &c, &d] { c.insert(place(), d.begin(), d.end()); });
      this->add("assign", [&c, &d] { c.assign(d.begin(), d.end()); });
      this->add("assign many", [=, this, &c] {
        const E model = this->any(this->mine_);
        c.assign(3, model);
      });
      this->add("assign a list", [=, this, &c] { c = {E(this->next()), E(this->next()), this->any(this->other_)}; });
      this->add("fill", [=, this, &c] { std::fill(place(), c.end(), this->any(this->other_)); });
      this->add("replace_if", [=, this, &c] { std::replace_if(c.begin(), c.end(), is_odd, E(this->next())); });
      this->add("remove_copy_if", [&c, &d] {
        Container left;
        std::remove_copy_if(c.begin(), c.end(), std::back_inserter(left), is_odd);
        d = std::move(left);
      });
      this->add("reverse_copy", [&c, &d] {
        Container reversed;
        std::reverse_copy(c.begin(), c.end(), std::back_inserter(reversed));
        d = reversed;
      });
      this->add("rotate_copy", [=, &c, &d] {
        const auto middle = place();
        Container rotated;
        std::rotate_copy(c.begin(), middle, c.end(), std::back_inserter(rotated));
        d = rotated;
      });
      this->add("resize with copies", [=, this, &c] { c.resize(c.size() + 2, E(this->next())); });
      this->add("partition_copy", [&c, &d] {
        Container odd, even;
        std::partition_copy(c.begin(), c.end(), std::back_inserter(odd), std::back_inserter(even), is_odd);
        c = odd, d = even;
      });
      this->add("merge", [&c, &d] {
        Container merged;
        std::merge(c.begin(), c.end(), d.begin(), d.end(), std::back_inserter(merged), is_less);
        c = std::move(merged);
      });
    }
    if constexpr (std::random_access_iterator<typename Container::iterator>) {
      this->add("sort", [&c] { std::sort(c.begin(), c.end(), is_less); });
      this->add("stable_sort", [&c] { std::stable_sort(c.begin(), c.end(), is_less); });
      this->add("ranges::sort", [&c] { std::ranges::sort(c, std::greater(), &E::number); });
      this->add("nth_element", [=, &c] { std::nth_element(c.begin(), place(), c.end(), is_less); });
      this->add("partial_sort", [=, &c] { std::partial_sort(c.begin(), place(), c.end(), is_less); });
      this->add("shuffle", [this, &c] { std::shuffle(c.begin(), c.end(), this->random_); });
      this->add("heap", [=, this, &c] {
        std::make_heap(c.begin(), c.end(), is_less);
        c.push_back(E(this->next()));
        std::push_heap(c.begin(), c.end(), is_less);
        std::pop_heap(c.begin(), c.end(), is_less);
      });
      this->add("sort_heap", [&c] {
        std::make_heap(c.begin(), c.end(), is_less);
        std::sort_heap(c.begin(), c.end(), is_less);
      });
      this->add("shift_left", [&c] { std::shift_left(c.begin(), c.end(), 1); });
      this->add("shift_right", [&c] { std::shift_right(c.begin(), c.end(), 1); });
      this->add("ranges::rotate", [=, &c] { std::ranges::rotate(c, place()); });
      this->add("sort by the cached values", [&c] {
        std::sort(c.begin(), c.end(), [](const E& one, const E& other) { return one.values() < other.values(); });
      });
      if constexpr (requires { c.reserve(1); }) {
        this->add("reserve", [&c] { c.reserve(c.capacity() + 1); });
        this->add("shrink_to_fit", [&c] { c.shrink_to_fit(); });
      } else {
        this->add("front", [=, this, &c] {
          c.push_front(E(this->next())), c.pop_front();
          c.emplace_front(this->next());
        });
      }
    }
    if constexpr (requires { c.sort(is_less); }) {
      this->add("list::sort", [&c] { c.sort(is_less); });
      this->add("list::merge", [&c, &d] { c.sort(is_less), d.sort(is_less), c.merge(d, is_less); });
      this->add("list::splice", [=, &c, &d] { c.splice(place(), d, d.begin()); });
      this->add("list::remove_if", [&c] { c.remove_if(is_odd); });
      this->add("list::unique", [&c] { c.unique(are_alike); });
      this->add("list::reverse", [&c] { c.reverse(); });
    }
  }
  void grow() override {
    while (this->mine_.objects_.size() < 4) grow_by_one(this->mine_.objects_);
    while (this->mine_.objects_.size() > 9) this->mine_.objects_.pop_back();
    while (this->other_.objects_.size() < 3) grow_by_one(this->other_.objects_);
    while (this->other_.objects_.size() > 6) this->other_.objects_.pop_back();
  }
  void grow_by_one(Container& container) override { container.emplace_back(this->next()); }
};

template <class Container, class E>
class WithMap : public WithElements<Container, E> {
 protected:
  WithMap(unsigned seed, const std::string* directory) : WithElements<Container, E>(seed, directory) {
    Container& c = this->mine_.objects_;
    Container& d = this->other_.objects_;
    const auto key = [this] { return int(this->random_() % 8); };
    this->add("insert_or_assign", [=, this, &c] { c.insert_or_assign(key(), E(this->next())); });
    this->add("insert", [=, this, &c] { c.insert({key(), E(this->next())}); });
    this->add("try_emplace", [=, this, &c] { c.try_emplace(key(), this->next()); });
    this->add("[]", [=, this, &c] { c[key()] = E(this->next()); });
    this->add("[] by move", [=, this, &c] { c[key()] = std::move(this->any(this->other_)); });
    this->add("erase", [=, &c] { c.erase(key()); });
    this->add("extract under another key", [=, &c] {
      auto node = c.extract(c.begin());
      node.key() = key();
      c.insert(std::move(node));
    });
    this->add("merge", [&c, &d] { c.merge(d); });
    this->add("erase_if", [&c] { std::erase_if(c, [](const auto& element) { return is_odd(element.second); }); });
    if constexpr (std::copyable<E>) {
      this->add("[] by copy", [=, this, &c] { c[key()] = this->any(this->mine_); });
      this->add("assign a list",
                [=, this, &c] { c = {{key(), E(this->next())}, {key() + 8, this->any(this->other_)}}; });
      this->add("insert a range", [&c, &d] { c.insert(d.begin(), d.end()); });
    }
  }
  void grow() override {
    while (this->mine_.objects_.size() < 4) grow_by_one(this->mine_.objects_);
    while (this->other_.objects_.size() < 3) grow_by_one(this->other_.objects_);
  }
  void grow_by_one(Container& container) override { container.try_emplace(int(this->random_() % 8), this->next()); }
};

template <class Container>
struct Driven;
template <class E, template <class...> class Sequence>
struct Driven<Sequence<E>> : WithSequence<Sequence<E>, E> {
  Driven(unsigned seed, const std::string* directory) : WithSequence<Sequence<E>, E>(seed, directory) {}
};
template <class E>
struct Driven<std::map<int, E>> : WithMap<std::map<int, E>, E> {
  Driven(unsigned seed, const std::string* directory) : WithMap<std::map<int, E>, E>(seed, directory) {}
};
template <class E>
struct Driven<std::unordered_map<int, E>> : WithMap<std::unordered_map<int, E>, E> {
  Driven(unsigned seed, const std::string* directory) : WithMap<std::unordered_map<int, E>, E>(seed, directory) {}
};

template <class E>
class Algorithms : public testing::Test {
 protected:
  void SetUp() override {
    set_trouble_handler([](const Trouble&) {});
  }
  void TearDown() override { set_trouble_handler(nullptr); }

  template <class Container>
  void expect_own_values() {
    for (unsigned seed = 1; seed <= 3; ++seed) {
      const TemporaryDirectory directory;
      const std::string path = directory.path();
      EXPECT_EQ(Driven<Container>(seed, &path).run(60), Driven<Container>(seed, nullptr).run(60)) << seed;
    }
  }
};

using Classes = testing::Types<Movable, CopyOnly, Polymorphic, Mixed, MoveOnly, Swapping>;
TYPED_TEST_SUITE(Algorithms, Classes);

TYPED_TEST(Algorithms, OverAVectorGiveEachObjectItsOwnValues) {
  this->template expect_own_values<std::vector<TypeParam>>();
}
TYPED_TEST(Algorithms, OverADequeGiveEachObjectItsOwnValues) {
  this->template expect_own_values<std::deque<TypeParam>>();
}
TYPED_TEST(Algorithms, OverAListGiveEachObjectItsOwnValues) {
  this->template expect_own_values<std::list<TypeParam>>();
}
TYPED_TEST(Algorithms, OverAMapGiveEachObjectItsOwnValues) {
  this->template expect_own_values<std::map<int, TypeParam>>();
}
TYPED_TEST(Algorithms, OverAHashMapGiveEachObjectItsOwnValues) {
  this->template expect_own_values<std::unordered_map<int, TypeParam>>();
}

}  // namespace
}  // namespace cache_on_disk
