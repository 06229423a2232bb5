// A program that calls what each public header has compiled into the library: by itself, by templates, and by what it derives.
// As a shared library exports what is marked only, a mark that is missing shows here. The program hides its own symbols, as
// many do: exceptions and variables must still be the same on both sides.
#include <cache_on_disk/cache_on_disk.hpp>
#include <cache_on_disk/detail/npy/header.hpp>

#include <stdlib.h>
#include <chrono>
#include <complex>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace cod = cache_on_disk;
using cod::Array, cod::Cached, cod::CachedRef, cod::Value;

namespace {

int failures = 0;
void expect(bool right, const char* what, int line) {
  if (right) return;
  ++failures;
  std::fprintf(stderr, "every_function.cpp:%d: %s\n", line, what);
}
#define EXPECT(...) expect(__VA_ARGS__, #__VA_ARGS__, __LINE__)

template <class Exception, class F>
bool throws(F f) {
  try {
    f();
  } catch (const Exception&) {
    return true;
  }
  return false;
}

struct Star {
  std::string name;
  double magnitude = 0;
  std::filesystem::path file;
  std::complex<double> phase;
  std::set<std::string> tags;
  std::unordered_map<std::string, int> counts;
  std::unordered_map<int, float> weights;
  std::unordered_map<unsigned, std::vector<std::byte>> frames;
  std::variant<std::string, std::vector<int>> note;
  std::chrono::sys_seconds seen;
  std::optional<bool> bright;
  std::pair<int, std::complex<float>> position;
  bool operator==(const Star&) const = default;
};
CACHE_ON_DISK_FIELDS(Star, name, magnitude, file, phase, tags, counts, weights, frames, note, seen, bright, position)

Star sirius() {
  Star star{"Sirius", -1.46, "/data/sirius", {1, 2}, {"a", "b"}, {{"x", 1}},
            {{1, 2}}, {},    std::vector{1}, {},     true,       {1, {2, 3}}};
  star.frames[3] = {std::byte{7}};
  return star;
}

class Sky {
 public:
  CachedRef<double> seeing() const {
    return seeing_([this] { return ++computed, 0.8; });
  }
  CachedRef<Array<double>> image(int night) const {
    return image_(night, [this] { return ++computed, Array<double>({2}, std::vector<double>{1, 2}); });
  }
  CachedRef<Star> star(const Star& guide, const std::vector<std::string>& names, bool bright) const {
    return star_(guide, names, bright, [this] { return ++computed, sirius(); });
  }
  CachedRef<Value> header() const {
    return header_([this] { return ++computed, Value::dict({{"gain", 0.5}}); });
  }
  CachedRef<cod::AnyArray> table() const {
    return table_([this] { return ++computed, cod::AnyArray(Array<float>({1}, std::vector<float>{3})); });
  }
  CachedRef<cod::Quantity<Array<double>>> flux() const {
    return flux_([this] { return ++computed, cod::Quantity<Array<double>>{Array<double>({1}, {5}), "Jy"}; });
  }
  mutable int computed = 0;

 private:
  Cached<double> seeing_;
  Cached<Array<double>(int)> image_;
  Cached<Star(Star, std::vector<std::string>, bool)> star_;
  Cached<Value> header_;
  Cached<cod::AnyArray> table_;
  Cached<cod::Quantity<Array<double>>> flux_;
  CACHE_ON_DISK(Sky, seeing_, image_, star_, header_, table_, flux_)
};

struct Night {
  std::map<std::string, std::vector<Sky>> skies;
  CACHE_ON_DISK(Night, skies)
};

/// Calls each method, one of them twice: how often values were computed.
int compute(const Sky& sky) {
  sky.computed = 0;
  EXPECT(*sky.seeing() == 0.8 && *sky.seeing() == 0.8);
  EXPECT((*sky.image(3))(1) == 2);
  EXPECT(*sky.star(sirius(), {"a"}, true) == sirius());
  EXPECT(sky.header()->at("gain").as_double() == 0.5);
  EXPECT(sky.table()->size() == 1);
  EXPECT(sky.flux()->unit == "Jy");
  return sky.computed;
}

void cached_methods(const std::string& directory) {
  Night night{{{"north", std::vector<Sky>(1)}}};
  Sky& sky = night.skies["north"][0];
  EXPECT(throws<cod::TagNotSetException>([&] { static_cast<void>(cod::get_disk_cacher(sky, "seeing").fullpath()); }));
  cod::set_tmpdir(night, directory);
  cod::set_prefix(night, "night");
  cod::set_trust(night, cod::Trust::only_me());
  cod::set_tag(night, "20240410");
  EXPECT(compute(sky) == 6 && compute(sky) == 0);
  EXPECT(cod::explain(sky, "image", cod::Arguments(3)).state_name() == "memory");
  EXPECT(cod::explain(night).size() == 6);
  std::ostringstream text;
  text << cod::explain(sky, "seeing") << cod::explain(night) << cod::statistics(night);
  EXPECT(text.str().find("seeing") != std::string::npos);
  EXPECT(cod::statistics(sky, "seeing").computed == 1);

  Sky moved = std::move(sky);
  EXPECT(compute(moved) == 0);
  sky = std::move(moved);
  cod::put(sky, "seeing", 0.9);
  EXPECT(*sky.seeing() == 0.9);
  cod::refresh(sky, "seeing");
  cod::refresh(night);
  EXPECT(compute(sky) == 6);
  const cod::CachedMethod seeing = cod::get_disk_cacher(sky, "seeing");
  EXPECT(std::filesystem::exists(seeing.entry_path()) && seeing.entry_path() == seeing.fullpath());
  EXPECT(cod::clear_cache(sky, "seeing").deleted == 1 && cod::clear_cache(night).deleted == 5);
  EXPECT(compute(sky) == 6);
  const Sky other;
  sky = other;  // and what it had stays behind
  EXPECT(compute(sky) == 7);
  cod::clear_tag(night);
  EXPECT(compute(sky) == 7);
}

void a_function(const std::string& directory) {
  int computed = 0;
  cod::DiskCacher cacher([&] { return ++computed, std::string("value"); }, "Tools.name");
  cacher.set_tmpdir(directory);
  cacher.set_tag("20240410");
  EXPECT(*cacher.execute() == "value" && *cacher.execute() == "value" && computed == 1);
  EXPECT(cacher.explain().state == cod::Explanation::State::memory && cacher.statistics().computed == 1);
  EXPECT(cacher.clear_cache().deleted == 1);
}

/// Options and log: what the library sets, the program's inline code reads.
void switches(const std::string& directory) {
  Sky sky;
  cod::set_tmpdir(sky, directory);
  cod::set_tag(sky, "switches");
  compute(sky);
  int hits = 0;
  cod::set_log_handler([&](cod::LogLevel, std::string_view, std::string_view, std::string_view) { ++hits; });
  EXPECT(compute(sky) == 0 && hits >= 6);
  cod::set_log_handler({});
  cod::set_logfile(directory + "/log", cod::LogLevel::info);
  cod::set_logfile("", 20);
  cod::Options options = cod::options();
  options.mode = cod::Mode::off;
  cod::set_options(options);
  EXPECT(compute(sky) == 7);

  int troubles = 0;
  cod::set_trouble_handler([&](const cod::Trouble&) { ++troubles; });
  options = {};
  options.strict = true;
  cod::set_options(options);
  Sky copy = sky;  // has no tag any more
  EXPECT(throws<cod::UncachedError>([&] { copy.seeing(); }));
  EXPECT(throws<std::runtime_error>([&] { copy.header(); }));
  cod::set_options({});
  cod::set_trouble_handler({});
}

/// A sink of the program's own, which the library writes to.
class Collected : public cod::Sink {
 public:
  bool write(std::span<const std::byte> more) override {
    bytes.append(reinterpret_cast<const char*>(more.data()), more.size());
    return true;
  }
  std::string bytes;
};

template <class T>
T again(const T& value) {
  const auto encoding = cod::Codec<T>::encode(value);
  EXPECT(encoding.ok());
  Collected collected;
  collected.bytes = encoding->head;
  if (encoding->body) encoding->body(collected);
  const auto bytes = std::make_shared<const std::string>(collected.bytes);
  auto decoded = cod::Codec<T>::decode({std::as_bytes(std::span(*bytes)), bytes});
  EXPECT(decoded.ok());
  return *std::move(decoded);
}

void values() {
  const cod::PythonDatetime when{{2024, 4, 10}, {1, 2, 3, 4}};
  const cod::AnyArray array(Array<double>({2}, std::vector<double>{1, 2}));
  const cod::MaskedArray masked{array, cod::AnyArray(Array<bool>({2}, std::vector<bool>(2)))};
  const Value made = Value::dict({
      {"none", nullptr},
      {"numbers", Value::list({true, 1, 2U, -0.5, std::complex<double>(1, 2), Value::integer({})})},
      {"text", Value::tuple({"text", Value::bytes("bytes"), Value::bytearray({})})},
      {"set", Value::set(std::vector<Value>{1})},
      {"frozen", Value::frozenset(std::vector<Value>{2})},
      {"dates", Value::list({when.date, when.time, when, cod::PythonTimedelta{1}, Value::timezone({0})})},
      {"arrays", Value::list({array, masked, Value::quantity(array, "m")})},
      {"object", Value::object(cod::Construction::call, Value::global("m", "f"), Value::tuple({1}))},
  });
  const Value read = again(made);
  EXPECT(read == made && !(Value(1) == Value(2)));
  EXPECT(cod::repr(read).starts_with("{'none': None") && cod::to_json(read)->starts_with("{\"none\": null"));
  EXPECT(cod::describe(read) == "a dict of 8 items" && cod::type_name(read.kind()) == "dict");

  EXPECT(read.is_mapping() && read.size() == 8 && read.entry(0).first.as_text() == "none" &&
         read.find("x") == std::nullopt);
  const cod::ValueView numbers = read["numbers"];
  EXPECT(numbers[0].as_bool() == true && numbers[1].as_int64() == 1 && numbers[2].as_uint64() == 2U);
  EXPECT(numbers[3].as_double() == -0.5 && numbers[4].as_complex() == std::complex<double>(1, 2));
  EXPECT(numbers[5].integer_bytes() == "" && numbers.items().size() == 6);
  EXPECT(read["text"][0].string() == "text" && read["text"][1].as_bytes()->size() == 5);
  const cod::ValueView dates = read["dates"];
  EXPECT(dates[0].as_date() == when.date && dates[1].as_time() == when.time && dates[2].as_datetime() == when);
  EXPECT(dates[3].as_timedelta()->days == 1 && dates[2].attribute().is_none());
  const cod::ValueView arrays = read["arrays"];
  EXPECT(arrays[0].as_array()->size() == 2 && arrays[0].shape() == cod::Shape{2} && arrays[0].dtype()->text() == "<f8");
  EXPECT(arrays[1].as_masked_array().has_value() && arrays[2].as_quantity()->unit == "m");
  const cod::ValueView object = read["object"];
  EXPECT(object.module() == "m" && object.name() == "f" && object.construction() == cod::Construction::call);
  EXPECT(object.callable().identity() != nullptr && object.arguments().size() == 1 && object.keywords().is_none());
  EXPECT(object.state().is_none() && object.list_items().is_none() && object.dict_items().is_none());
  EXPECT(object.field("x") == std::nullopt);

  EXPECT(again(sirius()) == sirius());
  EXPECT(!cod::value_as<Star>(read).ok() && cod::value_as<std::map<std::string, Value>>(read)->size() == 8);
  EXPECT(cod::value_as<std::vector<float>>(Value::list({0.5, 1}))->size() == 2);
  const cod::Masked<Array<double>> field{Array<double>({1}, {5}), Array<bool>({1}, std::vector<bool>(1))};
  EXPECT(again(field).data(0) == 5);
  EXPECT(again(std::map<std::string, Value>{{"a", made}}).at("a") == made);
}

void arrays() {
  const cod::AnyArray array = again(cod::AnyArray(Array<double>({2}, std::vector<double>{1, 2})));
  const std::string header = *cod::npy::write_header(array.dtype(), false, array.shape());
  const auto bytes = std::as_bytes(std::span(header));
  EXPECT(cod::npy::read_header(bytes)->data_size().value() == 16 && cod::npy::has_magic(bytes));
  EXPECT(cod::npy::measure(bytes)->length == header.size() + 16);
  EXPECT(array.is_contiguous() && array.is_fortran_contiguous() && array.bytes().size() == 16);
  EXPECT(array.element(1).size() == 8 && !array.text(0).ok() && !array.field("x").ok() && array.as<double>().ok());
  EXPECT(again(std::vector<std::vector<int>>{{1, 2}, {3, 4}})[1][0] == 3 && again(std::vector{1.5F})[0] == 1.5F);
  EXPECT(cod::Float16(0.5F).bits == 0x3800 && static_cast<float>(cod::Float16(2)) == 2);
  const auto dtype = cod::Dtype::parse("[('x', '<f8'), ('when', '<M8[25s]', (2,))]");
  EXPECT(dtype.ok() && *dtype->descr() == "[('x', '<f8'), ('when', '<M8[25s]', (2,))]" && !dtype->has_object());
  EXPECT(dtype->field("x")->dtype == cod::Dtype::of({}) && dtype->field("x")->dtype.holds({}));
  EXPECT(dtype->fields[1].dtype.base->unit.text() == "[25s]");
  EXPECT(cod::Dtype::structure(dtype->fields, dtype->itemsize).ok() && cod::Dtype::subarray(*dtype, {2}).ok());
  EXPECT(cod::Codec<double>::stored_type().text() == "pickle" && cod::to_text(cod::Shape{3, 4}) == "(3, 4)");
}

}  // namespace

int main() {
  std::string directory = (std::filesystem::temp_directory_path() / "every_function.XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) return 1;
  cached_methods(directory);
  a_function(directory);
  switches(directory);
  values();
  arrays();
  std::filesystem::remove_all(directory);
  return failures == 0 ? 0 : 1;
}
