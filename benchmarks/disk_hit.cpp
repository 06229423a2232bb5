// A value from disk: against the bare system calls, other readers of .npy files, and embedded stores.
//   disk_hit    the store is open; the page cache is warm; the whole value is used
//   disk_slice  the same; one number of the value is used
//   first_hit   the store is opened, or an object made and tagged, and one value got; closing is off the clock
//   disk_cold   the same, and its pages must come from the disk: the first process after the machine has started
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <memory>

#include "entry/durable_mark.hpp"
#include "entry/tag_directory.hpp"
#include "peers.hpp"
#include "support.hpp"
#ifdef BENCH_XTENSOR
#include <xtensor/xarray.hpp>
#include <xtensor/xnpy.hpp>
#endif

namespace bench {
namespace {

using cache_on_disk::Array;
using Numbers = std::span<const double>;

// In doubles: header and trailer of an entry.
constexpr std::size_t room_for_the_rest = 256;

/// A stored value of one size, and every way to get at it.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Numbers hit() = 0;
  virtual void forget() = 0;
  virtual std::string path() const = 0;
  /// Another object that has the same value on disk, and nothing in memory.
  virtual std::unique_ptr<Subject> another() const = 0;
};

class Single final : public Subject {
 public:
  Single() : holder_("D8") {}
  void store() {
    holder_.value([] { return values(1)(0); });
  }
  Numbers hit() override { return {&holder_.stored(), 1}; }
  void forget() override { holder_.forget(); }
  std::string path() const override { return holder_.path(); }
  std::unique_ptr<Subject> another() const override { return std::make_unique<Single>(); }

 private:
  Holder<double> holder_;
};

class Many final : public Subject {
 public:
  explicit Many(std::size_t size) : size_(size), holder_("D" + std::to_string(size)) {}
  void store() {
    for (int i = 0; i < 3; ++i) {  // stored, checked once, marked
      holder_.value([&] { return values(size_); });
      holder_.forget();
      cache_on_disk::entry::wait_for_marks();
    }
  }
  Numbers hit() override { return holder_.stored().span(); }
  void forget() override { holder_.forget(); }
  std::string path() const override { return holder_.path(); }
  std::unique_ptr<Subject> another() const override { return std::make_unique<Many>(size_); }

 private:
  std::size_t size_;
  Holder<Array<double>> holder_;
};

template <class T>
std::unique_ptr<Subject> stored(std::unique_ptr<T> subject) {
  subject->store();
  return subject;
}

Subject& subject(std::size_t size) {
  static std::map<std::size_t, std::unique_ptr<Subject>> made;
  auto& one = made[size];
  if (!one) one = size == 1 ? stored(std::make_unique<Single>()) : stored(std::make_unique<Many>(size));
  return *one;
}

std::string key_of(std::size_t size) { return "root.Holder.cell " + std::to_string(size); }

/// The directory of a peer that holds the value of this size.
std::string stored_by(const Peer& peer, std::size_t size) {
  static std::map<std::string, bool> stored;
  const std::string directory = scratch_directory() + "/" + peer.name + std::to_string(size);
  if (!std::exchange(stored[directory], true)) {
    const auto store = peer.open(directory, Access::write);
    store->put(key_of(size), std::as_bytes(values(size).span()));
    store->settle();
  }
  return directory;
}

Numbers numbers(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const double*>(bytes.data()), bytes.size() / sizeof(double)};
}

/// A .npy file as np.save writes it, of any shape, without our trailer.
std::string npy_file(std::size_t size) {
  const std::string path = scratch_directory() + "/bare" + std::to_string(size) + ".npy";
  if (::access(path.c_str(), F_OK) == 0) return path;
  std::string text = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + std::to_string(size) + ",), }";
  text.resize(117, ' ');
  std::ofstream file(path, std::ios::binary);
  file << std::string("\x93NUMPY\x01\x00v\x00", 10) << text << '\n';
  file.write(reinterpret_cast<const char*>(values(size).data()), static_cast<std::streamsize>(size * 8));
  return path;
}

/// What a program cannot do without: open, ask for the size, read, close. Of the same file that we read, into a buffer that
/// holds it.
double bare_read(const std::string& path, std::vector<double>& buffer) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  ::fstat(file, &status);
  const auto size = static_cast<std::size_t>(status.st_size);
  for (std::size_t at = 0; at < size;) {
    const ssize_t count = ::read(file, reinterpret_cast<char*>(buffer.data()) + at, size - at);
    if (count <= 0) throw std::runtime_error("cannot read");
    at += static_cast<std::size_t>(count);
  }
  ::close(file);
  return use({buffer.data(), size / 8});
}

double bare_map(const std::string& path, bool whole) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  ::fstat(file, &status);
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const bytes = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  const Numbers all(static_cast<const double*>(bytes), size / 8);
  const double result = whole ? use(all) : read(all[all.size() / 2]);
  ::munmap(bytes, size);
  return result;
}

/// As people write it by hand, and as small libraries do: header, shape, one vector.
std::vector<double> load_by_hand(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char start[10];
  file.read(start, sizeof start);
  std::uint16_t length = 0;
  std::memcpy(&length, start + 8, 2);
  std::string header(length, ' ');
  file.read(header.data(), length);
  if (header.find("'descr': '<f8'") == std::string::npos) throw std::runtime_error("no doubles");
  const auto count = std::stoull(header.substr(header.find("'shape': (") + 10));
  std::vector<double> numbers(count);
  file.read(reinterpret_cast<char*>(numbers.data()), static_cast<std::streamsize>(count * 8));
  return numbers;
}

double used(Numbers all, bool whole) { return whole ? use(all) : read(all[all.size() / 2]); }

class Verifying {
 public:
  explicit Verifying(bool always) : before_(cache_on_disk::options()) {
    cache_on_disk::Options options = before_;
    if (always) options.verify = cache_on_disk::Verify::always;
    cache_on_disk::set_options(options);
  }
  ~Verifying() { cache_on_disk::set_options(before_); }

 private:
  cache_on_disk::Options before_;
};

void our_hits(benchmark::State& state, std::size_t size, bool whole, bool always) {
  Subject& mine = subject(size);
  const Verifying verifying(always);
  for (auto _ : state) {
    benchmark::DoNotOptimize(used(mine.hit(), whole));
    mine.forget();
  }
}

void use_stored(Store& store, const std::string& key, bool whole = true) {
  store.get_stored(key, [&](auto bytes) { benchmark::DoNotOptimize(used(numbers(bytes), whole)); });
}

void peer_hits(benchmark::State& state, const Peer& peer, std::size_t size, bool whole) {
  const auto store = peer.open(stored_by(peer, size), Access::read);
  const std::string key = key_of(size);
  for (auto _ : state) use_stored(*store, key, whole);
}

void repeat(benchmark::State& state, const std::function<double()>& action) {
  for (auto _ : state) benchmark::DoNotOptimize(action());
}

bool is_large(std::size_t size) { return size >= 128 << 10; }
bool is_huge(std::size_t size) { return size >= 8 << 20; }

template <class Run>
void warm_series(const Size& size, const std::string& who, Run run) {
  const std::size_t n = size.doubles;
  auto* const one = series("disk_hit", size.name, who, [=](auto& state) {
    if (is_huge(n)) have_memory(n);
    run(state);
  });
  if (is_huge(n)) one->Repetitions(5)->Iterations(n > 8 << 20 ? 1 : 5);
  one->UseRealTime();
}

void register_warm(const Size& size) {
  const std::size_t n = size.doubles;
  const auto hit = [&](const std::string& who, auto run) { warm_series(size, who, run); };
  hit("ours", [n](auto& state) { our_hits(state, n, true, false); });
  if (is_large(n)) hit("ours, verify=always", [n](auto& state) { our_hits(state, n, true, true); });
  hit("open fstat read close", [n](auto& state) {
    const std::string path = subject(n).path();
    std::vector<double> buffer(n + room_for_the_rest);
    repeat(state, [&] { return bare_read(path, buffer); });
  });
  if (is_large(n))
    hit("open fstat mmap close", [n](auto& state) {
      const std::string path = subject(n).path();
      repeat(state, [&] { return bare_map(path, true); });
    });
  if (n >= 8 << 10)
    hit("memcpy", [n](auto& state) {  // from memory that holds the value to memory that is there
      const Numbers held = values(n).span();
      std::vector<double> buffer(n);
      repeat(state, [&] {
        std::memcpy(buffer.data(), held.data(), held.size_bytes());
        return use(buffer);
      });
    });
  hit(".npy by hand", [n](auto& state) {
    const std::string path = npy_file(n);
    repeat(state, [&] { return use(load_by_hand(path)); });
  });
#ifdef BENCH_XTENSOR
  hit("xtensor", [n](auto& state) {
    const std::string path = npy_file(n);
    repeat(state, [&] {
      const auto array = xt::load_npy<double>(path);
      return use({array.data(), array.size()});
    });
  });
#endif
  for (const Peer& peer : peers()) hit(peer.name, [=](auto& state) { peer_hits(state, peer, n, true); });
}

void register_slices(const Size& size) {
  const std::size_t n = size.doubles;
  const auto hit = [&](const std::string& who, auto run) {
    series("disk_slice", size.name, who, run)->UseRealTime();
  };
  hit("ours", [n](auto& state) { our_hits(state, n, false, false); });
  hit("open fstat mmap close", [n](auto& state) {
    const std::string path = subject(n).path();
    repeat(state, [&] { return bare_map(path, false); });
  });
#ifdef BENCH_LMDB
  hit("LMDB", [=](auto& state) { peer_hits(state, peers().front(), n, false); });
#endif
}

/// Makes our next hit open the tag directory, as the first one of a process does.
void forget_directory(const Subject& mine) {
  cache_on_disk::entry::forget_tag_directory(
      {scratch_directory(), std::filesystem::path(mine.path()).parent_path().filename(), {}});
}

void register_first(const Size& size) {
  const std::size_t n = size.doubles;
  series("first_hit", size.name, "ours", [n](auto& state) {
    const Subject& mine = subject(n);
    std::unique_ptr<Subject> fresh;
    timed(
        state, [&] { fresh.reset(), forget_directory(mine); },
        [&] { benchmark::DoNotOptimize(use((fresh = mine.another())->hit())); });
  })->UseManualTime();
  for (const Peer& peer : peers())
    series("first_hit", size.name, peer.name, [=](auto& state) {
      const std::string directory = stored_by(peer, n), key = key_of(n);
      std::unique_ptr<Store> store;
      timed(
          state, [&] { store.reset(); },
          [&] { use_stored(*(store = peer.open(directory, Access::read)), key); });
    })->UseManualTime();
}

void register_cold(const Size& size) {
  const std::size_t n = size.doubles;
  const auto cold = [&](const std::string& who, auto run) {
    auto* const one = series("disk_cold", size.name, who, run)->UseManualTime()->Repetitions(5);
    one->Iterations(n > 8 << 20 ? 1 : 5);
  };
  cold("ours", [n](auto& state) {
    Subject& mine = subject(n);
    std::unique_ptr<Subject> fresh;
    mine.forget();  // what is mapped stays in memory
    timed(
        state, [&] { fresh.reset(), forget_directory(mine), drop_pages(mine.path()), have_memory(n); },
        [&] { benchmark::DoNotOptimize(use((fresh = mine.another())->hit())); });
  });
  cold("open fstat read close", [n](auto& state) {
    const std::string path = subject(n).path();
    std::vector<double> buffer(n + room_for_the_rest);
    subject(n).forget();
    timed(
        state, [&] { drop_pages(path), have_memory(n); },
        [&] { benchmark::DoNotOptimize(bare_read(path, buffer)); });
  });
  for (const Peer& peer : peers())
    cold(peer.name, [=](auto& state) {
      const std::string directory = stored_by(peer, n), key = key_of(n);
      std::unique_ptr<Store> store;
      timed(
          state,
          [&] {
            store.reset();  // what is mapped stays in memory
            for (const auto& file : std::filesystem::directory_iterator(directory)) drop_pages(file.path());
            have_memory(n);
          },
          [&] { use_stored(*(store = peer.open(directory, Access::read_cold)), key); });
    });
}

}  // namespace

void register_disk_hits() {
  for (const Size& size : sizes) {
    if (quick && size.doubles > 8 << 20) continue;
    register_warm(size);
    if (is_large(size.doubles)) register_slices(size);
    if (size.doubles <= 8 << 20) register_first(size);
    register_cold(size);
  }
}

}  // namespace bench
