"""Values are stored by the format of their kind, and come back equal."""

import decimal
import pickle

import numpy as np
import pytest
from conftest import same
from value_holder import Holder

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
