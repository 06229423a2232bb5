"""Classes of the standard library whose instances may be arguments, and the parts of an instance."""

from __future__ import annotations

import array
import datetime
import decimal
import fractions
import functools
import os
import pathlib
import re
import types
import uuid
import zoneinfo
from collections import OrderedDict, defaultdict, deque
from typing import Any, Callable

from ._importable import CannotName, Parts, builtins


def _tuple_of(value: Any) -> Any:
    return tuple(tuple.__iter__(value))


def _time(value: Any) -> Any:
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}.{value.microsecond:06}"
    return text, value.fold, value.tzinfo


def _datetime(value: Any) -> Any:
    return (value.year, value.month, value.day, *_time(value))


def _zone(value: Any) -> Parts:
    if value.key is None:
        raise CannotName("its zone was read from a file and has no name")
    return "object", "zoneinfo", "ZoneInfo", value.key


def _path(name: str) -> Callable[[Any], Parts]:
    def parts(value: pathlib.PurePath) -> Parts:
        try:
            return "object", "pathlib", name, os.fsencode(value)
        except UnicodeEncodeError:
            raise CannotName("it cannot be the name of a file") from None

    return parts


def _made(cls: type, state: Callable[[Any], Any]) -> Callable[[Any], Parts]:
    module, name = cls.__module__, cls.__qualname__
    return lambda value: ("object", module, name, state(value))


def _singleton(name: str) -> Callable[[Any], Parts]:
    return lambda value: ("global", builtins, name)


# For instances of exactly these classes.
exact: dict[type, Callable[[Any], Parts]] = {
    pathlib.PosixPath: _path("Path"),
    pathlib.PurePosixPath: _path("PurePosixPath"),
    pathlib.PureWindowsPath: _path("PureWindowsPath"),
    slice: _made(slice, lambda v: (v.start, v.stop, v.step)),
    range: _made(range, lambda v: (v.start, v.stop, v.step)),
    bytearray: _made(bytearray, bytes),
    type(...): _singleton("Ellipsis"),
    type(NotImplemented): _singleton("NotImplemented"),
    defaultdict: _made(defaultdict, lambda v: (v.default_factory, dict(v))),
    array.array: _made(array.array, lambda v: (v.typecode, v.tobytes())),
    datetime.timezone: _made(datetime.timezone, lambda v: (v.utcoffset(None), v.tzname(None))),
    decimal.Decimal: lambda v: ("object", "decimal", "Decimal", str(v)),
    types.SimpleNamespace: _made(types.SimpleNamespace, lambda v: dict(v.__dict__)),
    functools.partial: _made(functools.partial, lambda v: (v.func, v.args, v.keywords)),
    re.Pattern: _made(re.Pattern, lambda v: (v.pattern, v.flags)),
    zoneinfo.ZoneInfo: _zone,
}

# For instances of classes derived from these: the value of the base class.
bases: dict[type, Callable[[Any], Any]] = {
    int: int.__int__,
    float: float.__float__,
    complex: lambda v: complex.__pos__(v),
    str: str.__str__,
    bytes: lambda v: bytes(memoryview(v)),
    bytearray: lambda v: bytearray(memoryview(v)),
    tuple: _tuple_of,
    list: lambda v: list(list.__iter__(v)),
    OrderedDict: lambda v: list(OrderedDict.items(v)),
    dict: lambda v: {key: dict.__getitem__(v, key) for key in dict.__iter__(v)},
    set: lambda v: set(set.__iter__(v)),
    frozenset: lambda v: set(frozenset.__iter__(v)),
    deque: lambda v: (list(deque.__iter__(v)), v.maxlen),
    datetime.datetime: _datetime,
    datetime.date: lambda v: (v.year, v.month, v.day),
    datetime.time: _time,
    datetime.timedelta: lambda v: (v.days, v.seconds, v.microseconds),
    datetime.tzinfo: lambda v: None,
    decimal.Decimal: lambda v: decimal.Decimal.__str__(v),
    fractions.Fraction: lambda v: (v.numerator, v.denominator),
    uuid.UUID: lambda v: v.bytes,
    pathlib.PosixPath: os.fsencode,
    pathlib.Path: os.fsencode,
    pathlib.PurePosixPath: os.fsencode,
    pathlib.PurePath: os.fsencode,
}
for _class in (datetime.date, datetime.time, datetime.datetime, datetime.timedelta, fractions.Fraction, uuid.UUID):
    exact[_class] = _made(_class, bases[_class])
exact[deque], exact[OrderedDict] = _made(deque, bases[deque]), _made(OrderedDict, bases[OrderedDict])
