// A program whose authors want every warning: the headers must not give one, wherever they are instantiated.
#include <cache_on_disk/cache_on_disk.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

using cache_on_disk::Array, cache_on_disk::Cached, cache_on_disk::CachedRef;

namespace {

struct Fit {
  double slope = 0;
  std::map<std::string, std::vector<double>> residuals{};
  std::optional<std::variant<int, std::string>> note{};
};
CACHE_ON_DISK_FIELDS(Fit, slope, residuals, note)

class Spot {
 public:
  double radius() const { return x_ + y_; }

 private:
  double x_ = 0, y_ = 0;
  CACHE_ON_DISK_PRIVATE_FIELDS(Spot, x_, y_)
};

class Base {
 public:
  Base() = default;
  Base(const Base&) = default;
  Base(Base&&) = default;
  Base& operator=(const Base&) = default;
  Base& operator=(Base&&) = default;
  virtual ~Base() = default;
  CachedRef<double> seeing() const {
    return seeing_([] { return 1.0; });
  }

 private:
  Cached<double> seeing_{};
  CACHE_ON_DISK_VIRTUAL(Base, seeing_)
};

class Residuals final : public Base {
 public:
  CachedRef<Array<double>> modes() const {
    return modes_([] { return Array<double>({3}, std::vector<double>{1, 2, 3}); });
  }
  CachedRef<float> power(int mode) const {
    return power_(mode, [this, mode] { return static_cast<float>((*modes())(mode)); });
  }
  CachedRef<Fit> fit() const {
    return fit_([] { return Fit{}; });
  }
  CachedRef<Spot> spot() const {
    return spot_([] { return Spot{}; });
  }
  CachedRef<std::string> label(std::string_view name) const {
    return label_(name, [name] { return std::string(name); });
  }

 private:
  Cached<Array<double>> modes_{};
  Cached<float(int)> power_{cache_on_disk::version(2)};
  Cached<Fit> fit_{};
  Cached<Spot> spot_{};
  Cached<std::string(std::string_view)> label_{};
  CACHE_ON_DISK(Residuals, bases(Base), modes_, power_, fit_, spot_, label_)
};

struct Root {
  std::vector<std::unique_ptr<Base>> loops{};
  std::map<std::string, Residuals> named{};
  CACHE_ON_DISK(Root, loops, named)
};

}  // namespace

int main() {
  Root root;
  root.loops.push_back(std::make_unique<Residuals>());
  cache_on_disk::set_tag(root, "warnings");
  const Residuals& residuals = root.named["north"];
  const auto modes = residuals.modes();
  double sum = *root.loops.front()->seeing() + static_cast<double>(*residuals.power(2)) + residuals.fit()->slope +
               residuals.spot()->radius();
  for (const double mode : *modes) sum += mode;
  root.named["south"] = residuals;
  cache_on_disk::DiskCacher cacher([] { return std::string("value"); }, "Alone.value");
  cacher.set_tag("warnings");
  const bool well = sum > 0 && cacher.execute()->size() == residuals.label("value")->size() &&
                    cache_on_disk::explain(root).size() > 0 && !cache_on_disk::statistics(root).methods.empty();
  (void)cache_on_disk::clear_cache(root);
  (void)cacher.clear_cache();
  return well ? 0 : 1;
}
