"""Each command's JSON has the members that docs/tool.md tells of, whatever it meets."""

import enum
import json
import os
import re
from pathlib import Path

import numpy as np
from support import Attack, ToolTest, main

PAGE = Path(__file__).parent.parent.parent / "docs" / "tool.md"


def documented():
    """Of each command, the members: "tags" and "tags.path" for `tags[path]`."""
    block = re.search(r"## For programs.*?```\n(.*?)```", PAGE.read_text(), re.DOTALL)[1]
    members = {}
    for line in block.splitlines():
        command, text = re.split(r"  +", line, maxsplit=1)
        names = set()
        outer = ""
        for word in re.findall(r"\w+\[\]|\w+\[|\w+|\]", text):
            if word == "]":
                outer = ""
                continue
            names.add(outer + word.rstrip("[]"))
            if word.endswith("[") and not word.endswith("[]"):
                outer = word[:-1] + "."
        members[command] = names
    return members


def members_of(document):
    names = set()
    for key, value in document.items():
        names.add(key)
        if key != "value" and isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    names |= {f"{key}.{inner}" for inner in item}
    return names


class Plain:
    def __init__(self, **state):
        self.__dict__.update(state)


class Colour(enum.Enum):
    RED = 1

    def __reduce_ex__(self, protocol):  # as Python 3.11.0 does; others pickle members by their values
        return getattr, (type(self), self.name)


class Panel:
    class Shade(enum.Enum):
        DARK = 1

        __reduce_ex__ = Colour.__reduce_ex__


class Json(ToolTest):
    def setUp(self):
        super().setUp()
        self.documented = documented()

    def check(self, command, *arguments, code=0):
        document = self.run_json(*arguments, code=code)
        self.assertEqual(members_of(document), self.documented[command], arguments)
        return document

    def test_members_of_enumerations_and_classes_are_their_names(self):
        self.save("T", "root.A.enum", [Colour.RED, {"k": Colour.RED}, Panel.Shade.DARK, (Colour, len)])
        value = self.run_json("show", "T/enum")["value"]
        module = Colour.__module__
        self.assertEqual(value[:2], [f"{module}.Colour.RED", {"k": f"{module}.Colour.RED"}])
        self.assertEqual(value[2], f"{module}.Panel.Shade.DARK")
        self.assertEqual(value[3], [f"{module}.Colour", "builtins.len"])
        shown = self.run_tool("show", "T/enum").out
        self.assertIn(f"{module}.Colour.RED", shown)

    def test_every_command_has_the_documented_members(self):
        self.write("store", "A")
        self.write("store", "B", 2)
        self.save("A", "root.A.m", {"a": 1})
        (self.tag("A") / "root.A.bad.npy").write_bytes(b"torn")
        (self.tag("A") / "notes.txt").write_text("mine")
        self.check("ls", "ls", code=1)
        self.check("ls TAG", "ls", "A", code=1)
        for name in ("A/modes", "A/root.A.m", "A/gain"):
            self.check("show", "show", name)
        self.assertIsNone(self.check("show", "show", "A/modes", "--no-value")["value"])
        self.check("stats", "stats", code=1)
        self.check("where", "where", "A", "modes")
        self.check("diff", "diff", "A", "B", code=1)
        self.check("verify", "verify", code=1)
        self.check("verify", "verify", "--remove", code=1)
        self.check("export", "export", "A", self.root / "a.tar")
        self.check("import", "import", self.root / "a.tar", "--as", "C")
        self.check("prune", "prune", "--max-size", "0", "--keep", "A", "-n", code=1)
        self.check("clear", "clear", "C")
        self.assertEqual(
            set(self.documented) - {"ls TAG"},
            {"ls", "show", "stats", "where", "diff", "verify", "export", "import", "prune", "clear"},
        )

    def test_each_entry_and_tag_has_all_of_them(self):
        self.write("store", "A")
        (self.tag("A") / "root.A.bad.npy").write_bytes(b"torn")
        self.tag("B").chmod(0o700)
        (self.tag("B") / ".lock").touch(0o600)
        for command, arguments, key in (("ls TAG", ["ls", "A"], "entries"), ("ls", ["ls"], "tags")):
            wanted = {name.split(".")[1] for name in self.documented[command] if name.startswith(key + ".")}
            for item in self.run_json(*arguments, code=1)[key]:
                self.assertEqual(set(item), wanted)

    def test_a_value_that_must_not_be_shown_is_null_and_told(self):
        self.save("A", "root.A.m", Attack(self.root / "victim"))
        document = self.check("show", "show", "A/m", code=1)
        self.assertIsNone(document["value"])
        self.assertIn("mkdir", document["error"])

    def test_what_nobody_knows_is_null(self):
        self.save("A", "root.A.m", np.arange(3))
        shown = self.check("show", "show", "A/m")
        [listed] = self.run_json("ls", "A")["entries"]
        for name in ("seconds", "writer", "language", "reason"):
            self.assertIsNone(shown[name])
            self.assertIsNone(listed[name])
        for name in ("module", "class", "function", "version"):
            self.assertIsNone(shown[name])

    def test_an_object_has_all_members(self):
        import fractions

        self.save("A", "root.A.m", [fractions.Fraction(1, 3), Plain(), Plain(gain=2)])
        for value in self.check("show", "show", "A/m")["value"]:
            self.assertEqual(set(value), {"class", "arguments", "keywords", "state", "items", "entries"})

    def test_what_could_not_be_done_is_a_document_too(self):
        self.write("store", "A")
        for arguments in (
            ["ls", "nowhere"],
            ["show", "A/none"],
            ["verify", "nowhere"],
            ["clear", "nowhere"],
            ["where", "A", "none"],
            ["prune", "./nowhere", "--max-size", "0"],
            ["stats", "nowhere"],
            ["diff", "A", "nowhere"],
            ["export", "nowhere", "a.tar"],
            ["import", "nowhere.tar"],
            ["show", "A/gain", "--png", "p.png"],
        ):
            outcome = self.run_tool(*arguments, "--format", "json", code=3)
            error = json.loads(outcome.out)["error"]
            self.assertIn(error, outcome.err)
        self.assertEqual(self.run_tool("export", "nowhere", "-", "--format", "json", code=3).out, "")

    def test_names_that_hold_anything_make_good_json(self):
        directory = self.tag("A")
        for name in (
            b'root.A.quote"',
            b"root.A.back\\slash",
            b"root.A.line\nfeed",
            b"root.A.\x1b[31m\x7f",
            b"root.A.\xff\xc3(",
            "root.A.\u00fc\u202e".encode(),
        ):
            (directory / os.fsdecode(name + b".npy")).write_bytes(b"N.")
        names = {entry["name"] for entry in self.run_json("ls", "A")["entries"]}
        self.assertEqual(
            names,
            {
                'root.A.quote"',
                "root.A.back\\slash",
                "root.A.line\nfeed",
                "root.A.\x1b[31m\x7f",
                "root.A.\ufffd\ufffd(",
                "root.A.\u00fc\u202e",
            },
        )
        out = self.run_tool("ls", "A", "--format", "json").out
        self.assertFalse(any(c < " " and c != "\n" or c == "\x7f" for c in out))

    def test_numbers_that_json_lacks(self):
        self.save("A", "root.A.m", np.array([np.nan, np.inf, 1]))
        self.assertEqual(self.check("show", "show", "A/m")["value"], ["nan", "inf", 1])

    def test_the_report_of_an_export_to_standard_output_goes_beside_it(self):
        self.write("store", "A")
        outcome = self.run_tool("export", "A", "-", "--format", "json", binary=True)
        self.assertEqual(json.loads(outcome.err)["entries"], 5)
        self.assertEqual(len(outcome.out) % 512, 0)

    def test_a_drawing_is_no_json(self):
        self.write("store", "A")
        outcome = self.run_tool("show", "A/modes", "--plot", "--format", "json", code=2)
        self.assertEqual(outcome.out, "")


if __name__ == "__main__":
    main()
