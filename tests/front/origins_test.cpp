// Whose value an entry holds: two classes of one name, subclasses, versions, types, files of others.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "front/program.hpp"
#include "support/temporary_directory.hpp"

namespace one {
struct Residuals {
  double modes() const {
    return *modes_([] { return 1.0; });
  }
  cache_on_disk::Cached<double> modes_;
  CACHE_ON_DISK(Residuals, modes_)
};
}  // namespace one
namespace two {
struct Residuals {
  double modes() const {
    return *modes_([] { return 2.0; });
  }
  cache_on_disk::Cached<double> modes_;
  CACHE_ON_DISK(Residuals, modes_)
};
}  // namespace two

namespace cache_on_disk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class Origins : public testing::Test {
 protected:
  template <class Root>
  Root& tag(Root&& root) const {
    set_tmpdir(root, directory.path());
    set_tag(root, "night");
    return root;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(directory / "cachenight"))
      if (file.path().extension() == ".npy") names.push_back(file.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
  TemporaryDirectory directory;
};

TEST_F(Origins, OfTwoClassesOfOneNameKeepTheirValuesApart) {
  one::Residuals first, first_again;
  two::Residuals second, second_again;
  EXPECT_EQ(tag(first).modes(), 1);
  EXPECT_EQ(tag(second).modes(), 2);
  EXPECT_EQ(tag(first_again).modes(), 1);
  EXPECT_EQ(tag(second_again).modes(), 2);
  EXPECT_EQ(statistics(second_again, "modes").from_disk, 1u);
  EXPECT_THAT(files(),
              ElementsAre("root.Residuals.modes.npy", MatchesRegex("root\\.Residuals\\.modes~[0-9a-f]{8}\\.npy")));
  const Explanation explanation = explain(second_again, "modes");
  EXPECT_EQ(std::filesystem::path(explanation.entry_path).filename(), files()[1]);
  EXPECT_EQ(std::filesystem::path(explanation.path).filename(), files()[0]);
  EXPECT_THAT(explanation.reason, HasSubstr("one::Residuals"));
  EXPECT_EQ(get_disk_cacher(second, "modes").fullpath(), explanation.path);
  EXPECT_EQ(get_disk_cacher(second, "modes").entry_path(), explanation.entry_path);
}

TEST_F(Origins, ClearingLeavesOthersAlone) {
  one::Residuals first;
  two::Residuals second;
  tag(first).modes(), tag(second).modes();
  const Cleared cleared = clear_cache(second);
  EXPECT_EQ(cleared.deleted, 1u);
  EXPECT_THAT(cleared.left_alone, ElementsAre(HasSubstr("one::Residuals")));
  EXPECT_THAT(files(), ElementsAre("root.Residuals.modes.npy"));
  EXPECT_EQ(clear_cache(first).deleted, 1u);
  EXPECT_THAT(files(), ElementsAre());
}

struct Base {
  double own() const {
    return *own_([this] { return factor; });
  }
  double shared() const {
    return *shared_([this] { return factor; });
  }
  double factor = 1;
  Cached<double> own_;
  Cached<double> shared_{inherited()};
  CACHE_ON_DISK(Base, own_, shared_)
};
struct Derived : Base {
  CACHE_ON_DISK(Derived, bases(Base))
};

TEST_F(Origins, OfASubclassAreItsOwnUnlessInherited) {
  Base base;
  Derived derived;
  derived.factor = 2;
  tag(base), tag(derived);
  EXPECT_EQ(base.own(), 1);
  EXPECT_EQ(derived.own(), 2);
  EXPECT_EQ(base.shared(), 1);
  EXPECT_EQ(derived.shared(), 1);
  EXPECT_EQ(files().size(), 3u);
}

TEST_F(Origins, OfObjectsBehindPointersAreThoseOfTheirOwnClass) {
  struct Root {
    virtual ~Root() = default;
    double value() const {
      return *value_([this] { return number(); });
    }
    virtual double number() const { return 1; }
    Cached<double> value_;
    CACHE_ON_DISK_VIRTUAL(Root, value_)
  };
  struct Leaf : Root {
    double number() const override { return 2; }
    CACHE_ON_DISK(Leaf, bases(Root))
  };
  std::unique_ptr<Root> root = std::make_unique<Root>(), leaf = std::make_unique<Leaf>();
  tag(root), tag(leaf);
  EXPECT_EQ(root->value(), 1);
  EXPECT_EQ(leaf->value(), 2);
}

template <class T>
struct Reader {
  T value() const {
    return *value_([this] { return ++calls, input; });
  }
  T input{};
  mutable int calls = 0;
  Cached<T> value_{};
  CACHE_ON_DISK(Reader, value_)
};

/// The same class as far as the entry can tell, but for the type of its method.
template <class T>
struct Typed {
  Cached<T> cell;
  void bind(const std::string& tmpdir) {
    core::bind_alone(cell, "Typed.value", "root", {.tag = "night", .prefix = "cache", .tmpdir = tmpdir, .trust = {}});
  }
};

TEST_F(Origins, OfAnotherDtypeOrRankAreLeftAlone) {
  Typed<std::vector<double>> doubles;
  Typed<std::vector<float>> floats;
  Typed<std::vector<std::vector<double>>> matrix;
  Typed<std::string> text;
  Typed<Array<double>> same;
  doubles.bind(directory.path()), floats.bind(directory.path()), matrix.bind(directory.path()),
      text.bind(directory.path());
  same.bind(directory.path());
  EXPECT_EQ(doubles.cell([] { return std::vector<double>{1, 2}; })->size(), 2u);
  EXPECT_EQ(floats.cell([] { return std::vector<float>{1, 2, 3}; })->size(), 3u);
  EXPECT_EQ(matrix.cell([] { return std::vector<std::vector<double>>{{1}}; })->size(), 1u);
  EXPECT_EQ(*text.cell([] { return std::string("text"); }), "text");
  EXPECT_EQ(files().size(), 4u);
  EXPECT_EQ(same.cell([]() -> Array<double> { throw "it is there"; })->size(), 2u);
  Typed<std::vector<float>> again;
  again.bind(directory.path());
  EXPECT_EQ(again.cell([]() -> std::vector<float> { throw "it is there"; })->size(), 3u);
}

constexpr const char* python_writes = R"(
import os, pickle, sys, numpy as np
kind, path = sys.argv[1:]
os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
with open(path, 'wb') as f:
    if kind == 'vector': np.save(f, np.array([1.5, 2.5]))
    elif kind == 'big': np.save(f, np.array([1.5, 2.5], dtype='>f8'))
    elif kind == 'number': np.save(f, np.array(2.5))
    elif kind == 'object': np.save(f, np.array(2.5, dtype=object), allow_pickle=True)
    elif kind == 'pickle': pickle.dump(2.5, f)
    elif kind == 'old pickle': pickle.dump(2.5, f, protocol=2)
    elif kind == 'int': pickle.dump(2, f)
    elif kind == 'text': pickle.dump('M\u00fcnchen', f)
    elif kind == 'none': pickle.dump(None, f)
os.chmod(path, 0o600)
)";

class FilesOfPython : public Origins {
 protected:
  void SetUp() override {
    if (!has_numpy()) GTEST_SKIP() << "no /usr/bin/python3 with numpy";
  }
  template <class T>
  void write(const std::string& kind, const Reader<T>& reader) const {
    const Outcome outcome = run_python(python_writes, {kind, get_disk_cacher(reader, "value").fullpath()});
    ASSERT_EQ(outcome.code, 0) << outcome.output;
  }
  template <class T>
  void expect_read(const std::string& kind, const T& value) const {
    Reader<T> reader;
    tag(reader);
    write(kind, reader);
    EXPECT_EQ(reader.value(), value) << kind;
    EXPECT_EQ(reader.calls, 0) << kind;
    EXPECT_TRUE(explain(reader, "value").unchecked);
  }
};

TEST_F(FilesOfPython, AreReadWithoutATrailer) {
  expect_read<std::vector<double>>("vector", {1.5, 2.5});
  expect_read<std::vector<double>>("big", {1.5, 2.5});
  expect_read<std::string>("text", "M\xC3\xBCnchen");
}

TEST_F(FilesOfPython, HoldNumbersInEitherForm) {
  for (const char* const kind : {"number", "pickle", "old pickle"}) expect_read<double>(kind, 2.5);
  expect_read<std::int64_t>("int", 2);
}

TEST_F(FilesOfPython, ThatDoNotFitAreLeftAloneAndOursGoesBeside) {
  Reader<double> reader{.input = 7}, again;
  tag(reader), tag(again);
  for (const char* const kind : {"vector", "none", "text"}) {
    write(kind, reader);
    const auto size = std::filesystem::file_size(get_disk_cacher(reader, "value").fullpath());
    tag(reader), tag(again);
    EXPECT_EQ(reader.value(), 7) << kind;
    EXPECT_EQ(std::filesystem::file_size(get_disk_cacher(reader, "value").fullpath()), size) << kind;
    EXPECT_EQ(again.value(), 7) << kind;
    EXPECT_EQ(again.calls, 0) << kind;
  }
  EXPECT_EQ(files().size(), 2u);
}

TEST_F(FilesOfPython, AreRefusedIfLegacyIsRefused) {
  Reader<double> reader{.input = 7};
  tag(reader);
  write("pickle", reader);
  Options before = options(), refusing = before;
  refusing.accept_trailerless = false;
  set_options(refusing);
  EXPECT_EQ(reader.value(), 7);
  EXPECT_EQ(files().size(), 2u);
  set_options(before);
}

TEST_F(FilesOfPython, ThatAreDamagedAreReplaced) {
  Reader<std::vector<double>> reader{.input = {7}}, again;
  tag(reader);
  write("vector", reader);
  std::filesystem::resize_file(get_disk_cacher(reader, "value").fullpath(), 100);
  EXPECT_EQ(reader.value(), std::vector<double>{7});
  EXPECT_THAT(files(), ElementsAre("root.Reader.value.npy"));
  EXPECT_EQ(tag(again).value(), std::vector<double>{7});
  EXPECT_EQ(again.calls, 0);
}

TEST_F(Origins, OfADamagedEntryAreNotBelieved) {
  Reader<std::vector<double>> writer{.input = {1, 2, 3}};
  tag(writer).value();
  const std::string path = get_disk_cacher(writer, "value").fullpath();
  const auto size = std::filesystem::file_size(path);
  for (std::uintmax_t at = 0; at < size; at += 7) {
    Reader<std::vector<double>> good{.input = {1, 2, 3}}, reader{.input = {4}};
    clear_cache(tag(good));
    good.value();
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get() ^ 0x10);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(byte);
    file.close();
    const auto value = tag(reader).value();
    if (reader.calls == 0)
      EXPECT_EQ(value, (std::vector<double>{1, 2, 3})) << "byte " << at;  // the durable mark's bytes
    else
      EXPECT_EQ(value, std::vector<double>{4});
  }
}

}  // namespace
}  // namespace cache_on_disk
