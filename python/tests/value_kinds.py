"""Values of each kind in the table of docs/python_values.md."""

import enum
import random

import numpy as np
import pytest

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
    columns = [
        fits.Column("adu", "I", bzero=32768, array=np.array([0, 40000], "u2"), unit="count"),
        fits.Column("good", "L", array=[True, True]),
        fits.Column("x", "D", array=[1.0, 2.0]),
        fits.Column("name", "4A", array=["ab", "c"]),
    ]
    return fits.BinTableHDU.from_columns(columns).data


def container(make):
    return [{"deep": (1, [make()])}, 2]


def nested(value):
    return value[0]["deep"][1][0]


# Of each row, relatives too.
makers = {
    "array": [
        lambda: np.arange(6.0),
        lambda: np.arange(40_000.0).reshape(200, 200),
        lambda: np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        lambda: np.arange(20)[::3],
        lambda: np.array(["2024-04-10"], "M8[ns]"),
        lambda: np.array(3.5),
    ],
    "array with named fields": [
        lambda: np.zeros(3, fields),
        lambda: np.zeros(9000, fields),
        lambda: np.zeros(3, [("p", fields)]),
        lambda: np.zeros(3, np.dtype(fields, align=True)),
        lambda: np.zeros((), fields),
    ],
    "array of objects": [lambda: np.array([1, "a", None], dtype=object)],
    "array of a derived class": [
        lambda: np.matrix([[1.0, 2.0]]),
        lambda: np.rec.array([(1.0, 2)], dtype="f8,i4"),
        lambda: derived(Spectrum),
        lambda: derived(Spectrum, edges=np.arange(3.0), notes={"a": 1}),
        lambda: derived(Spectrum, band=5),
    ],
    "masked array": [
        masked,
        lambda: masked(9000),
        lambda: np.ma.array(0.8, mask=False),
        lambda: masked(fill_value=7, hard_mask=True),
        lambda: np.ma.array(np.zeros(3, fields), mask=False),
        lambda: np.ma.array([1.0, 2.0]),
        lambda: masked().reshape(2, 3),
    ],
    "masked record": [lambda: np.ma.array([(1.0, 2)], mask=[(False, True)], dtype="f8,i4")[0]],
    "`numpy.ma.masked`": [lambda: masked()[:1].mean()],
    "Quantity": [
        lambda: np.arange(6.0) * units().m,
        lambda: np.arange(6.0) * units().m / units().s,
        lambda: 5 * units().km,
        lambda: [1, 2] * units().mag,
        lambda: pytest.importorskip("astropy.coordinates").Longitude([1, 2] * units().deg),
    ],
    "record": [lambda: np.zeros(3, fields)[1], lambda: np.rec.array([(1.0, 2)], dtype="f8,i4")[0]],
    "source of random numbers": [
        lambda: random.Random(7),
        lambda: np.random.default_rng(7),
        lambda: np.random.RandomState(7),
    ],
    "FITS table": [fits_table],
    "scalar": [lambda: 5, lambda: "text", lambda: b"bytes", lambda: None, lambda: np.float32(2.5), lambda: (1, "a")],
    "list": [lambda: [1, [2]]],
    "dict": [lambda: {"a": [1]}],
    "set": [lambda: {1, 2}],
    "array in a container": [
        lambda: container(lambda: np.arange(6.0)),
        lambda: container(lambda: np.zeros(1100, "f8,i4")),
        lambda: container(masked),
    ],
    "Quantity in a container": [lambda: container(lambda: [1, 2] * units().m)],
    "Time": [lambda: pytest.importorskip("astropy.time").Time([59000.0, 59001.0], format="mjd")],
    "DataFrame": [lambda: pytest.importorskip("pandas").DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})],
    "own object": [Frame],
}
