"""The rooms of each layer (folders below src/LAYER) do not include each other in a circle.

The layers themselves need no test here: a source that includes one of a layer above does not compile.
"""

import pathlib
import re
import sys
import unittest

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "src"


def rooms_that_include(layer):
    """{room: {room it includes: a file that does}} of one layer."""
    rooms = {folder.name: {} for folder in layer.iterdir() if folder.is_dir()}
    for source in sorted(layer.glob("*/*.[chi]*")):
        for room in re.findall(r'^#include "(\w+)/\w+\.\w+"', source.read_text(), re.MULTILINE):
            if room in rooms and room != source.parent.name:
                rooms[source.parent.name].setdefault(room, source.name)
    return rooms


def circle_in(rooms):
    """A list of rooms each of which includes the next, and the last the first; or nothing."""
    done = set()

    def visit(room, path):
        if room in path:
            return path[path.index(room) :]
        if room in done:
            return []
        done.add(room)
        return next(filter(None, (visit(below, [*path, room]) for below in rooms[room])), [])

    return next(filter(None, (visit(room, []) for room in rooms)), [])


class Rooms(unittest.TestCase):
    def test_of_a_layer_have_an_order(self):
        layers = [folder for folder in SOURCES.iterdir() if folder.is_dir()]
        self.assertGreater(len(layers), 4)
        for layer in layers:
            rooms = rooms_that_include(layer)
            circle = circle_in(rooms)
            steps = [f"{a}/{rooms[a][b]} includes {b}" for a, b in zip(circle, circle[1:] + circle[:1])]
            self.assertEqual(steps, [], f"the rooms of src/{layer.name} include each other in a circle")

    def test_a_circle_is_found(self):
        self.assertEqual(circle_in({"a": {"b": ""}, "b": {"c": ""}, "c": {}}), [])
        self.assertEqual(circle_in({"a": {"b": ""}, "b": {"c": ""}, "c": {"b": ""}}), ["b", "c"])


if __name__ == "__main__":
    sys.exit(unittest.main())
