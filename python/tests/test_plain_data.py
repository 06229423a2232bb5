"""What is read from pickles that must not be believed, and what is not."""

import _codecs
import collections
import copyreg
import datetime
import decimal
import fractions
import os
import pickle
import struct
import subprocess
import sys
import uuid

import numpy as np
import pytest

from cache_on_disk import _plain_data

multiarray = np._core.multiarray if hasattr(np, "_core") else np.core.multiarray
numeric = np._core.numeric if hasattr(np, "_core") else np.core.numeric
day = datetime.datetime(2024, 1, 12, 3, tzinfo=datetime.timezone.utc)

plain = [
    1,
    2.5,
    "text",
    b"bytes",
    bytearray(b"array"),
    None,
    True,
    2j,
    [1, [2]],
    (1, (2,)),
    {"a": {1, 2}},
    frozenset({3}),
    slice(1, 2, 3),
    collections.OrderedDict(a=1),
    collections.deque([1, 2], 5),
    day,
    day.date(),
    day.time(),
    day - day,
    decimal.Decimal("1.5"),
    fractions.Fraction(3, 4),
    range(3),
    range(5, 1, -2),
    uuid.UUID(int=5),
    uuid.uuid1(),
    uuid.uuid3(uuid.NAMESPACE_DNS, "a"),
    uuid.uuid4(),
    uuid.UUID(int=2**128 - 1),
]
arrays = [
    np.arange(5),
    np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    np.zeros((), "f4"),
    np.zeros(0),
    np.zeros(3, ">f8"),
    np.array(["a", "bc"]),
    np.array([b"a"]),
    np.array(["2020-01-01"], "M8[D]"),
    np.array([3], "m8[25s]"),
    np.ones(300_000),
    np.float64(3),
    np.str_("abc"),
    np.complex64(2j),
    np.datetime64("2020-01-01", "s"),
    np.array([1, "a", None], dtype=object),
    np.zeros(2, [("a", "f8", (2, 3)), ("b", "S5")]),
    np.zeros(2, np.dtype([("a", "u1"), ("b", "f8")], align=True)),
    np.zeros(2, [("a", [("b", ">f8"), ("c", "O")])]),
    np.zeros(2, [(("title", "a"), "f8")]),
    np.zeros(2, "V7"),
    np.ma.array([1.5, 2.5], mask=[True, False]),
    np.ma.array([1, 2]),
    np.ma.array(3.0, mask=True),
    np.ma.array(["a"], mask=[True]),
    np.ma.array([(1, 2.0)], dtype="i4,f8", mask=[(1, 0)]),
    np.ma.array(np.asfortranarray(np.ones((2, 3)))),
    np.ma.array([1, 2], fill_value=7),
    np.zeros(2, np.dtype({"names": ["x", "y"], "formats": ["u1", ">i4"], "offsets": [3, 8], "itemsize": 16})),
]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_data_comes_back_as_pickle_reads_it(protocol):
    for value in plain:
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


def shared_lists(depth):
    """A list that takes two to the power of its depth to print."""
    made = []
    for _ in range(depth):
        made = [made, made]
    return made


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
    "long fraction of a decimal": Reduced(fractions.Fraction, (decimal.Decimal("1e99999999"),)),
    "long int of a decimal": Reduced(int, (decimal.Decimal("1e99999999"),)),
    "long text of a list": Reduced(str, (shared_lists(40),)),
    "long array of objects": Reduced(
        multiarray._reconstruct, (np.ndarray, (0,), b"b"), (1, (20 << 27,), np.dtype("O"), False, [])
    ),
    "codec": Reduced(_codecs.encode, ("text", "rot13")),
    "codec of a text": Reduced(str, (b"text", "idna")),
    "codec of bytes": Reduced(bytes, ("text", "idna")),
    # What numpy hands to Python's parser.
    "dtype of a program": Reduced(np.dtype, ("(1,)f8",)),
    "array of a program": Reduced(multiarray._reconstruct, (np.ndarray, (0,), "(1,)f8")),
    "array of bytes of a program": Reduced(numeric._frombuffer, (b"12345678", "(1,)f8", (1,), "C")),
    "subarray of a program": Reduced(np.dtype, ("V8", False, True), (3, "|", ("(1,)f8", (1,)), None, None, 8, 1, 0)),
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
    "wide key": b"\x80\x02})" + b"2\x86" * 60 + b"K\x01s.",
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


def test_the_masked_constant_is_itself():
    assert _plain_data.loads(pickle.dumps(np.ma.masked, 4)) is np.ma.masked


class Instance:
    """An instance of a class that pickle makes by an opcode, given a state of ours."""

    def __init__(self, kind, state):
        self.kind, self.state = kind, state

    __class__ = property(lambda self: self.kind)

    def __reduce_ex__(self, protocol):
        return copyreg.__newobj__, (self.kind,), self.state


masked_state = np.ma.array([1, 2], mask=[0, 1]).__reduce__()
forged_states = {
    "UUID of text": Instance(uuid.UUID, {"int": "x"}),
    "UUID of more": Instance(uuid.UUID, {"int": 1, "bytes": b""}),
    "long UUID": Instance(uuid.UUID, {"int": 1 << 128}),
    "UUID below zero": Instance(uuid.UUID, {"int": -1}),
    "UUID as safe as text": Instance(uuid.UUID, {"int": 1, "is_safe": "yes"}),
    "UUID of nothing": Instance(uuid.UUID, {"is_safe": 0}),
    "mask of objects": Reduced(masked_state[0], masked_state[1], masked_state[2][:5] + ([None, None], None)),
    "masked objects": np.ma.array([1, None], mask=[0, 1], dtype=object),
    "filled with a list": Reduced(masked_state[0], masked_state[1], masked_state[2][:6] + ([1],)),
    "filled with objects": Reduced(masked_state[0], masked_state[1], masked_state[2][:6] + (np.array(None, object),)),
    "short masked state": Reduced(masked_state[0], masked_state[1], masked_state[2][:6]),
    "masked array on a subclass": Reduced(masked_state[0], (np.ma.MaskedArray, np.matrix, (0,), b"b")),
    "masked array of a size": Reduced(masked_state[0], (np.ma.MaskedArray, np.ndarray, (10**9,), b"b")),
    "call of MaskedArray": Reduced(np.ma.MaskedArray, ([1, 2], [0, 1])),
    "masked of something": Reduced(type(np.ma.masked), (1,)),
    "object": Instance(object, None),
    "instance of object": Reduced(copyreg._reconstructor, (object, object, None)),
    "instance of a class": Reduced(copyreg._reconstructor, (collections.OrderedDict, object, None)),
}


@pytest.mark.parametrize("name", forged_states)
def test_masked_arrays_and_identifiers_have_states_of_their_own_only(name):
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(pickle.UnpicklingError, match="only plain data"):
            _plain_data.loads(pickle.dumps(forged_states[name], protocol))


def test_arrays_as_the_cpp_library_writes_them_are_read():
    def array(dtype, shape, data):
        return Reduced(np.ndarray, ((0,), "b"), (1, shape, Reduced(np.dtype, dtype), False, data))

    for dtype in (
        "<f8",
        ">i4",
        "|b1",
        "<U3",
        "|S2",
        "<M8[us]",
        "<m8[25s]",
        "<c16",
        [("a", "<f8"), ("b", "|S5")],
        [("a", "<i2", (2, 3))],
        [("a", [("b", "<f4")])],
    ):
        data = pickle.dumps(array((dtype,), (2,), bytes(np.zeros(2, dtype).nbytes)), 4)
        read, expected = _plain_data.loads(data), pickle.loads(data)
        assert read.dtype == expected.dtype and repr(read) == repr(expected)
    for dtype in (
        "(2,)f8",
        "f8,f8",
        "<M8[1+1]",
        [("a", "(2,)f8")],
        [("a", "f8", "2")],
        ["f8"],
        [("a", "f8", (2,), 1)],
        [],
        8,
        None,
    ):
        with pytest.raises(pickle.UnpicklingError, match="only plain data"):
            _plain_data.loads(pickle.dumps(array((dtype,), (2,), bytes(16)), 4))


def test_a_module_that_has_the_old_name_of_builtins_is_not_imported(tmp_path, monkeypatch):
    (tmp_path / "__builtin__.py").write_text("raise SystemExit")
    monkeypatch.syspath_prepend(tmp_path)
    assert _plain_data.loads(b"\x80\x03c__builtin__\nset\n]\x85R.") == set()


lengths = {  # each opcode that is followed by a length or a number of the memo, with the largest or 20 GiB
    "BYTEARRAY8": b"\x96" + struct.pack("<Q", 20 << 30) + b"abc.",
    "BYTEARRAY8 of all memory": b"\x96" + struct.pack("<Q", sys.maxsize) + b".",
    "BYTEARRAY8 beyond it": b"\x96" + b"\xff" * 8 + b".",
    "BYTEARRAY8 in a frame": b"\x95" + struct.pack("<Q", 13) + b"\x96" + struct.pack("<Q", 20 << 30) + b"abc.",
    "BYTEARRAY8 by one": b"\x96" + struct.pack("<Q", 3) + b"a.",
    "BINBYTES8": b"\x8e" + struct.pack("<Q", 20 << 30) + b".",
    "BINUNICODE8": b"\x8d" + struct.pack("<Q", 20 << 30) + b".",
    "BINBYTES": b"B" + b"\xff" * 4 + b".",
    "BINUNICODE": b"X" + b"\xff" * 4 + b".",
    "BINSTRING": b"T" + b"\xff\xff\xff\x7f.",
    "LONG4": b"\x8b" + b"\xff\xff\xff\x7f.",
    "FRAME": b"\x95" + struct.pack("<Q", 20 << 30) + b".",
    "LONG_BINPUT": b"Nr" + b"\xff" * 4 + b"0.",
    "PUT": b"Np" + b"9" * 4000 + b"\n0.",
    "LONG_BINGET": b"j" + b"\xff" * 4 + b".",
}
in_little_memory = """
import pickle, resource, sys
from cache_on_disk import _plain_data
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
for line in sys.stdin:
    name, data = line.split(":")
    try:
        print(name, _plain_data.loads(bytes.fromhex(data)))
    except MemoryError:
        print(name, "takes all memory")
    except Exception:
        pass
"""


def test_no_opcode_is_given_memory_for_what_it_only_claims():
    given = "".join(f"{name}:8005{data.hex()}\n" for name, data in lengths.items())
    result = subprocess.run(
        [sys.executable, "-c", in_little_memory], input=given, capture_output=True, text=True, timeout=60
    )
    assert (result.stdout, result.stderr, result.returncode) == ("", "", 0)


def test_many_tuples_and_what_they_share_are_read():
    shared = tuple(range(1000))
    value = [(shared, i, (float(i), (i,))) for i in range(2000)]
    assert _plain_data.loads(pickle.dumps(value, 4)) == value
    temporary = [[datetime.timedelta(i), [i]] for i in range(5000)]  # by tuples that are gone at once
    assert _plain_data.loads(pickle.dumps(temporary, 4)) == temporary


@pytest.mark.parametrize("size", [0, 3, 70_000, 3_000_000])
def test_byte_arrays_come_back_in_frames_and_without_any(size):
    value = bytearray(b"x" * size)
    for data in pickle.dumps([value, 1], 5), b"\x80\x05\x96" + struct.pack("<Q", size) + bytes(value) + b".":
        read = _plain_data.loads(data)
        read = read[0] if isinstance(read, list) else read
        assert type(read) is bytearray and read == value


def test_a_pickle_that_is_no_pickle_raises():
    for data in (b"", b".", b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.", b"\x80\x04N", b"R.", b"b."):
        with pytest.raises(Exception):  # noqa: B017  (of many kinds)
            _plain_data.loads(data)
