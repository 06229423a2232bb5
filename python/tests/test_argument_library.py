"""Which types of libraries name a value as arguments, and that names stay: from version to version, and in other processes."""

import array
import collections
import dataclasses
import datetime
import decimal
import fractions
import functools
import json
import math
import operator
import os
import pathlib
import re
import subprocess
import sys
import types
import uuid
import zoneinfo

import numpy as np
import pytest
from naming import all_differ, name

import cache_on_disk as cod

# Types of the standard library.


@dataclasses.dataclass(frozen=True)
class Fit:
    order: int
    label: str = ""
    hidden: int = dataclasses.field(default=0, compare=False)


@dataclasses.dataclass(frozen=True)
class OtherFit:
    order: int
    label: str = ""


@dataclasses.dataclass
class Thawed:
    order: int


class Keyed:
    def __init__(self, key):
        self.key = key

    def __cache_key__(self):
        return self.key


class OtherKeyed(Keyed):
    pass


rome, berlin = zoneinfo.ZoneInfo("Europe/Rome"), zoneinfo.ZoneInfo("Europe/Berlin")
noon = datetime.datetime(2024, 10, 27, 2, 30)
library = [
    [],
    [1],
    [[1]],
    [1, 1],
    [1.0],
    (1,),
    {},
    {1: 2},
    {2: 1},
    {1: [2]},
    {(1, 2): 3},
    {1.0: 2},
    set(),
    {1},
    {1, 2},
    {"a"},
    frozenset(),
    frozenset([1]),
    {frozenset([1])},
    slice(1),
    slice(1, None),
    slice(None, 1, 2),
    slice(0, 1),
    range(1),
    range(0, 1, 2),
    range(0),
    pathlib.Path("a"),
    pathlib.Path("a/b"),
    pathlib.PurePosixPath("a"),
    pathlib.PureWindowsPath("a"),
    pathlib.Path("a\udcff"),
    "a",
    decimal.Decimal("1.5"),
    decimal.Decimal("1.50"),
    decimal.Decimal("NaN"),
    decimal.Decimal("-0"),
    decimal.Decimal(0),
    1.5,
    fractions.Fraction(1, 3),
    fractions.Fraction(3, 1),
    3,
    uuid.UUID(int=1),
    uuid.UUID(int=2),
    datetime.date(2024, 10, 27),
    datetime.date(2024, 10, 28),
    noon,
    noon.replace(fold=1),
    noon.replace(microsecond=1),
    noon.replace(tzinfo=rome),
    noon.replace(tzinfo=berlin),
    noon.replace(tzinfo=datetime.timezone.utc),
    noon.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
    noon.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=1), "CET")),
    noon.time(),
    noon.time().replace(tzinfo=rome),
    datetime.time(2, 30, fold=1),
    datetime.timedelta(1),
    datetime.timedelta(0, 1),
    datetime.timedelta(0, 0, 1),
    rome,
    berlin,
    datetime.timezone.utc,
    bytearray(b"a"),
    b"a",
    array.array("b", [97]),
    array.array("B", [97]),
    collections.deque([1]),
    collections.deque([1], 1),
    collections.OrderedDict(a=1, b=2),
    collections.OrderedDict(b=2, a=1),
    collections.defaultdict(list, a=1),
    collections.defaultdict(int, a=1),
    {"a": 1},
    collections.Counter("a"),
    types.SimpleNamespace(a=1),
    types.SimpleNamespace(a=2),
    re.compile("a"),
    re.compile("a", re.IGNORECASE),
    re.compile(b"a"),
    ...,
    NotImplemented,
    Fit(1),
    Fit(2),
    Fit(1, "a"),
    Fit(1, hidden=2),
    OtherFit(1),
    Keyed(1),
    Keyed((1,)),
    OtherKeyed(1),
    int,
    float,
    Fit,
    len,
    abs,
    math.sin,
    np.sin,
    np.mean,
    np,
    math,
    str.upper,
    bytes.upper,
    name,
    all_differ,
    functools.partial(name, 1),
    functools.partial(name, 2),
    functools.partial(name, x=1),
    functools.partial(all_differ, 1),
    Keyed(1).__cache_key__,
    Keyed(2).__cache_key__,
    os.stat_result(range(10)),
]


def test_types_of_the_standard_library_have_names_of_their_own():
    all_differ(*library)


@dataclasses.dataclass(frozen=True)
class Made:
    order: int
    scale: dataclasses.InitVar[int] = 1

    def __post_init__(self, scale):
        object.__setattr__(self, "step", self.order * scale)

    @functools.cached_property
    def half(self):
        return self.step / 2


class WithSlot:
    __slots__ = ("hidden",)


@dataclasses.dataclass(frozen=True)
class OnASlot(WithSlot):
    order: int

    def with_hidden(self, hidden):
        object.__setattr__(self, "hidden", hidden)
        return self


class WithSource(Exception):
    pass


@dataclasses.dataclass(frozen=True)
class OnAnException(WithSource):
    order: int


def test_what_an_object_holds_beside_the_fields_of_its_dataclass_is_part_of_it():
    all_differ(Made(1), Made(1, 2), Made(2), OnASlot(1), OnASlot(1).with_hidden(1), OnASlot(1).with_hidden(2))
    used = Made(1)
    assert used.half == 0.5 and name(used) == name(Made(1)), "a cached property follows from the rest"
    with pytest.raises(cod.InvalidTypeError, match="more than can be seen"):
        name(OnAnException(1))


def test_dataclasses_with_fields_alone_have_the_names_they_had():
    assert name(Fit(1, "a")) == "(#7930b7e36d98d77a98435b12d0414aad)"


def test_order_counts_where_it_makes_a_difference():
    assert name({1: "a", 2: "b"}) == name({2: "b", 1: "a"})
    assert name({3, 1, 2}) == name({2, 3, 1}) and name({"a", "b", "c"}) == name({"c", "b", "a"})
    assert name(collections.Counter("aab")) == name(collections.Counter("baa"))
    assert name([1, 2]) != name([2, 1])


@pytest.mark.parametrize(
    "x", [Thawed(1), lambda: 1, name.__code__, operator.attrgetter("a"), type("Local", (), {}), [].append]
)
def test_what_no_name_leads_to_is_refused(x):
    with pytest.raises(cod.InvalidTypeError, match="cannot name a cached value"):
        name(x)


def test_keywords_are_told_apart_by_any_text():
    names = {name(**{keyword: 1}) for keyword in ("a", "b", "\udc80", "\udc81", "", "a=1,b", "ä", "a\udc80")}
    assert len(names) == 8


# Units and quantities of astropy.


def test_quantities_are_array_unit_and_class():
    u = pytest.importorskip("astropy.units")
    coordinates = pytest.importorskip("astropy.coordinates")
    halfs = [u.def_unit("half", factor * u.m) for factor in (0.5, 0.25)]
    all_differ(
        3.0,
        3 * u.m,
        3 * u.km,
        3 * u.one,
        np.array([3]) * u.m,
        [3] * u.km,
        3 * u.m / u.s,
        3 * u.mag,
        3 * u.dex(u.m),
        u.m,
        u.km,
        u.m / u.s,
        u.m**2,
        u.m**-1,
        u.mag,
        u.dex(u.m),
        u.dex(u.s),
        u.Unit("m") * 1.0000000001,
        *halfs,
        u.one,
        u.Unit("foo", parse_strict="silent"),
        u.Unit("bar", parse_strict="silent"),
        coordinates.Angle(3 * u.deg),
        3 * u.deg,
        coordinates.Longitude(3 * u.deg),
        coordinates.Longitude(3 * u.deg, wrap_angle=180 * u.deg),
        u.Unit("m, s"),
        u.Unit("s, m"),
    )
    assert name(3 * u.m) == name(u.Quantity(3, "m")) and name(u.m / u.s) == name(u.Unit("m/s"))
    described = 3 * u.m
    described.info.name = "height"
    assert name(described) == name(3 * u.m), "its description in a table plays no part"


def test_constants_have_one_name_whatever_was_asked_of_them():
    constants = pytest.importorskip("astropy.constants")
    c = constants.Constant("cc", "a speed", 3.0, "m / s", 0.1, "a book", system="si")
    other = constants.Constant("dd", "another speed", 3.0, "m / s", 0.1, "a book", system="si")
    before = name(c)
    assert str(c) and c.unit is not None and (2 * c).unit is not None and name(c) == before
    all_differ(c, other, constants.c, constants.G, constants.k_B, 3.0 * c.unit, 3.0)


# What 0.1.0 wrote, and other processes.


def test_plain_arguments_have_the_names_they_always_had():
    known = {
        (1,): "(1)",
        (1.0, "a"): "(1.0,'a')",
        ((1, (2,)),): "((1,(2)))",
        (None, True): "(None,True)",
        ("a/b",): "(#e5ec6e1b4f4ff8606fdd40815dd28eec)",
        (1.5 - 2j,): "(#eefe1b70c38133666295c82668b1197a)",
        (float("inf"),): "(#648b0df5b174f1323d96dbf70ada2e46)",
    }
    for arguments, text in known.items():
        assert name(*arguments) == text
    assert name(np.array([1.0, 2, 3])) == "(#494b4984f2a7ecdd08f324cdfdda2e2a)"
    assert name(np.float32([[1, 2], [3, 4]]), 7) == "(#284cf13b717112bad02264fb36e00a43)"


def test_other_processes_give_the_same_names(tmp_path):
    script = tmp_path / "names.py"
    script.write_text(
        "import json, sys\nsys.path.insert(0, sys.argv[1])\nimport test_argument_library as tests\n"
        "print(json.dumps([tests.name(value) for value in tests.library]))"
    )
    here = os.path.dirname(os.path.abspath(__file__))
    for seed in ("1", "2"):
        output = subprocess.check_output([sys.executable, script, here], env={**os.environ, "PYTHONHASHSEED": seed})
        assert json.loads(output) == [name(value) for value in library]
