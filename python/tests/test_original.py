"""Beside the original itself, where it is installed: what it writes we read, under the names it gives."""

import numpy as np
import pytest
from test_walk import random_graph

import cache_on_disk as ours

original = pytest.importorskip("arte.dataelab.cache_on_disk", reason="the package arte is not installed")


def classes(cache):
    """The same analyzer on either cache."""

    class Part:
        def __init__(self, values):
            self.values = values

        @cache
        def array(self):
            return self.values["array"]

        @cache
        def table(self):
            return self.values["table"]

        @cache
        def quantity(self):
            return self.values["quantity"]

        @cache
        def masked(self):
            return self.values["masked"]

    class Analyzer:
        def __init__(self, values):
            self.part = Part(values)
            self.values = values

        @cache
        def number(self):
            return self.values["number"]

    return Analyzer


def test_a_directory_written_by_the_original_is_read(tmp_path):
    units = pytest.importorskip("astropy.units")
    values = {
        "array": np.arange(6).reshape(2, 3),
        "table": {"a": [1, 2]},
        "quantity": np.arange(3) * units.m,
        "number": 2.5,
        "masked": np.ma.masked_array([1, 2], mask=[0, 1]),
    }
    theirs = classes(original.cache_on_disk)(values)
    original.set_tmpdir(theirs, str(tmp_path))
    original.set_tag(theirs, "T")
    for obj, name in (
        (theirs.part, "array"),
        (theirs.part, "table"),
        (theirs.part, "quantity"),
        (theirs.part, "masked"),
        (theirs, "number"),
    ):
        getattr(obj, name)()

    mine = classes(ours.cache_on_disk)({})  # it could compute nothing
    ours.set_tmpdir(mine, str(tmp_path))
    ours.set_tag(mine, "T")
    assert (
        np.array_equal(mine.part.array(), values["array"])
        and mine.part.table() == values["table"]
        and mine.number() == 2.5
    )
    assert np.all(mine.part.quantity() == values["quantity"]) and mine.part.masked().mask.tolist() == [False, True]
    for name in ("array", "table", "quantity", "masked"):
        paths = {
            get(obj.part, getattr(obj.part, name)).fullpath()
            for get, obj in ((original.get_disk_cacher, theirs), (ours.get_disk_cacher, mine))
        }
        assert len(paths) == 1


@pytest.mark.parametrize("seed", range(1000, 1060))
def test_random_graphs_get_the_same_names(tmp_path, seed):
    """The original itself is asked, where test_walk.py asks a second walk by its rules."""
    theirs, mine = random_graph(seed, original.cache_on_disk), random_graph(seed, ours.cache_on_disk)
    original.set_tmpdir(theirs[0], str(tmp_path))
    original.set_tag(theirs[0], "T")
    ours.set_tmpdir(mine[0], str(tmp_path))
    ours.set_tag(mine[0], "T")
    compared = 0
    for their, my in zip(theirs, mine):
        for name in dir(type(my)):
            if not hasattr(getattr(type(my), name), "cacher_list"):
                continue
            try:
                path = original.get_disk_cacher(their, getattr(their, name)).fullpath()
            except original.TagNotSetException:
                continue  # one that the original does not reach
            assert ours.get_disk_cacher(my, getattr(my, name)).fullpath() == path
            compared += 1
    assert compared or not any(hasattr(getattr(type(mine[0]), name), "cacher_list") for name in dir(type(mine[0])))


def test_what_we_write_the_original_reads(tmp_path):
    values = {"array": np.arange(6.0), "table": {"a": [1, 2]}, "number": None}
    mine = classes(ours.cache_on_disk)(values)
    ours.set_tmpdir(mine, str(tmp_path))
    ours.set_tag(mine, "T")
    mine.part.array(), mine.part.table()
    theirs = classes(original.cache_on_disk)({})
    original.set_tmpdir(theirs, str(tmp_path))
    original.set_tag(theirs, "T")
    assert np.array_equal(theirs.part.array(), values["array"]) and theirs.part.table() == values["table"]
