"""What is read from pickles that must not be believed, and what is not."""

import _codecs
import collections
import datetime
import decimal
import fractions
import os
import pickle
import uuid

import numpy as np
import pytest

from cache_on_disk import _plain_data

multiarray = np._core.multiarray if hasattr(np, "_core") else np.core.multiarray
day = datetime.datetime(2024, 1, 12, 3, tzinfo=datetime.timezone.utc)

plain = [
    1, 2.5, "text", b"bytes", bytearray(b"array"), None, True, 2j, [1, [2]], (1, (2,)), {"a": {1, 2}}, frozenset({3}),
    slice(1, 2, 3), collections.OrderedDict(a=1), collections.deque([1, 2], 5), day, day.date(), day.time(), day - day,
    decimal.Decimal("1.5"), fractions.Fraction(3, 4),
]
arrays = [
    np.arange(5), np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.zeros((), "f4"), np.zeros(0), np.zeros(3, ">f8"),
    np.array(["a", "bc"]), np.array([b"a"]), np.array(["2020-01-01"], "M8[D]"), np.array([3], "m8[25s]"), np.ones(300_000),
    np.float64(3), np.str_("abc"), np.complex64(2j), np.datetime64("2020-01-01", "s"), np.array([1, "a", None], dtype=object),
    np.zeros(2, [("a", "f8", (2, 3)), ("b", "S5")]), np.zeros(2, np.dtype([("a", "u1"), ("b", "f8")], align=True)),
    np.zeros(2, [("a", [("b", ">f8"), ("c", "O")])]), np.zeros(2, [(("title", "a"), "f8")]), np.zeros(2, "V7"),
    np.zeros(2, np.dtype({"names": ["x", "y"], "formats": ["u1", ">i4"], "offsets": [3, 8], "itemsize": 16})),
]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_data_comes_back_as_pickle_reads_it(protocol):
    for value in plain + ([uuid.UUID(int=5), range(3)] if protocol > 2 else []):
        read = _plain_data.loads(pickle.dumps(value, protocol))
        assert type(read) is type(value) and read == value
    for value in arrays:
        data = pickle.dumps(value, protocol)
        read, expected = _plain_data.loads(data), pickle.loads(data)
        assert type(read) is type(expected) and read.dtype == expected.dtype and read.shape == expected.shape
        assert repr(read) == repr(expected) and read.flags.f_contiguous == expected.flags.f_contiguous


class Reduced:
    def __init__(self, *parts):
        self.parts = parts

    def __reduce__(self):
        return self.parts


# A dtype of objects that denies it: numpy would take the bytes of an array for the addresses of objects.
forged = Reduced(np.dtype, ("V8", False, True), (3, "|", None, ("a",), {"a": (np.dtype("O"), 0)}, 8, 1, 0))
hostile = {
    "system": Reduced(os.system, ("true",)),
    "eval": Reduced(eval, ("1",)),
    "forged array": Reduced(multiarray._reconstruct, (np.ndarray, (0,), b"b"), (1, (1,), forged, False, b"A" * 8)),
    "forged scalar": Reduced(multiarray.scalar, (forged, b"A" * 8)),
    "forged subarray": Reduced(np.dtype, ("V8", False, True), (3, "|", (np.dtype("O"), (1,)), None, None, 8, 1, 0)),
    "forged flags": Reduced(np.dtype, ("O", False, True), (3, "|", None, None, None, -1, -1, 0)),
    "forged size": Reduced(np.dtype, ("f8", False, True), (3, "<", None, None, None, 10**6, 1, 0)),
    "array on addresses": Reduced(np.ndarray, ((1,), np.dtype("O"), b"A" * 8)),
    "array of nothing": Reduced(multiarray._reconstruct, (np.ndarray, (10**12,), b"b")),
    "long list": Reduced(list, (range(10**12),)),
    "long tuple": Reduced(tuple, (range(10**12),)),
    "long bytes": Reduced(bytes, (10**12,)),
    "long deque": Reduced(collections.deque, (range(10**12),)),
    "long fraction": Reduced(fractions.Fraction, ("1e999999999",)),
    "codec": Reduced(_codecs.encode, ("text", "rot13")),
}
opcodes = {
    "INST": b"(S'true'\nios\nsystem\n.",
    "OBJ": b"(cos\nsystem\nS'true'\no.",
    "STACK_GLOBAL": b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
    "a dotted name": b"\x80\x04\x8c\x05numpy\x8c\x0endarray.tofile\x93.",
    "EXT": b"\x80\x02\x82\x01.",
    "PERSID": b"Pabc\n.",
    "state of a class": b"\x80\x02cnumpy\nndarray\n}b.",
    "deep key": b"\x80\x02})" + b"\x85" * 300_000 + b"K\x01s.",
    "long INT": b"I" + b"9" * 3_000_000 + b"\n.",
    "long LONG": b"L" + b"9" * 3_000_000 + b"L\n.",
    "copies": b"\x80\x02]q\x00(" + b"K\x01" * 1000 + b"ecbuiltins\nlist\nq\x010" + b"h\x01h\x00\x85R" * 3000 + b".",
}


@pytest.mark.parametrize("name", hostile)
def test_what_is_hostile_is_refused_before_it_happens(name):
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(pickle.UnpicklingError, match="only plain data"):
            _plain_data.loads(pickle.dumps(hostile[name], protocol))


@pytest.mark.parametrize("name", opcodes)
def test_every_opcode_that_calls_names_or_nests_is_watched(name):
    with pytest.raises(pickle.UnpicklingError, match="only plain data"):
        _plain_data.loads(opcodes[name])


def test_a_pickle_that_is_no_pickle_raises():
    for data in (b"", b".", b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.", b"\x80\x04N", b"R.", b"b."):
        with pytest.raises(Exception):
            _plain_data.loads(data)
