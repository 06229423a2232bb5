"""What is stored, how it comes back, and who may change it."""

import decimal
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from conftest import same

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Holder:
    def __init__(self, value=None):
        self.value = value
        self.calls = 0

    @cache_on_disk
    def get(self):
        self.calls += 1
        return self.value

    @cache_on_disk(writable=True)
    def own(self):
        return self.value

    @cache_on_disk
    def fresh(self):
        return np.arange(self.value)


arrays = {
    "f8": np.linspace(0, 1, 7),
    "2d": np.arange(6).reshape(2, 3),
    "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "strided": np.arange(20)[::3],
    "big-endian": np.arange(5, dtype=">i4"),
    "zero-d": np.array(3.5),
    "empty": np.zeros((0, 4)),
    "bool": np.array([True, False]),
    "complex": np.array([1 + 2j]),
    "datetime": np.array(["2024-04-10"], "M8[ns]"),
    "text": np.array(["a", "äöü"]),
    "bytes": np.array([b"a", b"bc"]),
    "half": np.array([1.5], "f2"),
    "structured": np.array([(1, 2.5)], [("a", "<i4"), ("b", ">f8")]),
    "objects": np.array([1, "a", None], dtype=object),
    "subarray": np.zeros(2, [("x", "f4", (2, 3))]),
    "titles": np.zeros(1, [(("title", "name"), "i2")]),
    "long double": np.array([1], np.longdouble),
    "aligned": np.zeros(2, np.dtype([("a", "i1"), ("b", "i8")], align=True)),
    "large": np.arange(100_000),
    "void": np.zeros(2, "V5"),
}


class OwnValues(dict):
    def values(self):
        raise OSError("loads from elsewhere")


class OwnDict:
    @property
    def __dict__(self):
        raise OSError("loads from elsewhere")

    def __reduce__(self):
        return OwnDict, ()


class OwnLookUp:
    __slots__ = ("asked",)

    def __getattr__(self, name):
        if name == "__dict__":
            raise OSError("loads from elsewhere")
        raise AttributeError(name)


class OwnSize(np.ndarray):
    @property
    def nbytes(self):
        raise OSError("loads from elsewhere")


@pytest.mark.parametrize(
    "value", [OwnValues(a=1), OwnDict(), OwnLookUp(), [np.zeros(3).view(OwnSize)]], ids=lambda v: type(v).__name__
)
def test_nothing_of_a_value_is_run_to_choose_how_it_is_pickled(tagged, entries, messages, value):
    tagged(Holder(value)).get()
    assert entries() == ["root.Holder.get.npy"] and messages() == []
    other = Holder("not this")
    assert type(tagged(other).get()) is type(value) and other.calls == 0


@pytest.mark.parametrize("elements, protocol", [(1000, 4), (200_000, 5)])
def test_a_large_array_of_a_class_of_its_own_is_pickled_without_a_copy(tagged, tmp_path, elements, protocol):
    value = np.ma.array(np.arange(elements), mask=False)
    tagged(Holder(value)).get()
    assert (tmp_path / "cacheT/root.Holder.get.npy").read_bytes()[:2] == bytes([0x80, protocol])
    other = Holder("not this")
    assert same(tagged(other).get(), value) and other.calls == 0


class Measured(np.ndarray):
    """A large array of a class of its own, whose state has a large array, too."""

    def __reduce__(self):
        make, arguments, state = super().__reduce__()
        return make, arguments, (state, self.weights)

    def __setstate__(self, state):
        super().__setstate__(state[0])
        self.weights = state[1]


def test_a_large_array_whose_state_has_another_is_stored(tagged, messages):
    def value():
        measured = np.arange(1 << 18, dtype="f8").view(Measured)
        measured.weights = np.linspace(0, 1, 1 << 15)
        return measured

    tagged(Holder(value())).get()
    other = tagged(Holder())
    read = other.get()
    assert other.calls == 0 and type(read) is Measured and np.array_equal(read, value())
    assert np.array_equal(read.weights, value().weights) and messages() == []


@pytest.mark.parametrize("name", arrays)
def test_arrays_come_back_equal_and_numpy_reads_the_file(tagged, tmp_path, name):
    value = arrays[name]
    first = tagged(Holder(value)).get()
    other = Holder("not this")
    assert same(first, value) and not first.flags.writeable
    second = tagged(other).get()
    assert same(second, value) and not second.flags.writeable and other.calls == 0
    assert second.flags.f_contiguous == first.flags.f_contiguous
    assert same(np.load(tmp_path / "cacheT/root.Holder.get.npy", allow_pickle=name in ("objects", "aligned")), value)
    with pytest.raises(ValueError):
        second.flags.writeable = True


values = [
    None,
    1,
    2.5,
    1 + 2j,
    "text",
    b"bytes",
    True,
    [1, [2]],
    {"a": (1, 2)},
    {1, 2},
    decimal.Decimal("1.5"),
    np.float32(2.5),
    2**100,
    float("inf"),
    range(3),
]


@pytest.mark.parametrize("value", values, ids=repr)
def test_other_values_come_back_equal_by_a_pickle_that_older_pythons_read(tagged, tmp_path, value):
    holder = tagged(Holder(value))
    assert same(holder.get(), value) and same(holder.get(), value) and holder.calls == 1
    assert same(tagged(Holder()).get(), value)
    data = (tmp_path / "cacheT/root.Holder.get.npy").read_bytes()
    assert data[:2] == b"\x80\x04" and same(pickle.loads(data), value)


def test_a_large_array_is_mapped(tagged):
    value = np.arange(100_000.0)
    tagged(Holder(value)).get()
    loaded = tagged(Holder()).get()
    with open("/proc/self/maps") as maps:
        addresses = [line.split()[0].split("-") for line in maps if "root.Holder.get.npy" in line]
    address = loaded.__array_interface__["data"][0]
    assert any(int(a, 16) <= address < int(b, 16) for a, b in addresses)


def test_the_owners_array_is_neither_frozen_nor_shared(tagged):
    mine = np.arange(4.0)
    holder = tagged(Holder(mine))
    got = holder.get()
    mine[0] = 99
    assert got[0] == 0 and holder.get()[0] == 0 and mine.flags.writeable


def test_the_owners_list_is_not_shared_either(tagged):
    mine = [1]
    holder = tagged(Holder(mine))
    holder.get()
    mine.append(2)
    assert holder.get() == [1]


@pytest.mark.parametrize("count", [8, 10_000])
def test_a_fresh_array_is_shared_and_safe(tagged, count):
    holder = tagged(Holder(count))
    first = holder.fresh()
    assert first is holder.fresh() and same(first, np.arange(count)) and same(tagged(Holder(0)).fresh(), first)
    for array in (first, first.base):
        with pytest.raises((ValueError, TypeError)):
            array[0] = 1
    with pytest.raises(ValueError):
        first.flags.writeable = True


def test_a_large_fresh_array_is_kept_without_a_copy(tagged):
    addresses = []

    class Maker:
        @cache_on_disk
        def fresh(self):
            array = np.ones(100_000)
            addresses.append(array.__array_interface__["data"][0])
            return array

    assert tagged(Maker()).fresh().__array_interface__["data"][0] == addresses[0]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("shape, order", [((8,), "C"), ((2, 3), "F"), ((100, 100), "C"), ((100, 100), "F")])
def test_a_form_set_in_place_is_seen_by_no_later_call(tagged, shape, order):
    value = np.asarray(np.arange(float(np.prod(shape))).reshape(shape), order=order)

    def twice(array):  # numpy uses the memory of the first shape again for the third
        array.shape = (array.size, 1) if order == "C" else array.shape[::-1]
        array.shape = shape[::-1]

    changes = [lambda a: setattr(a, "dtype", "i8"), lambda a: setattr(a, "strides", (0,) * a.ndim), twice]
    if order == "C":
        changes += [lambda a: setattr(a, "shape", (2, -1)), lambda a: setattr(a, "dtype", "f4")]
    for holder in (tagged(Holder(value)), tagged(Holder(value))):
        assert same(holder.get(), value)
        for change in changes:
            try:
                change(holder.get())
            except (AttributeError, ValueError):  # not for this order
                pass
            again = holder.get()
            assert (
                same(again, value)
                and again.strides == value.strides
                and again is holder.get()
                and not again.flags.writeable
            )
            with pytest.raises(ValueError):
                again.flags.writeable = True


def test_writable_gives_each_call_a_copy_of_its_own(tagged):
    holder = tagged(Holder(np.arange(3.0)))
    holder.own()[0] = 5
    assert holder.own()[0] == 0
    cod.set_writable(holder, True)
    holder.get()[0] = 5
    assert holder.get()[0] == 0 and holder.get() is not holder.get()
    listed = tagged(Holder([[1]]), "L")
    listed.own()[0].append(2)
    assert listed.own() == [[1]]


def test_writable_for_the_process():
    code = (
        "import sys, numpy as np\nfrom cache_on_disk import *\n"
        "class A:\n    @cache_on_disk\n    def m(self): return np.zeros(2)\n"
        "a = A(); set_tag(a, 'T'); a.m()[0] = 1; print(a.m()[0])"
    )
    environment = {**os.environ, "CACHE_ON_DISK_WRITABLE": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.check_output([sys.executable, "-c", code], env=environment).split() == [b"0.0"]


def test_masked_arrays_are_shared_read_only(tagged):
    value = np.ma.masked_array([1.0, 2.0, 3.0], mask=[0, 1, 0])
    for holder in (tagged(Holder(value)), tagged(Holder())):
        got = holder.get()
        assert isinstance(got, np.ma.MaskedArray) and got.mask.tolist() == [False, True, False]
        with pytest.raises(ValueError):
            got[0] = 7
        with pytest.raises(ValueError):
            got.mask = np.ma.nomask
        with pytest.raises(ValueError):
            got[0] = np.ma.masked
        assert holder.get().mask.tolist() == [False, True, False]


def test_units_are_kept(tagged, tmp_path):
    units = pytest.importorskip("astropy.units")
    value = np.arange(3.0) * units.m
    for holder in (tagged(Holder(value)), tagged(Holder())):
        got = holder.get()
        assert got.unit == units.m and np.array_equal(got.value, [0, 1, 2])
        with pytest.raises(ValueError):
            got[0] = 1 * units.m
    assert np.load(tmp_path / "cacheT/root.Holder.get.npy", allow_pickle=True).unit == units.m


def test_a_generator_is_handed_out_and_told_of(tagged, entries, messages):
    class Counter:
        @cache_on_disk
        def count(self):
            yield from range(3)

    counter = tagged(Counter())
    assert list(counter.count()) == [0, 1, 2] and list(counter.count()) == [0, 1, 2]
    assert not entries() and sum("generator" in m for m in messages()) == 1


def test_what_cannot_be_pickled_is_given_and_kept_in_memory(tagged, entries, messages):
    holder = tagged(Holder(lambda: 1))
    assert holder.get()() == 1 and holder.get()() == 1 and holder.calls == 1
    assert not entries() and len(messages()) == 1


def test_a_value_that_cannot_be_read_back_is_not_stored(tagged, entries):
    class Broken:
        def __reduce__(self):
            return int, ("no number",)

    holder = tagged(Holder(Broken()))
    assert isinstance(holder.get(), Broken) and not entries()


def test_an_entry_of_an_unknown_class_is_left_alone_and_ours_goes_beside(tagged, entries, tmp_path):
    (tmp_path / "cacheT").mkdir(mode=0o700)
    foreign = tmp_path / "cacheT/root.Holder.get.npy"
    foreign.write_bytes(b"\x80\x03cno_such_module\nThing\n)\x81.")
    before = foreign.read_bytes()
    assert tagged(Holder(5)).get() == 5
    assert foreign.read_bytes() == before and len(entries()) == 2
    holder = Holder()
    assert tagged(holder).get() == 5 and holder.calls == 0


def test_files_of_others_give_plain_data_and_never_code(tagged, tmp_path):
    class Code:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "made"),)

    (tmp_path / "cacheT").mkdir(mode=0o700)
    for name, value in (("get", Code()), ("fresh", {"plain": np.arange(3)}), ("own", np.array([Code()], dtype=object))):
        path = tmp_path / f"cacheT/root.Holder.{name}.npy"
        with open(path, "wb") as file:
            np.save(file, value) if name == "own" else pickle.dump(value, file)
    holder = Holder("computed")
    cod.set_trust(holder, "plain")
    tagged(holder)
    assert holder.get() == "computed" and holder.own() == "computed" and not (tmp_path / "made").exists()
    assert np.array_equal(holder.fresh()["plain"], np.arange(3))


def test_a_damaged_entry_is_computed_anew(tagged, tmp_path):
    tagged(Holder(np.arange(1000.0))).get()
    path = tmp_path / "cacheT/root.Holder.get.npy"
    data = bytearray(path.read_bytes())
    data[500] ^= 1
    path.write_bytes(data)
    holder = Holder("new")
    assert tagged(holder).get() == "new" and tagged(Holder()).get() == "new"
    path.write_bytes(path.read_bytes()[:-3])
    assert tagged(Holder("newer")).get() == "newer"
