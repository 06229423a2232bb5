"""docs/switches.md has every switch that the code knows, and no other."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "switches.md").read_text()


def text_of(*patterns):
    return "\n".join(path.read_text() for pattern in patterns for path in sorted(ROOT.glob(pattern)))


def section(name):
    return re.search(rf"## {name}\n(.*?)(?=\n## |\Z)", PAGE, re.DOTALL)[1]


def quoted(text):
    return set(re.findall(r"`([^`]+)`", text))


OPTIONS = text_of("src/core/binding/option_table.cpp")
# Name, variable of the environment if there is one, and where the words are listed.
OPTION_ROWS = re.findall(r'\{"(\w+)",\s*(?:"(\w+)"|nullptr),\s*Kind::\w+,\s*(\w*)', OPTIONS)


class Switches(unittest.TestCase):
    def test_environment(self):
        code = text_of("src/**/*.cpp", "tool/*.cpp", "python/src/*.cpp", "python/cache_on_disk/*.py")
        read = set(re.findall(r'(?:getenv|variable|environ\.get|environ\[|getenv_text)\(?"(CACHE_ON_DISK\w*)"', code))
        read |= {variable for _, variable, _ in OPTION_ROWS if variable}
        self.assertIn("CACHE_ON_DISK_DIR", read)
        told = {row for row in quoted(section("Environment")) if row.startswith("CACHE_ON_DISK")}
        self.assertEqual(read, told)

    def test_values_of_the_environment(self):
        lists = dict(re.findall(r"string_view (\w+)\[\] = \{([^}]*)\}", OPTIONS))
        known = [(variable, lists[words]) for _, variable, words in OPTION_ROWS if words in lists]
        self.assertGreaterEqual(len(known), 3)
        for name, words in known:
            [row] = [line for line in section("Environment").splitlines() if line.startswith(f"| `{name}` ")]
            self.assertLessEqual(set(re.findall(r'"(\w+)"', words)), quoted(row), name)

    def test_options_of_the_process(self):
        header = (ROOT / "include" / "cache_on_disk" / "options.hpp").read_text()
        body = re.search(r"struct Options \{(.*?)\n\};", header, re.DOTALL)[1]
        members = set(re.findall(r"^  [\w:<>]+(?:<[^;=]*>)? (\w+)(?: = [^;]+)?;", body, re.MULTILINE))
        python = {name for name, _, _ in OPTION_ROWS}
        rows = [line.split("|") for line in section("Options of a process").splitlines() if line.startswith("| `")]
        self.assertEqual(members, {name for row in rows for name in quoted(row[1])})
        self.assertEqual(python, {name for row in rows for name in quoted(row[2])})

    def test_cmake(self):
        code = text_of("CMakeLists.txt", "cmake/*.cmake", "*/CMakeLists.txt", "tests/*/CMakeLists.txt")
        known = set(re.findall(r"^\s*option\((CACHE_ON_DISK_\w+)", code, re.MULTILINE))
        known |= set(re.findall(r"^\s*set\((CACHE_ON_DISK_\w+)[^)]* CACHE ", code, re.MULTILINE))
        told = {name for name in quoted(section("CMake")) if name.startswith("CACHE_ON_DISK")}
        self.assertEqual(known, told)

    def test_defaults_of_cmake(self):
        code = text_of("CMakeLists.txt", "cmake/*.cmake", "fuzz/CMakeLists.txt")
        words = {"ON": "on", "OFF": "off", "AUTO": "auto", "${CACHE_ON_DISK_TOP_LEVEL}": "on at the top level"}
        known = re.findall(r'^\s*option\((CACHE_ON_DISK_\w+) ".*" (\S+)\)', code, re.MULTILINE)
        known += re.findall(r"^\s*set\((CACHE_ON_DISK_\w+) (AUTO) CACHE ", code, re.MULTILINE)
        rows = [line.split("|") for line in section("CMake").splitlines() if line.startswith("| `")]
        told = {name: row[2].strip() for row in rows for name in quoted(row[1])}
        self.assertGreater(len(known), 10)
        self.assertEqual({name: words[default] for name, default in known}, {name: told[name] for name, _ in known})


if __name__ == "__main__":
    unittest.main(verbosity=1)
