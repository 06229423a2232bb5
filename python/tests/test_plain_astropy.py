"""Quantities, units and times of astropy in files of others: read by astropy's own classes, and nothing else of it."""

import copyreg
import pathlib
import pickle

import numpy as np
import pytest

from cache_on_disk import _plain_data

units = pytest.importorskip("astropy.units")
coordinates = pytest.importorskip("astropy.coordinates")
time = pytest.importorskip("astropy.time")
u = units

quantities = {
    "array": [1.0, 2.0] * u.m,
    "number": 3 * u.km / u.s,
    "prefix": [1] * u.um,
    "composite": np.ones((2, 3)) * u.erg / u.s / u.cm**2,
    "fortran": np.asfortranarray(np.ones((2, 3), "f4")) * u.m,
    "integers": u.Quantity(np.arange(3, dtype="i2"), "adu", dtype="i2"),
    "scaled": u.Quantity(2.0, 1e3 * u.kg),
    "none": u.Quantity(0.5),
    "percent": 3 * u.percent,
    "root": 2 * u.m**0.5,
    "third": 2 * u.Hz ** (1 / 3),
    "own unit": 3 * u.def_unit("span", 9 * u.cm),
    "own irreducible unit": 3 * u.def_unit("sheep_for_tests"),
    "magnitude": 3 * u.mag,
    "AB": 20 * u.ABmag,
    "dex": 3 * u.dex(u.cm / u.s**2),
    "decibel": 3 * u.dB(u.mW),
    "Angle": coordinates.Angle([1, 2], "deg"),
    "Longitude": coordinates.Longitude([190.0], "deg", wrap_angle=180 * u.deg),
    "Latitude": coordinates.Latitude(3 * u.deg),
    "Distance": coordinates.Distance(3 * u.pc),
    "EarthLocation": coordinates.EarthLocation.from_geodetic(1, 2, 3),
    "complex": 1j * u.V,
    "unit": u.Jy,
    "prefixed unit": u.mas,
    "composite unit": u.km / u.s,
    "units in containers": {"a": [u.m, 1 * u.m], "b": (u.s, {"c": u.K})},
    "large": np.ones(300_000) * u.electron,
}
times = {
    name: time.Time(50000.5, format="mjd", scale="utc", precision=4).copy(format=name)
    for name in (
        "jd",
        "mjd",
        "unix",
        "gps",
        "isot",
        "iso",
        "yday",
        "datetime",
        "datetime64",
        "ymdhms",
        "decimalyear",
        "byear_str",
    )
}
times.update(
    {
        "array": time.Time([1.0, 2.5], format="jd"),
        "tai": time.Time("2024-01-12", scale="tai"),
        "TimeDelta": time.TimeDelta([1, 2] * u.s),
        "with location": time.Time("2024-01-12", location=coordinates.EarthLocation.from_geodetic(1, 2, 3)),
        "in a list": [time.Time(1.0, format="unix"), 5],
    }
)


def same(read, value):
    assert type(read) is type(value)
    if isinstance(value, (list, tuple)):
        return len(read) == len(value) and all(map(same, read, value))
    if isinstance(value, dict):
        return list(read) == list(value) and all(same(read[key], value[key]) for key in value)
    if isinstance(value, np.ndarray):
        assert (read.dtype, read.shape, read.flags.f_contiguous) == (value.dtype, value.shape, value.flags.f_contiguous)
        assert read.unit == value.unit and read.unit.to_string() == value.unit.to_string()
        return bool(np.all(np.asarray(read) == np.asarray(value)))
    if isinstance(value, (time.Time, time.TimeDelta)):
        assert (read.format, read.scale, read.precision, read.shape) == (
            value.format,
            value.scale,
            value.precision,
            value.shape,
        )
        assert (getattr(read, "location", None) is None) == (getattr(value, "location", None) is None)
        return bool(np.all(read.jd1 == value.jd1) and np.all(read.jd2 == value.jd2)) and repr(read) == repr(value)
    return bool(read == value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_quantities_units_and_times_come_back_as_they_were(protocol):
    for name, value in [*quantities.items(), *times.items()]:
        read = _plain_data.loads(pickle.dumps(value, protocol))
        if name == "own irreducible unit":  # as with pickle itself, it equals only itself
            assert read.unit.to_string() == value.unit.to_string()
        else:
            assert same(read, value), name


def test_what_is_read_works():
    read = _plain_data.loads(
        pickle.dumps([3 * u.km, 20 * u.ABmag, coordinates.Longitude(350, "deg"), time.Time("2024-01-12")], 4)
    )
    assert read[0].to_value("m") == 3000 and read[0] * 2 == 6 * u.km
    assert read[1].physical.unit == u.AB
    assert read[2].wrap_at(180 * u.deg).value == -10
    assert read[3].tai.isot == "2024-01-12T00:00:37.000"


def test_units_that_astropy_knows_are_not_changed_and_none_is_added():
    before = set(u.get_current_unit_registry().registry)
    data = pickle.dumps(3 * u.m, 2)
    for forged in (
        data.replace(b"meter: base unit", b"yards: base unit"),
        data.replace(b"X\x05\x00\x00\x00meter", b"X\x05\x00\x00\x00yards"),
    ):
        assert _plain_data.loads(forged).unit is u.m
    assert u.m.names == ["m", "meter"] and u.m.__doc__.startswith("meter")
    _plain_data.loads(pickle.dumps(u.def_unit("goat_for_tests"), 4))
    assert set(u.get_current_unit_registry().registry) == before


class Reduced:
    def __init__(self, *parts):
        self.parts = parts

    def __reduce__(self):
        return self.parts


class Made:
    """Pickled as an instance of another class, made without a call."""

    def __init__(self, kind, state, arguments=()):
        self.kind, self.parts = kind, (copyreg.__newobj__, (kind, *arguments), state)

    __class__ = property(lambda self: self.kind)  # picklers look at it

    def __reduce_ex__(self, protocol):
        return self.parts


core = units.core
array_state = np.ones(2).__reduce__()[2]
empty = np.ones(2).__reduce__()[0]
isot = type(time.Time("2024-01-12")._time)
isot_state = vars(time.Time("2024-01-12")._time)
hostile = {
    "unit of text": Reduced(empty, (units.Quantity, (0,), b"b"), (array_state, {"_unit": "m"})),
    "no unit": Reduced(empty, (units.Quantity, (0,), b"b"), (array_state, {})),
    "another attribute": Reduced(empty, (units.Quantity, (0,), b"b"), (array_state, {"_unit": u.m, "__class__": int})),
    "info": Reduced(empty, (units.Quantity, (0,), b"b"), (array_state, {"_unit": u.m, "info": 5})),
    "state of an array": Reduced(empty, (units.Quantity, (0,), b"b"), array_state),
    "objects": Reduced(
        empty, (units.Quantity, (0,), b"b"), (np.array([1, None], object).__reduce__()[2], {"_unit": u.m})
    ),
    "size that lies": Reduced(
        empty, (units.Quantity, (0,), b"b"), ((1, (2,), np.dtype("O"), False, b"a" * 16), {"_unit": u.m})
    ),
    "program as unit": Reduced(units.Quantity, (np.ones(2), "__import__('os')")),
    "power of powers": Reduced(units.Quantity, (np.ones(2), "((9999**9999)**9999) m")),
    "power of numbers": Reduced(units.Quantity, (np.ones(2), "9999^9999 m")),
    "long unit": Reduced(units.Quantity, (np.ones(2), "m " * 1000)),
    "quantity of a list": Reduced(units.Quantity, ([1, 2], "m")),
    "unit of itself": None,
    "half a unit": Made(core.CompositeUnit, {"_scale": 1.0}),
    "uneven unit": Made(core.CompositeUnit, {"_scale": 1.0, "_bases": [u.m], "_powers": []}),
    "bases of text": Made(core.CompositeUnit, {"_scale": 1.0, "_bases": ["m"], "_powers": [1]}),
    "long scale": Made(core.CompositeUnit, {"_scale": 10**5000, "_bases": [], "_powers": []}),
    "unit without name": Reduced(core._recreate_irreducible_unit, (core.IrreducibleUnit, [], True)),
    "unit of a class": Reduced(core._recreate_irreducible_unit, (units.Quantity, ["m"], True)),
    "call of a unit": Reduced(core.CompositeUnit, (1.0, [], [])),
    "time of text": Made(time.Time, {"_time": "x", "_format": "isot"}, ("2024-01-12",)),
    "time of nothing": Made(time.Time, {"_format": "isot"}),
    "days of text": Made(isot, {**isot_state, "_jd1": "1"}),
    "days of objects": Made(isot, {**isot_state, "_jd1": np.array([None], object)}),
    "days of two shapes": Made(isot, {**isot_state, "_jd1": np.ones(2), "_jd2": np.ones(3)}),
    "Time called": Reduced(time.Time, ("2024-01-12",)),
}


@pytest.mark.parametrize("name", hostile)
def test_what_no_quantity_or_time_is_made_of_is_refused(name):
    value = hostile[name]
    if name == "unit of itself":
        value = Made(core.CompositeUnit, {"_scale": 1.0, "_powers": [1]})
        value.parts[2]["_bases"] = [value]
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(pickle.UnpicklingError, match="only plain data"):
            _plain_data.loads(pickle.dumps(value, protocol))


@pytest.mark.parametrize(
    "name",
    [
        "astropy.units.core\nUnitsError",
        "astropy.units\nset_enabled_units",
        "astropy.time.formats\nos",
        "astropy.time.formats\nTimeFormat.value",
        "astropy.table\nTable",
        "astropy.units.format\nGeneric",
        "astropy.utils.data\ndownload_file",
        "astropy.units.corefake\nUnit",
        "astropy.units.core.x\nUnit",
        "astropy.units.cds\nQuantity",
        "astropy.coordinates.angles.tests\nAngle",
    ],
)
def test_nothing_else_of_astropy_is_touched(name):
    with pytest.raises(pickle.UnpicklingError, match="only plain data"):
        _plain_data.loads(b"\x80\x02c" + name.encode() + b"\n)R.")


written = pathlib.Path(__file__).parents[2] / "tests" / "pickle" / "quantities_written.txt"
expected = {
    "speed": u.Quantity([1.5, 2.5], "m / s"),
    "integers": u.Quantity(np.array([1, -2, 3], "i2"), "adu", dtype="i2"),
    "single": u.Quantity(np.array([0.5, 1.5], "f4"), "1e-20 erg / (s cm2)"),
    "number": u.Quantity(2.5, "km"),
    "complex": u.Quantity(1 - 2j, "V"),
    "none": u.Quantity(0.25),
    "masked": np.ma.array([[1.0, 2.0], [3.0, 4.0]], mask=[[0, 1], [0, 0]]),
    "within": {"length": u.Quantity(3.0, "m")},
    "tree": [u.Quantity([9.0], "s"), np.ma.array(np.array([5], "i4"), mask=[True])],
}


def check(read, value):
    assert type(read) is type(value)
    if isinstance(value, dict):
        return [check(read[key], value[key]) for key in value]
    if isinstance(value, list):
        return list(map(check, read, value))
    assert (read.dtype, read.shape) == (value.dtype, value.shape)
    if isinstance(value, np.ma.MaskedArray):
        assert np.array_equal(read.data, value.data) and np.array_equal(
            np.ma.getmaskarray(read), np.ma.getmaskarray(value)
        )
    else:
        assert read.unit == value.unit and np.array_equal(read.value, value.value)


@pytest.mark.parametrize("name", expected)
def test_quantities_and_masked_arrays_of_cpp_are_read(name, tmp_path):
    pickles = dict(line.split("\t") for line in written.read_text().splitlines())
    assert set(pickles) == set(expected)
    data = bytes.fromhex(pickles[name])
    (tmp_path / "value.npy").write_bytes(data)
    for read in (pickle.loads(data), _plain_data.loads(data), np.load(tmp_path / "value.npy", allow_pickle=True)):
        check(read, expected[name])
