"""Values that calls share can be changed by nobody: not by the callers, nor by those who hold what the function returned."""

import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import same
from value_holder import Holder

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


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
