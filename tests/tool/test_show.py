import functools
import http
import os
import re
import struct
import time
import types
import zlib

import numpy as np
from support import Attack, ToolTest, main


class Show(ToolTest):
    def test_tells_where_an_entry_comes_from(self):
        self.write("store", "A")
        shown = self.run_json("show", "A/modes")
        self.assertEqual(shown["name"], "root.Loop.modes")
        self.assertEqual(shown["path"], str(self.tag("A") / "root.Loop.modes.npy"))
        self.assertEqual(
            (shown["state"], shown["language"], shown["function"], shown["version"]), ("sound", "c++", "Loop.modes", 0)
        )
        self.assertIn("Loop", shown["class"])
        self.assertEqual(shown["value"], [[0, 0.5, 1, 1.5], [2, 2.5, 3, 3.5], [4, 4.5, 5, 5.5]])

    def test_prints_numbers_as_numpy_does(self):
        for i, array in enumerate(
            [
                np.sin(np.arange(5000) / 100),
                np.arange(12).reshape(3, 4),
                np.array([1e200, -2.5e199, np.nan]),
                np.zeros((0, 3)),
                np.array([True, False]),
            ]
        ):
            self.save("A", f"root.A.m{i}", array)
            out = self.run_tool("show", f"A/m{i}").out
            value = out[out.index("array(") :].split("shape=")[0].split("dtype=")[0]
            words = r"[-+]?[0-9][0-9.e+-]*|nan|True|False|\.\.\."
            self.assertEqual(re.findall(words, value), re.findall(words, np.array2string(array, separator=", ")))

    def test_prints_a_pickle_as_repr_would(self):
        value = {"gain": 0.5, "names": ("a", "b\n"), "deep": [1, [2, [3]]], "none": None, "set": {7}}
        self.save("A", "root.A.m", value)
        self.assertIn(repr(value), self.run_tool("show", "A/root.A.m.npy").out)

    def test_opens_large_containers_to_a_limit(self):
        self.save("A", "root.A.m", {"list": list(range(1000)), "deep": [[[[["x" * 200]]]]]})
        out = self.run_tool("show", "A/m", "--items", 3, "--depth", 2).out
        self.assertIn("... 997 more", out)
        self.assertNotIn("xxxx", out)
        self.assertIn("xxxx", self.run_tool("show", "A/m", "--depth", 9).out)

    def test_an_attack_is_an_error_line_and_nothing_happens(self):
        victim = self.root / "victim"
        self.save("A", "root.A.m", Attack(victim))
        self.save("A", "root.A.n", {"deep": [1, (Attack(victim),)]})
        for entry in ("A/m", "A/n"):
            outcome = self.run_tool("show", entry, code=1)
            self.assertIn(f"it would run posix.mkdir('{victim}')", outcome.err)
        self.run_tool("ls", "A")
        self.run_tool("verify", "A")
        self.assertFalse(victim.exists())

    def test_what_programs_return_is_no_attack(self):
        self.save(
            "A",
            "root.A.m",
            {
                "time": time.gmtime(0),
                "space": types.SimpleNamespace(a=1),
                "status": http.HTTPStatus.OK,
                "made": functools.partial(int, base=2),
                "stat": os.stat("/"),
                "function": os.getcwd,
            },
        )
        out = self.run_tool("show", "A/m").out
        for text in (
            "time.struct_time((1970, 1, 1,",
            "types.SimpleNamespace() state={'a': 1}",
            "http.HTTPStatus",
            "functools.partial(",
            "os.stat_result((",
        ):
            self.assertIn(text, out)
        self.save("A", "root.A.status", http.HTTPStatus.OK)
        self.assertIn("http.HTTPStatus", self.run_tool("ls", "A").out)

    def test_hostile_pickles_end_soon_with_a_message(self):
        laughs = b"(lp0\n" + b"".join(b"(lp%d\ng%d\nag%d\na" % (i, i - 1, i - 1) for i in range(1, 60)) + b"."
        for i, data in enumerate(
            [b"(" * 100000 + b".", laughs, b"\x80\x04\x8d" + b"\xff" * 8 + b".", b"\x80\x02I1" + b"0" * 100000 + b"\n."]
        ):
            (self.tag("A") / f"root.A.m{i}.npy").write_bytes(data)
            outcome = self.run_tool("show", f"A/root.A.m{i}", code=None)
            self.assertIn(outcome.code, (0, 1, 3))
            self.assertLess(len(outcome.out), 100000)

    def test_a_damaged_entry_is_not_shown(self):
        self.write("store", "A")
        path = self.tag("A") / "root.Loop.modes.npy"
        data = bytearray(path.read_bytes())
        data[130] ^= 1
        path.write_bytes(data)
        outcome = self.run_tool("show", "A/modes", code=3)
        self.assertIn("damaged", outcome.err)
        self.assertNotIn("array", outcome.out)

    def test_plots_lines_and_images(self):
        self.save("A", "root.A.line", np.sin(np.arange(1000) / 50))
        self.save("A", "root.A.image", np.outer(np.arange(30), np.arange(40)))
        out = self.run_tool("show", "A/line", "--plot").out
        self.assertTrue(any(0x2801 <= ord(c) <= 0x28FF for c in out))
        self.assertIn("from 0 to ", self.run_tool("show", "A/image", "--plot").out)
        ascii_only = self.run_tool("show", "A/line", "--plot", LC_ALL="C").out
        self.assertTrue(ascii_only.isascii())
        self.assertIn("*", ascii_only)
        self.assertIn("\x1b[48;2", self.run_in_terminal("show", "A/image", "--plot").out)

    def test_draws_without_printing(self):
        self.save("A", "root.A.m", np.arange(100.0))
        outcome = self.run_tool("show", "A/m", "--no-value", "--plot", "--png", self.root / "m.png")
        self.assertNotIn("array(", outcome.out)
        self.assertIn("*" if outcome.out.isascii() else "\u2502", outcome.out)
        self.assertIn(f"wrote {self.root / 'm.png'}", outcome.out)
        self.assertEqual(read_png(self.root / "m.png")[:2], (1180, 508))

    def test_few_numbers_are_drawn_wide_and_gaps_stay(self):
        self.save("A", "root.A.m", np.array([0.0, 1, np.nan, 1, 0]))
        rows = self.run_tool("show", "A/m", "--plot", LC_ALL="C").out.splitlines()
        axis, plot = rows[-1], [row[12:] for row in rows[-21:-1]]
        self.assertRegex(axis, r"^ +0 +4$")
        self.assertGreater(len(axis), 60)
        columns = {x for row in plot for x, c in enumerate(row) if c == "*"}
        width = max(columns)
        self.assertEqual((min(columns), width), (0, 67))
        self.assertFalse(columns & set(range(width // 2 - 4, width // 2 + 4)), "there is no number in the middle")

    def test_a_single_number_has_one_index(self):
        self.save("A", "root.A.m", np.array([1.0]))
        axis = self.run_tool("show", "A/m", "--plot", LC_ALL="C").out.splitlines()[-1]
        self.assertEqual(axis.split(), ["0"])

    def test_small_images_are_drawn_large(self):
        self.save("A", "root.A.m", np.arange(12).reshape(3, 4))
        rows = self.run_tool("show", "A/m", "--plot").out.splitlines()[-19:-1]
        self.assertEqual({len(row) for row in rows}, {48})

    def test_the_plot_of_a_ramp_rises(self):
        self.save("A", "root.A.m", np.arange(100.0))
        rows = self.run_tool("show", "A/m", "--plot", LC_ALL="C").out.splitlines()[-21:-1]
        columns = [row.index("*") for row in rows]
        self.assertEqual(columns, sorted(columns, reverse=True))

    def test_writes_a_picture(self):
        image = np.zeros((300, 300))
        image[:, 150:] = 1
        self.save("A", "root.A.image", image)
        target = self.root / "picture.png"
        self.run_tool("show", "A/image", "--png", target)
        rows = read_png(target)[2]
        self.assertEqual(values_of(rows, 300, 300)[10][0], values_of(rows, 300, 300)[200][100])
        self.assertNotEqual(values_of(rows, 300, 300)[10][0], values_of(rows, 300, 300)[10][299])
        self.save("A", "root.A.s", "text")
        self.assertIn("only arrays", self.run_tool("show", "A/s", "--plot", code=3).err)

    def test_a_picture_tells_what_its_values_are(self):
        """The numbers at its axes and colour bar change with the values, where what is drawn does not."""
        image = np.outer(np.arange(30.0), np.arange(40.0))
        drawn = []
        for i, array in enumerate([image, image * 1000, image[:, :20]]):
            self.save("A", f"root.A.m{i}", array)
            self.run_tool("show", f"A/m{i}", "--png", self.root / "m.png")
            drawn.append(read_png(self.root / "m.png")[2])
        side = 280, 210
        self.assertEqual(values_of(drawn[0], *side), values_of(drawn[1], *side))
        self.assertNotEqual(right_of(drawn[0], side[0]), right_of(drawn[1], side[0]))
        below = [[row[LEFT - 20 : LEFT + 100] for row in rows[-60:-30]] for rows in (drawn[0], drawn[2])]
        self.assertNotEqual(*below)

    def test_a_long_array_is_no_strip(self):
        self.save("A", "root.A.tall", np.random.default_rng(1).normal(size=(5000, 3)))
        self.save("A", "root.A.wide", np.random.default_rng(1).normal(size=(3, 5000)))
        for name in ("tall", "wide"):
            self.run_tool("show", f"A/{name}", "--png", self.root / "m.png")
            width, height, rows = read_png(self.root / "m.png")
            self.assertGreater(width, 1000)
            self.assertGreater(height, 600)
            self.assertGreater(len({pixel for row in values_of(rows, 1000, 600) for pixel in row}), 50)
        drawn = [
            row
            for row in self.run_tool("show", "A/tall", "--plot", "--no-value").out.splitlines()
            if set(row) & set("\u00b7\u2591\u2592\u2593\u2588")
        ]
        self.assertEqual({len(row) for row in drawn}, {60})

    def test_a_logarithmic_scale_makes_a_line_of_powers(self):
        self.save("A", "root.A.m", 10.0 ** np.arange(0, 11))
        self.save("A", "root.A.n", np.array([-1.0, 0.0]))
        rows = self.run_tool("show", "A/m", "--plot", "--log", LC_ALL="C").out.splitlines()[-21:-1]
        self.assertIn("1e+10", rows[0])
        firsts = [row.index("*") for row in rows]
        steps = [a - b for a, b in zip(firsts, firsts[1:])]
        self.assertLessEqual(max(steps) - min(steps), 2)
        self.assertIn("no positive number", self.run_tool("show", "A/n", "--plot", "--log", code=3).err)
        self.run_tool("show", "A/m", "--log", code=2)
        self.run_tool("show", "A/m", "--log", "--png", self.root / "log.png")
        self.run_tool("show", "A/m", "--png", self.root / "linear.png")
        self.assertNotEqual(read_png(self.root / "log.png"), read_png(self.root / "linear.png"))

    def test_an_ambiguous_name_is_told(self):
        self.save("A", "root.a.A.m", 1)
        self.save("A", "root.b.A.m", 2)
        self.assertIn("2 entries", self.run_tool("show", "A/m", code=3).err)
        self.assertEqual(self.run_json("show", "A/b.A.m")["value"], 2)


LEFT, TOP = 150, 44


def values_of(rows, width, height):
    """The part of a picture in which values are drawn."""
    return [row[LEFT : LEFT + width] for row in rows[TOP : TOP + height]]


def right_of(rows, width):
    return [row[LEFT + width + 1 :] for row in rows]


def read_png(path):
    """Width, height and pixels of an RGB file without interlacing."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, size = 8, b"", None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            size = struct.unpack(">IIBBBBB", body)
            assert size[2:4] == (8, 2)
        if kind == b"IDAT":
            packed += body
        at += 12 + length
    raw, rows, stride = zlib.decompress(packed), [], size[0] * 3
    before = bytearray(stride)
    for y in range(size[1]):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for x in range(stride):
            a = line[x - 3] if x >= 3 else 0
            b, c = before[x], before[x - 3] if x >= 3 else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line[x] = (line[x] + (0, a, b, (a + b) // 2, paeth)[kind]) & 255
        rows.append([tuple(line[x : x + 3]) for x in range(0, stride, 3)])
        before = line
    return size[0], size[1], rows


if __name__ == "__main__":
    main()
