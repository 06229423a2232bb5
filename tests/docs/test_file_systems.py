"""The table of docs/file_systems.md is the table of src/system/file_system.cpp."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "file_systems.md"
CODE = ROOT / "src" / "system" / "file_system.cpp"
WORDS = {
    "yes": "yes", "no": "no",
    "everywhere": "all hosts", "one_client": "one host", "Locks::none": "nobody",
    "freed": "freed", "kept": "kept",
    "never": "-", "ask": "server asked", "list": "directory listed",
}


def rows_of_code():
    text = CODE.read_text()
    table = text[text.index("constexpr std::array table"):]
    table = table[:table.index("\n};")]
    for row in re.findall(r"FileSystem\{(.*?)\}", table, re.S):
        fields = [field.strip() for field in row.split(",")]
        assert len(fields) == 12, fields
        name, magic, kind, maps, marks, locks, dead, missing, poll, tries, whole, times = fields
        known = f"`{magic}`" if magic != "0" else "any other number"
        if kind != '""':
            known += f", {kind[1:-1]}"
        asks = "woken" if poll == "0" else f"{int(poll) // 1000} s"
        yield [name[1:-1], known, f"{maps}, {marks}", WORDS[locks], WORDS[dead], WORDS[missing], asks, tries, whole, times]


def as_text(rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


class FileSystems(unittest.TestCase):
    def test_the_tables_agree(self):
        self.maxDiff = None
        page = PAGE.read_text()
        table = re.search(r"^\|---.*?\n((?:\|.*\n)+)", page, re.M)[1]
        told = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        known = list(rows_of_code())
        self.assertGreater(len(known), 20)
        self.assertEqual(told, known, "it should be:\n" + as_text(known))


if __name__ == "__main__":
    unittest.main(verbosity=1)
