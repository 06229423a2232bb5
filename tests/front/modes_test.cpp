// The mode, changed while the program runs: what is in memory is not used where the mode wants none of it.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

struct Device {
  int number() const {
    return *number_([this] { return data; });
  }
  std::string text() const {
    return *text_([this] { return std::string(100, static_cast<char>('a' + data)); });
  }
  CachedRef<std::vector<double>> list() const {
    return list_([this] { return std::vector<double>(50, data); });
  }
  int at(int i) const {
    return *at_(i, [this, i] { return data + i; });
  }
  int data = 0;
  Cached<int> number_;
  Cached<std::string> text_;
  Cached<std::vector<double>> list_;
  Cached<int(int)> at_;
  CACHE_ON_DISK(Device, number_, text_, list_, at_)
};

class Modes : public ::testing::Test {
 protected:
  Device device(int data) const {
    Device made;
    made.data = data;
    set_tmpdir(made, directory_.path());
    set_tag(made, "night");
    return made;
  }
  static void set(Mode mode) {
    Options changed = options();
    changed.mode = mode;
    set_options(changed);
  }
  static bool shows(const Device& device, int data) {
    return device.number() == data && device.text()[99] == 'a' + data && device.list()->at(49) == data &&
           device.at(5) == data + 5;
  }
  void TearDown() override { set(Mode::on); }

  TemporaryDirectory directory_;
};

TEST_F(Modes, OffAsksTheFunctionAtEachCall) {
  Device device = this->device(1);
  EXPECT_TRUE(shows(device, 1));
  set(Mode::off);
  for (const int data : {2, 3}) {
    device.data = data;
    EXPECT_TRUE(shows(device, data));
  }
  set(Mode::on);
  EXPECT_TRUE(shows(device, 1)) << "what was in memory is still the value of this tag";
}

TEST_F(Modes, RefreshReplacesWhatIsInMemoryOnce) {
  Device first = device(1), second = device(1);
  EXPECT_TRUE(shows(first, 1) && shows(second, 1));
  first.data = second.data = 2;
  set(Mode::refresh);
  EXPECT_TRUE(shows(first, 2));
  first.data = second.data = 3;
  EXPECT_TRUE(shows(first, 2)) << "computed twice";
  EXPECT_TRUE(shows(second, 2)) << "another object's value in memory was older";
  set(Mode::on);
  EXPECT_TRUE(shows(first, 2) && shows(second, 2) && shows(device(4), 2));
}

TEST_F(Modes, RefreshAskedForAgainBeginsAgain) {
  Device device = this->device(1);
  for (const int data : {1, 2, 3}) {
    device.data = data;
    set(Mode::on);
    set(Mode::refresh);
    EXPECT_TRUE(shows(device, data));
  }
}

TEST_F(Modes, ReadonlyUsesWhatIsInMemory) {
  Device device = this->device(1);
  EXPECT_TRUE(shows(device, 1));
  set(Mode::readonly);
  device.data = 2;
  EXPECT_TRUE(shows(device, 1));
}

}  // namespace
}  // namespace cache_on_disk
