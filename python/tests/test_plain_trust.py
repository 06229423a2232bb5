"""What is stored and read under group and plain trust: plain data; all else is said at the first call."""

import decimal
import grp
import logging
import os
import uuid

import numpy as np
import pytest

import cache_on_disk as cod

group = grp.getgrgid(os.getgid()).gr_name


class Point:
    def __init__(self, x):
        self.x = x


class Holder:
    values = {}

    def __init__(self):
        self.computed = 0

    @cod.cache_on_disk
    def value(self):
        self.computed += 1
        return self.values["value"]


@pytest.fixture(params=["plain", "group"])
def holder(request, tmp_path):
    def make():
        made = Holder()
        cod.set_tmpdir(made, str(tmp_path))
        cod.set_trust(made, request.param, *([group] if request.param == "group" else []))
        cod.set_tag(made, "T")
        return made

    return make


def entries(tmp_path):
    return sorted(path.name for path in (tmp_path / "cacheT").glob("*.npy"))


masked = {
    "masked": np.ma.array([1.5, 2.5], mask=[True, False]),
    "nothing masked": np.ma.array([1, 2]),
    "fill value": np.ma.array([1, 2], mask=[1, 0], fill_value=7),
    "masked text": np.ma.array(["a", "b"], mask=[1, 0]),
    "masked records": np.ma.array([(1, 2.0)], dtype="i4,f8", mask=[(1, 0)]),
    "masked dates": np.ma.array(["2024-01-12"], dtype="M8[D]"),
    "fortran": np.ma.array(np.asfortranarray(np.ones((2, 3))), mask=False),
    "number": np.ma.array(3.0, mask=True),
    "in a dict": {"a": [np.ma.array([1, 2], mask=[0, 1])]},
    "identifiers": [uuid.uuid1(), uuid.uuid4()],
    "decimals": {"a": decimal.Decimal("1.5")},
}


def same(read, value):
    assert type(read) is type(value)
    if isinstance(value, dict):
        return all(same(read[key], value[key]) for key in value)
    if isinstance(value, list):
        return all(map(same, read, value))
    if isinstance(value, np.ma.MaskedArray):
        assert (read.dtype, read.shape) == (value.dtype, value.shape)
        assert value.dtype.kind not in "if" or read.fill_value == value.fill_value
        return (
            read.data.tolist() == value.data.tolist()
            and np.ma.getmaskarray(read).tolist() == np.ma.getmaskarray(value).tolist()
        )
    return read == value


@pytest.mark.parametrize("name", masked)
def test_masked_arrays_and_identifiers_are_stored_once_and_read(holder, tmp_path, monkeypatch, name):
    monkeypatch.setitem(Holder.values, "value", masked[name])
    first, second = holder(), holder()
    assert same(first.value(), masked[name]) and same(second.value(), masked[name])
    assert (first.computed, second.computed) == (1, 0)
    assert entries(tmp_path) == ["root.Holder.value.npy"]


@pytest.mark.parametrize("name", ["Quantity", "number", "Angle", "Time", "TimeDelta", "in a list"])
def test_quantities_and_times_are_stored_once_and_read(holder, tmp_path, monkeypatch, name):
    u = pytest.importorskip("astropy.units")
    from astropy.coordinates import Angle
    from astropy.time import Time, TimeDelta

    value = {
        "Quantity": [1.0, 2.0] * u.m / u.s,
        "number": 3 * u.mas,
        "Angle": Angle([1, 2], "deg"),
        "Time": Time([1.0, 2.0], format="mjd"),
        "TimeDelta": TimeDelta(3 * u.s),
        "in a list": [1 * u.K, Time("2024-01-12")],
    }[name]
    monkeypatch.setitem(Holder.values, "value", value)
    first, second = holder(), holder()
    assert repr(first.value()) == repr(value) and repr(second.value()) == repr(value)
    assert type(second.value()) is type(value)
    assert (first.computed, second.computed) == (1, 0)
    assert entries(tmp_path) == ["root.Holder.value.npy"]


@pytest.mark.parametrize(
    "value",
    [Point(1), [Point(1)], {"a": (1, Point(2))}, np.array([1, Point(1)], dtype=object), Point, complex(1).conjugate],
    ids=["object", "list", "dict", "array", "class", "method"],
)
def test_what_could_not_be_read_back_is_not_stored_and_said_once(holder, tmp_path, monkeypatch, caplog, value):
    monkeypatch.setitem(Holder.values, "value", value)
    first = holder()
    with caplog.at_level(logging.WARNING, "cache_on_disk"):
        first.value()
        first.value()
    assert first.computed == 1  # it is kept in memory
    told = [record.getMessage() for record in caplog.records if "could not be read back" in record.getMessage()]
    assert len(told) == 1 and "private trust" in told[0]
    assert entries(tmp_path) == []
    assert any("could not be read back" in message for message in cod.explain(first)[0].uncached)


def test_strict_raises_what_is_not_stored(holder, monkeypatch):
    monkeypatch.setitem(Holder.values, "value", Point(1))
    cod.set_options(strict=True)
    try:
        with pytest.raises(cod.UncachedError, match="could not be read back"):
            holder().value()
    finally:
        cod.set_options(strict=False)


def test_under_private_trust_everything_is_stored(tmp_path, monkeypatch):
    monkeypatch.setitem(Holder.values, "value", Point(1))
    for computed in (1, 0):
        made = Holder()
        cod.set_tmpdir(made, str(tmp_path))
        cod.set_tag(made, "T")
        assert made.value().x == 1 and made.computed == computed
