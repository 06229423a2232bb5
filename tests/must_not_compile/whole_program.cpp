// expect: it compiles
#include <cache_on_disk/cache_on_disk.hpp>

using cache_on_disk::Cached, cache_on_disk::CachedRef;

class Device {
 public:
  virtual ~Device() = default;
  CachedRef<double> seeing() const {
    return seeing_([] { return 1; });
  }

 private:
  Cached<double> seeing_;
  CACHE_ON_DISK_VIRTUAL(Device, seeing_)
};

class Loop final : public Device {
 public:
  CachedRef<std::vector<double>> psd(int mode) const {
    return psd_(mode, [mode] { return std::vector<double>(7, mode); });
  }

 private:
  Cached<std::vector<double>(int)> psd_;
  CACHE_ON_DISK(Loop, bases(Device), psd_)
};

struct Analyzer {
  std::vector<std::unique_ptr<Device>> devices_;
  Loop loop_;
  CACHE_ON_DISK(Analyzer, devices_, loop_)
};

double call(Analyzer& analyzer) {
  cache_on_disk::set_tag(analyzer, "night");
  const auto psd = analyzer.loop_.psd(3);
  const std::vector<double>& values = psd;
  return values.front() + *analyzer.loop_.seeing();
}
