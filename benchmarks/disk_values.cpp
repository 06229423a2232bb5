#include "disk_values.hpp"

#include <map>
#include <utility>

#include "store/durable_mark.hpp"

namespace bench {
namespace {

using cache_on_disk::Array;

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

}  // namespace

Subject& subject(std::size_t size) {
  static std::map<std::size_t, std::unique_ptr<Subject>> made;
  auto& one = made[size];
  if (!one) one = size == 1 ? stored(std::make_unique<Single>()) : stored(std::make_unique<Many>(size));
  return *one;
}

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

}  // namespace bench
