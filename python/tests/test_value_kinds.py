"""docs/python_values.md has a table of what callers may do to values: each row is tried, in every way that numpy offers."""

import copy
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest
from value_changes import changes, described, elements_of, try_to
from value_kinds import makers, nested

from cache_on_disk import cache_on_disk

page = pathlib.Path(__file__).parents[2] / "docs/python_values.md"


def rows():
    text = page.read_text()
    table = text[text.index("| value | object |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")][:3] for line in table]


def test_each_row_of_the_table_is_tried():
    assert [row[0] for row in rows()] == list(makers)
    assert {row[1] for row in rows()} == {"shared", "own"} and {row[2] for row in rows()} == {"read-only", "writable"}


cases = [
    (kind, whose, elements, number) for kind, whose, elements in rows() for number in range(len(makers.get(kind, ())))
]


# numpy.ma.masked is numpy's own: who changes it, changes numpy. What is drawn from random sources: test_random_values.py.
protected = [
    case
    for case in cases
    if case[1:3] != ("shared", "writable") and "ma.masked" not in case[0] and "random" not in case[0]
]


class Holder:
    make = None

    @cache_on_disk
    def get(self):
        return self.make()

    @cache_on_disk(by_arguments=True)
    def get_one(self, number):
        return self.make()

    @cache_on_disk(writable=True)
    def own(self):
        return self.make()


@pytest.fixture
def holder(tagged):
    def make(maker, tag="T"):
        class Named(Holder):
            pass

        Named.make = staticmethod(maker)
        return tagged(Named(), tag)

    return make


pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("kind, whose, elements, number", cases, ids=[f"{case[0]}-{case[3]}" for case in cases])
def test_callers_get_what_the_table_says(holder, kind, whose, elements, number):
    maker = makers[kind][number]
    for one in (holder(maker), holder(maker)):  # computed, and from disk
        for call in (one.get, lambda one=one: one.get_one(1)):
            first, second = call(), call()
            assert (first is second) == (whose == "shared")
            assert type(first) is type(second) is type(maker()) and described(first) == described(second)
            array = nested(first) if "container" in kind else first
            if isinstance(array, np.ndarray):
                assert array.flags.writeable == (elements == "writable")


@pytest.mark.parametrize("kind, whose, elements, number", protected, ids=[f"{case[0]}-{case[3]}" for case in protected])
def test_no_change_reaches_another_caller(holder, kind, whose, elements, number):
    maker = makers[kind][number]
    computed, stored = holder(maker), holder(maker)
    right = described(computed.get())
    for call in (computed.get, stored.get, lambda: computed.get_one(1), lambda: stored.get_one(1)):
        for change in changes:
            if kind == "array of objects" and "base" in change.__code__.co_names:
                continue  # so the table
            if "container" in kind:
                if {
                    "shape",
                    "strides",
                    "dtype",
                    "names",
                    "__imul__",
                    "_set_unit",
                    "_unit",
                    "__ilshift__",
                    "_mask",
                    "mask",
                    "__setmask__",
                    "__dict__",
                    "byteswap",
                    "setflags",
                    "writeable",
                    "resize",
                } & {*change.__code__.co_names, *change.__code__.co_consts}:
                    continue  # what is not an element can be changed, and who insists can write, says the table
                try_to(lambda value, change=change: change(nested(value)), call())
                assert elements_of(nested(call())) == elements_of(nested(maker()))
                continue
            held = call() if whose == "own" else None
            try_to(change, call())
            try_to(change, copy.copy(call()) if kind != "FITS table" else None)
            assert described(call()) == right
            assert held is None or described(held) == right
    assert "container" in kind or described(holder(maker).get()) == right


@pytest.mark.parametrize(
    "kind, number", [(case[0], case[3]) for case in cases], ids=[f"{case[0]}-{case[3]}" for case in cases]
)
def test_writable_gives_each_call_its_own(holder, kind, number):
    maker = makers[kind][number]
    if "ma.masked" in kind:
        return
    for one in (holder(maker), holder(maker)):
        right = described(one.own())
        for change in changes:
            held = one.own()
            try_to(lambda value, change=change: change(nested(value) if "container" in kind else value), one.own())
            assert described(one.own()) == right == described(held)
        value = one.own()
        array = nested(value) if "container" in kind else value
        if isinstance(array, np.ndarray):
            assert array.flags.writeable


@pytest.mark.parametrize(
    "kind", [kind for kind, whose, elements in rows() if (whose, elements) == ("shared", "writable")]
)
def test_what_is_shared_and_writable_is_right_for_who_reads_the_file(holder, kind):
    maker = makers[kind][0]
    one = holder(maker)
    right = described(one.get())
    value = one.get()
    for change in (
        lambda v: v.append(1),
        lambda v: v.update(z=1),
        lambda v: v.add(9),
        lambda v: v.__setitem__(0, v[1]),
        lambda v: v.__setitem__("new", 1),
        lambda v: v.image.fill(7),
    ):
        try_to(change, value)
    assert one.get() is value and described(one.get()) != right
    assert described(holder(maker).get()) == right


def test_another_process_gets_the_right_value_whatever_was_done(holder, tmp_path):
    program = tmp_path / "reader.py"
    program.write_text(
        "import sys, numpy as np\nfrom cache_on_disk import cache_on_disk, set_tag, set_tmpdir\n"
        "class Sensor:\n    @cache_on_disk\n    def table(self): return np.zeros(300, [('p', 'f4'), ('q', 'f4')])\n"
        "    @cache_on_disk\n    def frame(self): return np.ma.array(np.arange(90.), mask=False)\n"
        "s = Sensor(); set_tmpdir(s, sys.argv[1]); set_tag(s, 'T')\n"
        "print(s.table().dtype.names, s.frame().mask.any(), s.frame().sum())\n"
        "s.table().dtype.names = ('x', 'y')\ns.frame().fill_value = 5\n"
        "try: s.frame().mask = True\nexcept ValueError: pass\n"
        "print(s.table().dtype.names, s.frame().mask.any(), s.frame().sum())\n"
    )
    for _ in range(2):
        out = subprocess.run(
            [sys.executable, str(program), str(tmp_path)], capture_output=True, text=True, check=True
        ).stdout
        assert out == "('p', 'q') False 4005.0\n" * 2


def test_libraries_that_need_writable_arrays_are_listed():
    assert re.search("buffer source array is read-only", page.read_text())
