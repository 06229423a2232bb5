"""Unpickling what must not be believed: plain data only, never code.

An allow-list of classes alone does not do: a pickle may call them with any arguments and give them any state, and a
forged state of a numpy dtype has the interpreter take bytes for addresses of objects. So every call and every state is
checked, which takes pickle's implementation in Python.
"""

from __future__ import annotations

import io
import math
import pickle
import re
import struct
import sys
from collections import deque
from decimal import Decimal
from typing import Any, Callable

import numpy as np

_allowed = {
    "builtins": {"bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "range", "set", "slice",
                 "str", "tuple"},
    "collections": {"OrderedDict", "deque"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "uuid": {"UUID"},
    "numpy": {"dtype", "ndarray"},
    "_codecs": {"encode"},
}
_numpy_internals = {
    "multiarray": {"_reconstruct", "scalar"},
    "numeric": {"_frombuffer"},
}
_Unpickler: Any = getattr(pickle, "_Unpickler")  # the implementation in Python, whose steps can be watched
_containers = (list, tuple, dict, set, frozenset, bytes, bytearray, str, deque)
_encodings = ("latin1", "latin-1")  # in which pickles of protocol 2 have their bytes
_dtype_text = re.compile(r"[A-Za-z]\d*")
_number = re.compile(r"[+-]?\d{1,4000}(/\d{1,4000})?")
_most_copied = 1 << 20  # elements that a pickle may have copied beyond those it holds itself
_longest_number = 4300  # digits: reading a decimal number takes time by the square of its length
_deepest = 1000  # tuples within tuples: Python hashes them by recursion, until the stack is used up


class ForbiddenClass(pickle.UnpicklingError):
    """A pickle from elsewhere asks for more than plain data."""


def _is_allowed(module: str, name: str) -> bool:
    if name in _allowed.get(module, ()):
        return True
    package, _, last = module.rpartition(".")
    return package in ("numpy.core", "numpy._core") and name in _numpy_internals.get(last, ())


def _refuse(what: str) -> None:
    raise ForbiddenClass(f"only plain data is read from files of others, and this is none: {what}")


def _rebuilt(dtype: np.dtype[Any], state: Any) -> np.dtype[Any]:
    """The dtype that numpy itself makes of the description in a pickled state."""
    _, byte_order, subarray, names, fields, size = state[:6]
    parts = [subarray[0]] if subarray is not None else [fields[name][0] for name in names or ()]
    if not all(isinstance(part, np.dtype) for part in parts):  # of a text numpy would make a program, to be parsed
        _refuse("a dtype of what is none")
    if subarray is not None:
        return np.dtype((subarray[0], subarray[1]))
    if names is not None:
        return np.dtype({"names": list(names), "formats": parts,
                         "offsets": [fields[name][1] for name in names],
                         "titles": [fields[name][2] if len(fields[name]) > 2 else None for name in names],
                         "itemsize": size}, align=dtype.isalignedstruct or bool(state[7] & 0x80))
    if dtype.kind in "mM":
        unit, count = state[8][1][:2]
        return np.dtype(f"{byte_order if byte_order in '<>' else ''}{dtype.kind}8[{count}{unit.decode()}]")
    if dtype.hasobject or dtype.names is not None or dtype.subdtype is not None:
        return dtype
    return dtype.newbyteorder(byte_order) if byte_order in ("<", ">") else dtype


def _check_dtype(dtype: np.dtype[Any], state: Any) -> None:
    if type(state) is not tuple or len(state) < 8:
        _refuse("a state that no dtype has")
    try:
        true = _rebuilt(dtype, state).__reduce__()[2]
    except Exception:
        true = None
    if type(true) is not tuple or true[1:] != state[1:]:
        _refuse("a state that no dtype has")


def _check_array(state: Any) -> None:
    if type(state) is not tuple or len(state) != 5 or not isinstance(state[2], np.dtype):
        _refuse("a state that no array has")
    # numpy itself compares the number of bytes before it makes room, but not that of objects.
    if type(state[4]) is list:
        if type(state[1]) is not tuple or not all(type(extent) is int for extent in state[1]):
            _refuse("a state that no array has")
        if math.prod(state[1]) != len(state[4]):
            _refuse("an array of other objects than it has")


def _check_scalar(arguments: tuple[Any, ...]) -> None:
    if len(arguments) != 2 or not isinstance(arguments[0], np.dtype) or arguments[0].hasobject:
        _refuse("a scalar without a value")
    if not isinstance(arguments[1], bytes):
        _refuse("a scalar that is not made of bytes")


def _check_frombuffer(arguments: tuple[Any, ...]) -> None:
    if len(arguments) != 4 or not isinstance(arguments[0], (bytes, bytearray)) or not isinstance(arguments[1], np.dtype):
        _refuse("an array that is not made of bytes")


def _check_reconstruct(arguments: tuple[Any, ...]) -> None:
    if len(arguments) != 3 or arguments[0] is not np.ndarray or arguments[1] != (0,) or arguments[2] not in (b"b", "b"):
        _refuse("an array that is more than empty before it gets its state")


def _check_encode(arguments: tuple[Any, ...]) -> None:
    if len(arguments) != 2 or arguments[1] not in _encodings:
        _refuse("a text in another encoding than that of pickled bytes")


def _check_bytes(arguments: tuple[Any, ...]) -> None:
    if len(arguments) > 1:
        _check_encode(arguments)


def _check_dtype_call(arguments: tuple[Any, ...]) -> None:
    # All else is in the state. Of another text numpy would make a program, to be parsed, and of other arguments warnings.
    text, *flags = arguments or (None,)
    if not isinstance(text, str) or not _dtype_text.fullmatch(text) or not all(flag in (0, 1) for flag in flags):
        _refuse("a dtype that no dtype calls itself")


def _check_number(arguments: tuple[Any, ...]) -> None:
    if any(isinstance(a, Decimal) or type(a) is str and not _number.fullmatch(a) for a in arguments):
        _refuse("a fraction that is long to work out")


def _check_int(arguments: tuple[Any, ...]) -> None:
    if any(isinstance(a, Decimal) or isinstance(a, (str, bytes, bytearray)) and len(a) > _longest_number for a in arguments):
        _refuse("an integer that is long to work out")


def _check_text(arguments: tuple[Any, ...]) -> None:
    if not all(isinstance(a, (str, bytes, bytearray)) for a in arguments):
        _refuse("a text that is printed, not read")
    _check_bytes(arguments)


_checks: dict[str, Callable[[tuple[Any, ...]], None]] = {
    "scalar": _check_scalar, "_reconstruct": _check_reconstruct, "_frombuffer": _check_frombuffer, "encode": _check_encode, "Fraction": _check_number,
    "int": _check_int, "str": _check_text, "bytes": _check_bytes, "bytearray": _check_bytes, "dtype": _check_dtype_call,
}


class PlainDataUnpickler(_Unpickler):  # type: ignore[misc]
    """Knows the classes of plain data, and refuses all others before they are imported."""

    dispatch: dict[int, Any] = dict(_Unpickler.dispatch)

    def __init__(self, file: io.BytesIO, room: int) -> None:
        super().__init__(file)
        self._room = room
        self._most = room
        # Of each tuple, by its address: the depth, the elements that Python visits to hash it, and itself, so that no other
        # object gets the address.
        self._tuples: dict[int, tuple[int, int, Any]] = {}

    def _check_tuple(self, value: Any) -> None:
        within = [self._tuples[id(element)] for element in value if id(element) in self._tuples]
        depth = 1 + max((known[0] for known in within), default=0)
        size = len(value) + sum(known[1] for known in within)
        if depth > _deepest:
            _refuse("tuples within tuples within tuples")
        if size > self._most:
            _refuse("one tuple many times within others")
        self._tuples[id(value)] = depth, size, value

    def find_class(self, module: str, name: str) -> Any:
        if module == "__builtin__":  # as Python 2 and protocol 2 call it; there may be a module of that name
            module = "builtins"
        if _is_allowed(module, name):
            return super().find_class(module, name)
        raise ForbiddenClass(f"only plain data is read from files of others, and {module}.{name} is none")

    def get_extension(self, code: int) -> None:
        _refuse(f"extension {code}")

    def persistent_load(self, pid: Any) -> None:
        _refuse("a reference to what lies elsewhere")

    def _check_call(self, function: Any, arguments: Any) -> None:
        if type(arguments) is not tuple or not callable(function):
            _refuse("a call that is none")
        if function is np.ndarray:
            _refuse("an array with a memory of its own choice")
        check = _checks.get(getattr(function, "__name__", ""))
        if check is not None:
            check(arguments)
        if isinstance(function, type) and issubclass(function, _containers):
            for argument in arguments[:1]:
                if not isinstance(argument, _containers):
                    _refuse(f"a {function.__name__} made of a {type(argument).__name__}")
                self._room -= len(argument)
                if self._room < 0:
                    _refuse("copies of copies")

    def load_reduce(self) -> None:
        self._check_call(self.stack[-2], self.stack[-1])
        super().load_reduce()
        if isinstance(self.stack[-1], (tuple, frozenset)):
            self._check_tuple(self.stack[-1])

    dispatch[pickle.REDUCE[0]] = load_reduce

    def load_newobj(self) -> None:
        self._check_call(self.stack[-2], self.stack[-1])
        super().load_newobj()
        if isinstance(self.stack[-1], (tuple, frozenset)):
            self._check_tuple(self.stack[-1])

    dispatch[pickle.NEWOBJ[0]] = load_newobj

    def load_newobj_ex(self) -> None:
        if self.stack[-1]:
            _refuse("a call with keywords")
        self.stack.pop()
        self.load_newobj()

    dispatch[pickle.NEWOBJ_EX[0]] = load_newobj_ex

    def load_bytearray8(self) -> None:
        # Python's own makes room for the length that is claimed, and then looks how much there is.
        (length,) = struct.unpack("<Q", self.read(8))
        content = self.read(min(length, sys.maxsize))
        if len(content) < length:
            raise pickle.UnpicklingError("the pickle is shorter than a byte array in it")
        self.append(bytearray(content))

    dispatch[pickle.BYTEARRAY8[0]] = load_bytearray8

    def load_int(self) -> None:
        line = self._short_line()
        self.append({b"00\n": False, b"01\n": True}[line] if line in (b"00\n", b"01\n") else int(line, 0))

    dispatch[pickle.INT[0]] = load_int

    def load_long(self) -> None:
        self.append(int(self._short_line()[:-1].rstrip(b"L"), 0))

    dispatch[pickle.LONG[0]] = load_long

    def _short_line(self) -> bytes:
        line: bytes = self.readline()
        if len(line) > _longest_number:
            _refuse("an integer that is long to work out")
        return line

    def _instantiate(self, klass: Any, args: Any) -> None:  # for INST and OBJ
        self._check_call(klass, tuple(args))
        super()._instantiate(klass, args)
        if isinstance(self.stack[-1], (tuple, frozenset)):
            self._check_tuple(self.stack[-1])

    def load_build(self) -> None:
        state, target = self.stack[-1], self.stack[-2]
        if isinstance(target, np.dtype):
            _check_dtype(target, state)
        elif isinstance(target, np.ndarray):
            _check_array(state)
        elif isinstance(target, type) or callable(target):
            _refuse("a state for a class")
        super().load_build()

    dispatch[pickle.BUILD[0]] = load_build


def _watch_tuple(opcode: bytes) -> None:
    make = _Unpickler.dispatch[opcode[0]]

    def load(self: PlainDataUnpickler) -> None:
        make(self)
        self._check_tuple(self.stack[-1])

    PlainDataUnpickler.dispatch[opcode[0]] = load


for _opcode in (pickle.TUPLE, pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3, pickle.FROZENSET):
    _watch_tuple(_opcode)


def loads(data: Any) -> Any:
    """Read plain data from a pickle.

    Parameters
    ----------
    data : bytes-like
        The pickle.

    Returns
    -------
    object
        Numbers, text, containers of the standard library, dates, numpy arrays and scalars.

    Raises
    ------
    pickle.UnpicklingError
        If the pickle holds anything else.
    """
    data = bytes(data)
    return PlainDataUnpickler(io.BytesIO(data), len(data) + _most_copied).load()
