"""Makes pickles.txt: values that programs do return, and pickles that would do something when they are read.

    python3 tests/tool/make_pickles.py PYTHON... > tests/tool/pickles.txt

PYTHON are interpreters, of which some have NumPy, astropy, pandas: each pickles what it has, with protocols 2 to 5. A line is

    ordinary TAB <name> TAB <pickle in hexadecimal>
    hostile TAB <name> TAB <pickle in hexadecimal> TAB <part of the call that it would make>

Pickles of more than 1500 bytes are left out.
"""

import argparse
import array
import binascii
import calendar
import collections
import configparser
import datetime
import decimal
import difflib
import email.message
import enum
import fractions
import functools
import http
import http.cookies
import inspect
import io
import ipaddress
import itertools
import logging
import operator
import os
import pathlib
import pickle
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import types
import typing
import urllib.parse
import uuid
import warnings
import xml.etree.ElementTree
import zipfile

LONGEST = 1500


class Colour(enum.Enum):
    red = 1
    green = "g"


class Level(enum.IntEnum):
    low = 1
    high = 3


class Permission(enum.Flag):
    read = 4
    write = 2


class Option(enum.IntFlag):
    fast = 1
    safe = 2


class Name(str, enum.Enum):
    first = "f"


class Outer:
    class Inner(enum.Enum):
        deep = 3

    class Point(collections.namedtuple("Point", "x y")):
        pass

    @classmethod
    def parse(cls, text):
        return cls()

    def method(self):
        pass


class Keywords:
    def __new__(cls, *, scale=1):
        return object.__new__(cls)

    def __getnewargs_ex__(self):
        return (), {"scale": 2}


class Reduced:
    """Pickled as what it is given."""

    def __init__(self, *parts):
        self.parts = parts

    def __reduce__(self):
        return self.parts

    def __call__(self):
        """Nothing: picklers want a callable."""


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a, self.b = 1, [2]


class Numbers(list):
    pass


class Length(float):
    pass


class Failure(Exception):
    pass


def standard():
    info = os.stat("/")
    yield from {
        "Enum": Colour.red,
        "Enum of text": Colour.green,
        "IntEnum": Level.high,
        "Flag": Permission.read | Permission.write,
        "one Flag": Permission.read,
        "IntFlag": Option.fast | Option.safe,
        "str Enum": Name.first,
        "nested Enum": Outer.Inner.deep,
        "HTTPStatus": http.HTTPStatus.OK,
        "Signals": signal.SIGINT,
        "AddressFamily": socket.AF_INET,
        "SocketKind": socket.SOCK_STREAM,
        "RegexFlag": re.IGNORECASE,
        "Parameter kind": inspect.Parameter.KEYWORD_ONLY,
        "SafeUUID": uuid.uuid1().is_safe,
        "enums in containers": {Colour.red: [Level.low, {Permission.read}], (Outer.Inner.deep,): {Level.low: 1}},
        "SimpleNamespace": types.SimpleNamespace(a=1, b=types.SimpleNamespace(c=Colour.red)),
        "Namespace": argparse.Namespace(a=1),
        "stat_result": info,
        "struct_time": time.gmtime(0),
        "terminal_size": os.terminal_size((80, 24)),
        "times_result": os.times(),
        "uname_result": os.uname(),
        "statvfs_result": os.statvfs("/"),
        "struct sequences": [info, time.gmtime(1)],
        "partial": functools.partial(int, base=2),
        "partial of a method": functools.partial(Outer.parse, "x"),
        "partial of __new__": functools.partial(object.__new__, Outer),
        "made by a partial": Reduced(functools.partial(Outer.__new__, Outer), ()),
        "keywords of __new__": Keywords(),
        "class method": Outer.parse,
        "bound method": Outer().method,
        "made by a class method": Reduced(Outer.parse, ("x",)),
        "made by fromisoformat": Reduced(datetime.date.fromisoformat, ("2024-01-12",)),
        "made by fromkeys": Reduced(dict.fromkeys, (["a"],)),
        "made by from_bytes": Reduced(int.from_bytes, (b"a", "big")),
        "made by Decimal": Reduced(decimal.Decimal.from_float, (0.5,)),
        "methods of builtins": [str.upper, "a".join, [].append, dict.get],
        "named tuple": Outer.Point(1, 2),
        "slots": Slots(),
        "list of its own": Numbers([1]),
        "float of its own": Length(1.5),
        "exception": ValueError("x"),
        "OSError": OSError(2, "no such file", "name"),
        "own exception": Failure("x"),
        "UnicodeDecodeError": UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
        "CalledProcessError": subprocess.CalledProcessError(1, ["ls"]),
        "CompletedProcess": subprocess.CompletedProcess(["ls"], 0, "out"),
        "gaierror": socket.gaierror(1, "unknown"),
        "UUID": uuid.UUID(int=5),
        "path": pathlib.Path("/a/b"),
        "Windows path": pathlib.PureWindowsPath("c:/a"),
        "address": ipaddress.ip_address("1.2.3.4"),
        "network": ipaddress.ip_network("1.2.3.0/24"),
        "pattern": re.compile("a+"),
        "array": array.array("d", [1, 2]),
        "itemgetter": operator.itemgetter(1),
        "attrgetter": operator.attrgetter("a.b"),
        "methodcaller": operator.methodcaller("strip"),
        "Decimal": decimal.Decimal("1.5"),
        "context": decimal.Context(prec=5),
        "Fraction": fractions.Fraction(1, 3),
        "StringIO": io.StringIO("x"),
        "BytesIO": io.BytesIO(b"x"),
        "URL": urllib.parse.urlparse("http://a/b?c"),
        "LogRecord": logging.LogRecord("a", 10, "p", 1, "m", (), None),
        "Logger": logging.getLogger("x"),
        "Message": email.message.Message(),
        "cookie": http.cookies.SimpleCookie("a=b"),
        "Element": xml.etree.ElementTree.fromstring("<a b='1'>x</a>"),
        "Match": difflib.Match(1, 2, 3),
        "ZipInfo": zipfile.ZipInfo("x"),
        "ChainMap": collections.ChainMap({1: 2}),
        "UserDict": collections.UserDict(a=1),
        "defaultdict": collections.defaultdict(list, {1: [2]}),
        "Counter": collections.Counter("aab"),
        "calendar": calendar.TextCalendar(),
        "ConfigParser": configparser.RawConfigParser(),
        "signature": inspect.signature(Outer.parse),
        "timezone": datetime.timezone(datetime.timedelta(hours=1), "CET"),
        "functions": [os.system, eval, print, open, getattr, subprocess.run, len, os.path.join],
        "function of a factory": collections.defaultdict(os.getcwd),
        "classes": [type(None), type(...), complex, subprocess.Popen],
        "typing": [typing.List[int], typing.Any],
        "iterators": [
            iter([1]),
            iter((1,)),
            iter(range(3)),
            reversed([1]),
            enumerate([1]),
            zip([1], [2]),
            map(str, [1]),
        ],
        "itertools": [itertools.count(3), itertools.repeat(1, 2), itertools.chain([1], [2])],
        "NormalDist": statistics.NormalDist(0, 1) if hasattr(statistics, "NormalDist") else None,
    }.items()
    if sys.version_info >= (3, 9):
        import zoneinfo

        yield "GenericAlias", list[int]
        yield "ZoneInfo", datetime.datetime(2024, 1, 12, tzinfo=zoneinfo.ZoneInfo("UTC"))
        yield "random state", random.Random(3).getstate()[0]


def of_numpy():
    import numpy as np

    yield from {
        "arrays": [np.arange(3.0), np.asfortranarray(np.ones((2, 2))), np.array(["a"]), np.datetime64("2024-01-12")],
        "masked array": np.ma.array([1, 2], mask=[0, 1]),
        "masked": np.ma.masked,
        "masked objects": np.ma.array([1, None], mask=[0, 1], dtype=object),
        "record array": np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        "array of enums": np.array([Colour.red, None], dtype=object),
        "Polynomial": np.polynomial.Polynomial([1, 2]),
        "poly1d": np.poly1d([1, 2]),
        "dtype": np.dtype("M8[ns]"),
        "classes of NumPy": [np.float64, np.sin],
        "Generator": np.random.default_rng(3) if hasattr(np.random, "default_rng") else None,
        "SeedSequence": np.random.SeedSequence(3),
    }.items()
    if hasattr(np, "dtypes") and hasattr(np.dtypes, "StringDType"):
        yield "StringDType", np.array(["a", "bb"], dtype=np.dtypes.StringDType())


def of_ml_dtypes():
    import ml_dtypes
    import numpy as np

    yield "bfloat16", [np.ones(2, ml_dtypes.bfloat16), ml_dtypes.float8_e5m2(1), np.dtype(ml_dtypes.bfloat16)]


def of_astropy():
    import numpy as np
    from astropy import coordinates, table, time, units
    from astropy.io import fits
    from astropy.modeling import models
    from astropy.utils.masked import Masked

    yield from {
        "Quantity": [1, 2] * units.m,
        "number with unit": 3 * units.km / units.s,
        "magnitude": 3 * units.mag,
        "AB magnitude": 3 * units.ABmag,
        "unit": units.percent,
        "Angle": coordinates.Angle("3d"),
        "Longitude": coordinates.Longitude(1 * units.rad),
        "Time": time.Time("2024-01-12"),
        "TimeDelta": time.TimeDelta(3 * units.s),
        "EarthLocation": coordinates.EarthLocation.from_geocentric(1, 2, 3, units.m),
        "Column": table.Column([1, 2], name="a"),
        "masked Quantity": Masked([1, 2] * units.m, mask=[0, 1]),
        "Header": fits.Header([("A", 1, "c")]),
        "Gaussian1D": models.Gaussian1D(1, 2, 3),
        "structured unit": np.zeros(1, "f8,f8") * units.StructuredUnit((units.m, units.s)),
    }.items()


def of_pandas():
    import pandas

    yield from {
        "Series": pandas.Series([1.0, 2.0]),
        "Timestamp": pandas.Timestamp("2024-01-12", tz="UTC"),
        "Timedelta": pandas.Timedelta("3s"),
        "Period": pandas.Period("2024-01"),
        "Interval": pandas.Interval(1, 2),
        "Categorical": pandas.Categorical(["a"]),
        "NA": [pandas.NA, pandas.NaT],
        "integers with gaps": pandas.array([1, None], dtype="Int64"),
        "dates": pandas.date_range("2024", periods=2, tz="Europe/Rome"),
        "offset": pandas.offsets.MonthEnd(2),
        "MultiIndex": pandas.MultiIndex.from_tuples([(1, 2)]),
        "DataFrame": pandas.DataFrame({"a": [1]}),
    }.items()


def hostile():
    """(name, value or pickle, part of the call)"""
    posix = os.system.__module__
    command = posix + ".system('touch x')"
    yield "system", Reduced(os.system, ("touch x",)), command
    yield "deep inside", {"a": [1, (Reduced(os.system, ("touch x",)),)]}, command
    yield "as a key", {Reduced(os.system, ("touch x",)): 1}, command
    yield "Popen", Reduced(subprocess.Popen, (["touch", "x"],)), "Popen(['touch', 'x'])"
    yield "eval", Reduced(eval, ("1 + 1",)), "builtins.eval('1 + 1')"
    yield "escapes", Reduced(os.system, ("\x1b[2J\n\u202e'",)), posix + r""".system("\x1b[2J\n\u202e'")"""
    yield "long", Reduced(os.system, ("x" * 1000,)), posix + ".system('" + "x" * 100
    yield "by getattr", Reduced(getattr(os, "system"), ("touch x",)), command
    yield (
        "by getattr of a module",
        b"cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRS'system'\ntR(S'touch x'\ntR.",
        "'touch x'",
    )
    yield (
        "by import_module",
        b"cbuiltins\ngetattr\n(cimportlib\nimport_module\n(S'os'\ntRS'system'\ntR(S'touch x'\ntR.",
        "'touch x'",
    )
    yield (
        "by a dotted name",
        b"\x80\x04\x8c\x06shutil\x8c\x09os.system\x93\x8c\x07touch x\x85R.",
        "shutil.os.system('touch x')",
    )
    yield "by partial", Reduced(functools.partial(os.system, "touch x"), ()), posix + ".system"
    yield "by attrgetter", Reduced(operator.attrgetter("unlink"), (pathlib.PosixPath("x"),)), None
    yield "by methodcaller", Reduced(operator.methodcaller("unlink"), (pathlib.PosixPath("x"),)), "pathlib"
    yield "method of an instance", Reduced(pathlib.PosixPath("x").unlink, ()), "unlink'"
    yield "by reduce", Reduced(functools.reduce, (os.system, ["touch x"])), ".reduce("
    yield "by map", Reduced(collections.UserList, (map(os.system, ["touch x"]),)), posix + ".system"
    yield "what a list gives", Reduced(Reduced(operator.getitem, ([os.system], 0)), ("touch x",)), "operator.getitem("
    yield "dropped at once", b"cposix\nsystem\n(S'touch x'\ntR0N.", "posix.system('touch x')"
    yield "INST", b"(S'touch x'\niposix\nsystem\n.", "posix.system('touch x')"
    yield "OBJ", b"(cposix\nsystem\nS'touch x'\no.", "posix.system('touch x')"
    yield "of Python 2", b"\x80\x02ccommands\ngetoutput\nU\x07touch x\x85R.", "commands.getoutput('touch x')"
    yield (
        "__setstate__ of an instance",
        Reduced(functools.partial(types.SimpleNamespace, __setstate__=os.system), (), "touch x"),
        posix + ".system",
    )
    yield (
        "append of an instance",
        b"ctypes\nSimpleNamespace\n)R}S'append'\ncposix\nsystem\nsbS'touch x'\na.",
        "posix.system",
    )
    yield "file", Reduced(open, ("x", "w")), "open('x', 'w')"
    yield "pickle in a pickle", Reduced(pickle.loads, (b"N.",)), "loads(b'N.')"
    yield (
        "method of a path by name",
        b"\x80\x04\x8c\x07pathlib\x8c\x0bPath.unlink\x93\x8c\x07pathlib\x8c\x09PosixPath\x93\x8c\x01x\x85R\x85R.",
        "pathlib.Path.unlink(",
    )
    yield "code of its own", b"ctypes\nFunctionType\n(ctypes\nCodeType\n(I0\ntR}tR(tR.", "types.FunctionType("


def pickles(value):
    if isinstance(value, bytes):
        return [value]
    return [pickle.dumps(value, protocol) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]


def write():
    warnings.simplefilter("ignore")
    for group in standard, of_numpy, of_ml_dtypes, of_astropy, of_pandas:
        try:
            for name, value in group():
                for data in pickles([value]):
                    print("ordinary", name, binascii.hexlify(data).decode(), sep="\t")
        except ImportError as error:
            print(sys.executable, error, file=sys.stderr)
    for name, value, call in hostile():
        for data in pickles(value):
            if call is not None:
                print("hostile", name, binascii.hexlify(data).decode(), call, sep="\t")


def merge(interpreters):
    seen = set()
    for interpreter in interpreters:
        for line in subprocess.check_output([interpreter, __file__]).decode().splitlines():
            data = line.split("\t")[2]
            if data not in seen and len(data) <= 2 * LONGEST:
                seen.add(data)
                print(line)


if __name__ == "__main__":
    merge(sys.argv[1:]) if len(sys.argv) > 1 else write()
