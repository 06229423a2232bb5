"""docs/python_values.md has a table of what callers may do to values: each row is tried, in every way that numpy offers."""

import copy
import enum
import pathlib
import pickle
import random
import re
import subprocess
import sys

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk

page = pathlib.Path(__file__).parents[2] / "docs/python_values.md"
fields = [("a", "f8"), ("b", "i4"), ("c", "f4", 2)]


class Colour(enum.Enum):
    red = 1


class Spectrum(np.ndarray):
    def __array_finalize__(self, obj):
        self.band = getattr(obj, "band", "K")
        self.edges = getattr(obj, "edges", None)
        self.notes = getattr(obj, "notes", None)


class Deep(np.ndarray):
    """With an attribute whose parts are of any kind."""


class Frame:
    def __init__(self):
        self.image = np.arange(4.0)
        self.name = "frame"

    def __eq__(self, other):
        return np.array_equal(self.image, other.image) and self.name == other.name


def units():
    return pytest.importorskip("astropy.units")


def derived(kind, **parts):
    array = np.arange(6.0).reshape(2, 3).view(kind)
    array.__dict__.update(parts)
    return array


def masked(count=6, **options):
    return np.ma.array(np.arange(float(count)), mask=np.arange(count) % 2 == 0, **options)


def fits_table():
    fits = pytest.importorskip("astropy.io.fits")
    columns = [fits.Column("adu", "I", bzero=32768, array=np.array([0, 40000], "u2"), unit="count"), fits.Column("good", "L", array=[True, True]),
               fits.Column("x", "D", array=[1.0, 2.0]), fits.Column("name", "4A", array=["ab", "c"])]
    return fits.BinTableHDU.from_columns(columns).data


def container(make):
    return [{"deep": (1, [make()])}, 2]


def nested(value):
    return value[0]["deep"][1][0]


# Of each row, relatives too.
makers = {
    "array": [lambda: np.arange(6.0), lambda: np.arange(40_000.0).reshape(200, 200), lambda: np.asfortranarray(np.arange(6.0).reshape(2, 3)),
              lambda: np.arange(20)[::3], lambda: np.array(["2024-04-10"], "M8[ns]"), lambda: np.array(3.5)],
    "array with named fields": [lambda: np.zeros(3, fields), lambda: np.zeros(9000, fields), lambda: np.zeros(3, [("p", fields)]),
                                lambda: np.zeros(3, np.dtype(fields, align=True)), lambda: np.zeros((), fields)],
    "array of objects": [lambda: np.array([1, "a", None], dtype=object)],
    "array of a derived class": [lambda: np.matrix([[1.0, 2.0]]), lambda: np.rec.array([(1.0, 2)], dtype="f8,i4"), lambda: derived(Spectrum),
                                 lambda: derived(Spectrum, edges=np.arange(3.0), notes={"a": 1}), lambda: derived(Spectrum, band=5)],
    "masked array": [masked, lambda: masked(9000), lambda: np.ma.array(0.8, mask=False), lambda: masked(fill_value=7, hard_mask=True),
                     lambda: np.ma.array(np.zeros(3, fields), mask=False), lambda: np.ma.array([1.0, 2.0]), lambda: masked().reshape(2, 3)],
    "masked record": [lambda: np.ma.array([(1.0, 2)], mask=[(False, True)], dtype="f8,i4")[0]],
    "`numpy.ma.masked`": [lambda: masked()[:1].mean()],
    "Quantity": [lambda: np.arange(6.0) * units().m, lambda: np.arange(6.0) * units().m / units().s, lambda: 5 * units().km,
                 lambda: [1, 2] * units().mag, lambda: pytest.importorskip("astropy.coordinates").Longitude([1, 2] * units().deg)],
    "record": [lambda: np.zeros(3, fields)[1], lambda: np.rec.array([(1.0, 2)], dtype="f8,i4")[0]],
    "source of random numbers": [lambda: random.Random(7), lambda: np.random.default_rng(7), lambda: np.random.RandomState(7)],
    "FITS table": [fits_table],
    "scalar": [lambda: 5, lambda: "text", lambda: b"bytes", lambda: None, lambda: np.float32(2.5), lambda: (1, "a")],
    "list": [lambda: [1, [2]]],
    "dict": [lambda: {"a": [1]}],
    "set": [lambda: {1, 2}],
    "array in a container": [lambda: container(lambda: np.arange(6.0)), lambda: container(lambda: np.zeros(1100, "f8,i4")), lambda: container(masked)],
    "Quantity in a container": [lambda: container(lambda: [1, 2] * units().m)],
    "Time": [lambda: pytest.importorskip("astropy.time").Time([59000.0, 59001.0], format="mjd")],
    "DataFrame": [lambda: pytest.importorskip("pandas").DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})],
    "own object": [Frame],
}


def rows():
    text = page.read_text()
    table = text[text.index("| value | object |"):].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")][:3] for line in table]


def test_each_row_of_the_table_is_tried():
    assert [row[0] for row in rows()] == list(makers)
    assert {row[1] for row in rows()} == {"shared", "own"} and {row[2] for row in rows()} == {"read-only", "writable"}


cases = [(kind, whose, elements, number) for kind, whose, elements in rows() for number in range(len(makers.get(kind, ())))]


# numpy.ma.masked is numpy's own: who changes it, changes numpy. What is drawn from random sources: test_random_values.py.
protected = [case for case in cases if case[1:3] != ("shared", "writable") and "ma.masked" not in case[0] and "random" not in case[0]]


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


def elements_of(array):
    array = np.asarray(array)
    if array.dtype.names is not None:  # padding may differ
        return [elements_of(array[name]) for name in array.dtype.names]
    return array.tolist() if array.dtype.hasobject else array.tobytes()


def described(value):
    """All that can be seen of a value."""
    if value is np.ma.masked:
        return "masked"
    if isinstance(value, np.ndarray) or isinstance(value, np.void):
        seen = [type(value).__name__, repr(value), repr(value.dtype), value.shape, str(value.dtype.names), value.dtype.metadata]
        if isinstance(value, np.ndarray):
            seen += [value.strides, value.flags.writeable, elements_of(value)]
        if isinstance(value, np.ma.MaskedArray):
            seen += [repr(value.mask), repr(value.fill_value), value.hardmask, elements_of(value.data)]
        for name in ("unit", "band", "edges", "notes", "wrap_angle"):
            seen.append(repr(getattr(value, name, None)))
        if hasattr(value, "columns"):
            seen += [value.columns.names, value.columns.units, [value[name].tolist() for name in value.columns.names]]
        return seen
    if isinstance(value, Frame):
        return [described(value.image), value.name]
    if type(value) in (list, tuple):
        return [type(value).__name__, *map(described, value)]
    if type(value) is dict:
        return {key: described(part) for key, part in value.items()}
    if hasattr(value, "mjd"):
        return value.mjd.tolist()
    if isinstance(value, (random.Random, np.random.Generator, np.random.RandomState)):
        return pickle.dumps(value)
    return [type(value).__name__, repr(value)]


def changes_of_arrays():
    yield lambda a: a.__setitem__(..., a.dtype.type(1))
    yield lambda a: a.__setitem__(0, a[-1])
    yield lambda a: a.fill(7)
    yield lambda a: a.sort()
    yield lambda a: a.itemset(0, 3)
    yield lambda a: a.put(0, 3)
    yield lambda a: a.__iadd__(1)
    yield lambda a: np.copyto(a, 3)
    yield lambda a: np.add(a, 1, out=a)
    yield lambda a: a.byteswap(inplace=True)
    yield lambda a: a.partition(0)
    yield lambda a: a.resize((1,), refcheck=False)
    yield lambda a: np.ndarray.view(a, np.ndarray).fill(3)
    yield lambda a: a.dtype.hasobject or memoryview(a).cast("B").__setitem__(0, 1)  # else it would write addresses
    yield lambda a: a.data.__setitem__(..., 5)
    yield lambda a: np.asarray(a).setflags(write=True) or np.asarray(a).fill(3)
    yield lambda a: a.setflags(write=True) or a.__setitem__(..., 3)
    yield lambda a: setattr(a.flags, "writeable", True) or a.fill(3)
    yield lambda a: setattr(a.base.flags, "writeable", True) or a.base.fill(3)
    yield lambda a: setattr(a.base, "shape", (1, -1))
    yield lambda a: setattr(a.base.base.flags, "writeable", True) or a.base.base.fill(3)
    yield lambda a: setattr(a, "shape", (a.size, 1))
    yield lambda a: setattr(a, "strides", (0,) * a.ndim)
    yield lambda a: setattr(a, "dtype", np.dtype("V%d" % a.dtype.itemsize))
    yield lambda a: setattr(a, "dtype", a.dtype.newbyteorder())
    yield lambda a: setattr(a.dtype, "names", tuple("xyz"[: len(a.dtype.names)]))
    yield lambda a: setattr(a.copy().dtype, "names", tuple("xyz"[: len(a.dtype.names)]))
    yield lambda a: setattr(a.dtype["p"], "names", ("x", "y", "z"))
    yield lambda a: setattr(a[:1].dtype, "names", tuple("xyz"[: len(a.dtype.names)]))
    yield lambda a: a[a.dtype.names[0]].fill(3)
    yield lambda a: a.__array_interface__["data"][0].conjugate() and setattr(a, "imag", 3)
    yield lambda a: setattr(a, "real", 3)
    yield lambda a: setattr(a.flat, "coords", 0) or a.flat.__setitem__(0, 9)


def changes_of_masks():
    yield lambda a: setattr(a, "mask", True)
    yield lambda a: setattr(a, "mask", np.ma.nomask)
    yield lambda a: a.__setitem__(0, np.ma.masked)
    yield lambda a: a.__setitem__(..., np.ma.masked)
    yield lambda a: a.mask.fill(True)
    yield lambda a: a._mask.fill(True)
    yield lambda a: setattr(a._mask.flags, "writeable", True) or a._mask.fill(True)
    yield lambda a: setattr(a._mask.base.flags, "writeable", True) or a._mask.base.fill(True)
    yield lambda a: setattr(a._mask, "shape", (a.size, 1))
    yield lambda a: setattr(a._mask.dtype, "names", ("x", "y", "z"))
    yield lambda a: setattr(a, "_mask", np.ones(a.shape, bool))
    yield lambda a: a.mask.__setitem__("f0", True)
    yield lambda a: a.harden_mask()
    yield lambda a: a.soften_mask()
    yield lambda a: a.unshare_mask().__setitem__(0, 9)
    yield lambda a: a.shrink_mask()
    yield lambda a: setattr(a, "fill_value", 3)
    yield lambda a: a.set_fill_value(4)
    yield lambda a: a._fill_value.fill(5)
    yield lambda a: a._optinfo.update(note=1)
    yield lambda a: setattr(a, "_sharedmask", True)
    yield lambda a: a.__dict__.update(_hardmask=not a._hardmask)
    yield lambda a: setattr(a, "__dict__", {})
    yield lambda a: a.__setmask__(True)
    yield lambda a: setattr(a, "recordmask", True)
    yield lambda a: setattr(a.data, "shape", (1, -1))
    yield lambda a: a._data.fill(3)


def changes_of_other_arrays():
    yield lambda a: a.__imul__(units().s)
    yield lambda a: a._set_unit(units().kg)
    yield lambda a: a.__ilshift__(units().km)
    yield lambda a: setattr(a, "_unit", None)
    yield lambda a: setattr(a, "value", 3)
    yield lambda a: setattr(a.info, "description", "mine")
    yield lambda a: setattr(a, "wrap_angle", 90 * units().deg)
    yield lambda a: a.wrap_angle.__imul__(2)
    yield lambda a: setattr(a, "band", "J")
    yield lambda a: a.edges.fill(3)
    yield lambda a: a.notes.update(b=2)
    yield lambda a: delattr(a, "band")
    yield lambda a: a.columns.change_name("x", "renamed")
    yield lambda a: a.columns.change_unit("adu", "m")
    yield lambda a: a.columns.del_col("x")
    yield lambda a: a["adu"].__setitem__(0, 9)
    yield lambda a: a["good"].fill(False)
    yield lambda a: a["x"].fill(9)
    yield lambda a: a["name"].__setitem__(0, "zz")
    yield lambda a: a.field(0).fill(3)
    yield lambda a: a.__setitem__("a", 5)
    yield lambda a: setattr(a, "f0", 5)


changes = [*changes_of_arrays(), *changes_of_masks(), *changes_of_other_arrays()]


def try_to(change, value):
    try:
        change(value)
    except Exception:  # numpy, or the class, refuses; or it has nothing of that name
        pass


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
                if {"shape", "strides", "dtype", "names", "__imul__", "_set_unit", "_unit", "__ilshift__", "_mask", "mask",
                    "__setmask__", "__dict__", "byteswap", "setflags", "writeable", "resize"} & {*change.__code__.co_names, *change.__code__.co_consts}:
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


@pytest.mark.parametrize("kind, number", [(case[0], case[3]) for case in cases], ids=[f"{case[0]}-{case[3]}" for case in cases])
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


@pytest.mark.parametrize("kind", [kind for kind, whose, elements in rows() if (whose, elements) == ("shared", "writable")])
def test_what_is_shared_and_writable_is_right_for_who_reads_the_file(holder, kind):
    maker = makers[kind][0]
    one = holder(maker)
    right = described(one.get())
    value = one.get()
    for change in (lambda v: v.append(1), lambda v: v.update(z=1), lambda v: v.add(9), lambda v: v.__setitem__(0, v[1]),
                   lambda v: v.__setitem__("new", 1), lambda v: v.image.fill(7)):
        try_to(change, value)
    assert one.get() is value and described(one.get()) != right
    assert described(holder(maker).get()) == right


def test_another_process_gets_the_right_value_whatever_was_done(holder, tmp_path):
    program = tmp_path / "reader.py"
    program.write_text("import sys, numpy as np\nfrom cache_on_disk import cache_on_disk, set_tag, set_tmpdir\n"
                       "class Sensor:\n    @cache_on_disk\n    def table(self): return np.zeros(300, [('p', 'f4'), ('q', 'f4')])\n"
                       "    @cache_on_disk\n    def frame(self): return np.ma.array(np.arange(90.), mask=False)\n"
                       "s = Sensor(); set_tmpdir(s, sys.argv[1]); set_tag(s, 'T')\n"
                       "print(s.table().dtype.names, s.frame().mask.any(), s.frame().sum())\n"
                       "s.table().dtype.names = ('x', 'y')\ns.frame().fill_value = 5\n"
                       "try: s.frame().mask = True\nexcept ValueError: pass\n"
                       "print(s.table().dtype.names, s.frame().mask.any(), s.frame().sum())\n")
    for _ in range(2):
        out = subprocess.run([sys.executable, str(program), str(tmp_path)], capture_output=True, text=True, check=True).stdout
        assert out == "('p', 'q') False 4005.0\n" * 2


def test_libraries_that_need_writable_arrays_are_listed():
    assert re.search("buffer source array is read-only", page.read_text())
