"""Which types name a value as arguments: values that differ never have one name, and equal ones of one type always do."""

import collections
import datetime
import decimal
import enum
import functools
import os

import numpy as np
import pytest
from naming import all_differ, name

import cache_on_disk as cod

# Classes derived from the builtin ones.


class Length(float):
    def __new__(cls, value, unit):
        self = super().__new__(cls, value)
        self.unit = unit
        return self


class Text(str):
    pass


class OtherText(str):
    __slots__ = ()


class Count(int):
    __slots__ = ()


class Impedance(complex):
    pass


class Raw(bytes):
    pass


class Items(list):
    pass


class Labels(dict):
    pass


class Choice(set):
    pass


class Few(frozenset):
    pass


class Triple(tuple):
    pass


class Day(datetime.date):
    pass


class Moment(datetime.datetime):
    pass


class Money(decimal.Decimal):
    pass


class Deque(collections.deque):
    pass


class Single(np.float32):
    pass


class Point(collections.namedtuple("Point", "x y")):
    __slots__ = ()


Pair = collections.namedtuple("Pair", "x y")


def test_classes_derived_from_builtin_ones_have_names_of_their_own():
    all_differ(
        1.0,
        Length(1, "m"),
        Length(1, "nm"),
        Length(2, "m"),
        Length(1, 1),
        Length(1, 1.0),
        "a",
        Text("a"),
        OtherText("a"),
        3,
        Count(3),
        1j,
        Impedance(1j),
        b"a",
        Raw(b"a"),
        [1],
        Items([1]),
        {"a": 1},
        Labels(a=1),
        Labels(a=2),
        {1},
        Choice([1]),
        frozenset([1]),
        Few([1]),
        (1, 2),
        Triple((1, 2)),
        Point(1, 2),
        Pair(1, 2),
        Pair(2, 1),
        datetime.date(2024, 1, 1),
        Day(2024, 1, 1),
        datetime.datetime(2024, 1, 1),
        Moment(2024, 1, 1),
        decimal.Decimal(1),
        Money(1),
        collections.deque([1]),
        Deque([1]),
        Deque([1], 5),
        np.float32(1.5),
        Single(1.5),
    )
    assert name(Length(1, "m")) == name(Length(1, "m")) and name(Pair(1, 2)) == name(Pair(1, 2))


def test_attributes_of_derived_objects_are_part_of_them():
    one, other = Items([1]), Items([1])
    assert name(one) == name(other)
    other.unit = "m"
    assert name(one) != name(other)
    other.unit = object()
    with pytest.raises(cod.InvalidTypeError, match="object"):
        name(other)


class Lazy(str):
    @functools.cached_property
    def upper_case(self):
        return self.upper()


def test_cached_properties_are_not():
    text = Lazy("a")
    before = name(text)
    assert text.upper_case == "A" and name(text) == before


def test_results_of_the_operating_system_are_all_that_they_hold(tmp_path):
    path = tmp_path / "x"
    path.write_text("")
    stats = []
    for last in (0, 5):
        os.utime(path, ns=(10**18, 10**18 + last))
        stats.append(os.stat(path))
    assert tuple(stats[0]) == tuple(stats[1]) and name(stats[0]) != name(stats[1])
    assert name(os.stat(path)) == name(stats[1]) != name(tuple(stats[1]))


# Enumerations.


class Wfs:
    class Mode(enum.Enum):
        FAST = 1
        SLOW = 2


class Dm:
    class Mode(enum.Enum):
        FAST = 1


class Perm(enum.Flag):
    R = 1
    W = 2
    X = 4
    RW = 3


class Bits(enum.IntFlag):
    A = 1
    B = 2


class Word(str, enum.Enum):
    A = "a"


class Odd(enum.Enum):
    OBJECT = object()
    OTHER = object()
    TUPLE = (1, 2)


def test_members_of_enumerations_differ_by_class_name_and_value():
    camera, mirror = (
        enum.Enum("Mode", {"FAST": value}, module=module, qualname="Mode")
        for module, value in (("camera", 1000), ("mirror", 5))
    )
    all_differ(
        Wfs.Mode.FAST,
        Wfs.Mode.SLOW,
        Dm.Mode.FAST,
        camera.FAST,
        mirror.FAST,
        Perm.R,
        Perm.W,
        Perm(0),
        Perm.RW,
        Perm(5),
        Perm(6),
        Perm(7),
        Word.A,
        "a",
        Odd.OBJECT,
        Odd.OTHER,
        Odd.TUPLE,
        (1, 2),
        1,
        2,
    )
    assert name(Bits.A) == name(1) and name(Bits.A | Bits.B) == name(3), "as integers, which C++ enumerations are, too"
    assert name(Perm.R | Perm.X) == name(Perm(5)) and name(Perm.R | Perm.W) == name(Perm.RW)


def test_of_two_classes_with_one_name_the_second_names_no_value():
    one, other = (enum.Enum("Local", {"A": object()}, module="nowhere") for _ in range(2))
    assert name(one.A) == name(one.A)
    with pytest.raises(cod.InvalidTypeError, match="another class is called nowhere.Local"):
        name(other.A)
