"""Files include each other as the table of layers and rooms in ARCHITECTURE.md allows.

Whether sources keep out of the layers above is for the compiler to tell: tests/must_not_compile/layers.
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src"
HEADERS = ROOT / "include" / "cache_on_disk"


def places_in(table):
    """{what a place holds: its row and its position there}, for rooms of src and for what lies in include.

    A place of src is a room, one of include a room ("npy/") and public headers ("dtype").
    """
    sources, headers = {}, {}
    for number, row in enumerate(table):
        layer, rooms, places = (cell.strip() for cell in row[1:-1].split("|"))
        for position, place in enumerate(rooms.split(";")):
            sources.update({f"{layer}/{room}": (number, position) for room in re.findall(r"`([^`]+)/`", place)})
        for position, place in enumerate(places.split(";")):
            headers.update(dict.fromkeys(re.findall(r"`([^`]+)`", place), (number, position)))
    return sources, headers


TABLE = re.search(r"^\| layer \|.*\n\|---.*\n((?:\|.*\n)+)", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE)
ROOMS_OF_SOURCES, PLACES_OF_HEADERS = places_in(TABLE[1].splitlines())


def place_of_header(name):
    """The place of a header, by its name below include/cache_on_disk."""
    path = pathlib.PurePath(name)
    return PLACES_OF_HEADERS[f"{path.parts[1]}/" if len(path.parts) == 3 else path.stem]


def included(source):
    return re.findall(r'^ *# *include [<"]([^>"]+)[>"]', source.read_text(), re.MULTILINE)


def headers_included(source):
    return [name[len("cache_on_disk/") :] for name in included(source) if name.startswith("cache_on_disk/")]


def files(folder):
    return [path for path in sorted(folder.rglob("*")) if path.suffix in {".cpp", ".hpp", ".inc"}]


class Rooms(unittest.TestCase):
    def test_all_are_in_the_table(self):
        self.assertEqual(
            {f"{room.parent.name}/{room.name}" for room in SOURCES.glob("*/*") if room.is_dir()}, set(ROOMS_OF_SOURCES)
        )
        headers = {f"{header.parent.name}/" for header in HEADERS.glob("detail/*/*.hpp")}
        headers |= {header.stem for header in [*HEADERS.glob("*.hpp"), *HEADERS.glob("detail/*.hpp")]}
        headers.add("version")  # written by the build
        self.assertEqual(headers, set(PLACES_OF_HEADERS))

    def test_sources_include_rooms_of_their_layer_to_the_left(self):
        seen = 0
        for source in files(SOURCES):
            layer, room = source.relative_to(SOURCES).parts[:2]
            for other in (name.split("/")[0] for name in included(source)):
                place = ROOMS_OF_SOURCES.get(f"{layer}/{other}")
                if place is not None:
                    seen += 1
                    self.assertLessEqual(place, ROOMS_OF_SOURCES[f"{layer}/{room}"], f"{source} includes {other}/")
        self.assertGreater(seen, 100)

    def test_sources_include_headers_of_their_row_or_above(self):
        seen = 0
        for source in files(SOURCES):
            layer, room = source.relative_to(SOURCES).parts[:2]
            for name in headers_included(source):
                seen += 1
                row, _ = place_of_header(name)
                self.assertLessEqual(row, ROOMS_OF_SOURCES[f"{layer}/{room}"][0], f"{source} includes {name}")
        self.assertGreater(seen, 50)

    def test_headers_include_what_is_to_the_left_or_above(self):
        for header in files(HEADERS):
            for name in headers_included(header):
                own = place_of_header(header.relative_to(HEADERS))
                self.assertLessEqual(place_of_header(name), own, f"{header} includes {name}")

    def test_headers_include_each_other_by_their_full_names(self):
        """So that the tests above see them, and so that no other header of that name is found."""
        for header in files(HEADERS):
            names = [name for name in included(header) if "/" in name or name.endswith(".hpp")]
            elsewhere = [name for name in names if not name.startswith(("cache_on_disk/", "Eigen/", "sys/"))]
            self.assertEqual(elsewhere, [], header)


if __name__ == "__main__":
    unittest.main()
