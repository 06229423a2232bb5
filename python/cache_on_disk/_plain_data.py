"""Unpickling files that are not trusted: plain data only, never code.

Every call and every state is checked (_plain_checks.py says why), which takes pickle's implementation in Python. It reads
numbers, text, containers, dates, UUIDs, arrays and masked arrays of numpy, quantities and times of astropy.
"""

from __future__ import annotations

import io
import pickle
import struct
import sys
from collections import OrderedDict, deque
from typing import Any, Callable, TypeVar
from uuid import UUID

import numpy as np

from . import _plain_astropy
from ._plain_checks import (
    ForbiddenClass,
    check_array,
    check_dtype,
    check_masked,
    check_uuid,
    checks,
    containers,
    longest_number,
    refuse,
)
from ._plain_keys import KeyGuard, weight_of

_allowed = {
    "builtins": {
        *("bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "object", "range"),
        *("set", "slice", "str", "tuple"),
    },
    "collections": {"OrderedDict", "deque"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "uuid": {"UUID"},
    "numpy": {"dtype", "ndarray"},
    "numpy.ma": {"MaskedArray", "MaskedConstant"},
    "numpy.ma.core": {"MaskedArray", "MaskedConstant", "_mareconstruct"},
    "_codecs": {"encode"},
    "copyreg": {"_reconstructor"},
}
_numpy_internals = {
    "multiarray": {"_reconstruct", "scalar"},
    "numeric": {"_frombuffer"},
}
_Unpickler: Any = getattr(pickle, "_Unpickler")  # the implementation in Python, whose steps can be watched
_most_copied = 1 << 20  # elements that a pickle may have copied beyond those it holds itself
# What may be spent on keys: those of ordinary values are hashed in less than it takes to read them.
_keys_for_a_byte = 16
_deepest = 1000  # tuples within tuples: Python hashes them by recursion, until the stack is used up
_mappings, _sets, _lists = (dict, OrderedDict), (set,), (list, deque)
_Step = TypeVar("_Step", bound=Callable[[Any], None])
_python2 = {"__builtin__": "builtins", "copy_reg": "copyreg"}
_python2_names = {"xrange": "range", "unicode": "str", "long": "int"}


def _is_allowed(module: str, name: str) -> bool:
    if name in _allowed.get(module, ()):
        return True
    package, _, last = module.rpartition(".")
    return package in ("numpy.core", "numpy._core") and name in _numpy_internals.get(last, ())


def _is_empty_array(arguments: tuple[Any, ...]) -> bool:
    """Whether numpy.ndarray is called as the C++ library writes it: the state has the rest."""
    return len(arguments) == 2 and arguments[0] == (0,) and arguments[1] == "b"


def _first_of_each(pairs: Any) -> list[Any]:
    return [pair[0] for pair in pairs if isinstance(pair, (tuple, list)) and pair]


_steps: dict[int, Any] = dict(_Unpickler.dispatch)


def _reads(opcode: bytes) -> Callable[[_Step], _Step]:
    """The step that an unpickler takes at an opcode."""

    def register(step: _Step) -> _Step:
        _steps[opcode[0]] = step
        return step

    return register


class PlainDataUnpickler(_Unpickler):  # type: ignore[misc]
    """Knows the classes of plain data, and refuses all others before they are imported."""

    dispatch = _steps

    def __init__(self, file: io.BytesIO, room: int) -> None:
        super().__init__(file)
        self._room = room
        self._most = room
        # Of each tuple, by its address: the depth, the elements that Python visits to hash it, and itself, so that no other
        # object gets the address.
        self._tuples: dict[int, tuple[int, int, Any]] = {}
        self._keys = KeyGuard(_keys_for_a_byte * (room - _most_copied) + _most_copied, self._weigh)
        self._astropy = _plain_astropy.States()

    def _weigh(self, key: Any) -> int:
        known = self._tuples.get(id(key))
        return weight_of(key) if known is None else known[1]

    def _check_tuple(self, value: Any) -> None:
        elements = (value.start, value.stop, value.step) if isinstance(value, (slice, range)) else value
        depth, size = 1, 1
        for element in elements:
            known = self._tuples.get(id(element))
            if known is None:
                size += weight_of(element)
            else:
                depth = max(depth, known[0] + 1)
                size += known[1]
        if depth > _deepest:
            refuse("tuples within tuples within tuples")
        if size > self._most:
            refuse("one tuple many times within others")
        self._tuples[id(value)] = depth, size, value

    def find_class(self, module: str, name: str) -> Any:
        if module in _python2:  # as Python 2 and protocol 2 call it; there may be a module of that name
            module, name = _python2[module], _python2_names.get(name, name)
        if _is_allowed(module, name):
            return super().find_class(module, name)
        if _plain_astropy.is_known(module, name):
            return _plain_astropy.irreducible_unit if name.startswith("_") else super().find_class(module, name)
        raise ForbiddenClass(f"only plain data is read from files of others, not {module}.{name}")

    def get_extension(self, code: int) -> None:
        refuse(f"extension {code}")

    def persistent_load(self, pid: Any) -> None:
        refuse("a reference to what lies elsewhere")

    def _check_call(self, function: Any, arguments: Any) -> None:
        if type(arguments) is not tuple or not callable(function):
            refuse("a call of something that cannot be called")
        if function is np.ndarray and not _is_empty_array(arguments):
            refuse("an array with a memory of its own choice")
        if function is _plain_astropy.irreducible_unit or getattr(function, "__module__", "").startswith("astropy."):
            return self._astropy.check_call(function, arguments)
        check = checks.get(getattr(function, "__name__", ""))
        if check is not None:
            check(arguments)
        if isinstance(function, type) and issubclass(function, containers):
            for argument in arguments[:1]:
                if not isinstance(argument, containers):
                    refuse(f"a {function.__name__} made of a {type(argument).__name__}")
                self._room -= len(argument)
                if self._room < 0:
                    refuse("copies of copies")
                if issubclass(function, (set, frozenset)):
                    self._keys.check((), argument)
                elif issubclass(function, dict):
                    self._keys.check((), argument if isinstance(argument, dict) else _first_of_each(argument))

    def _check_made(self, function: Any) -> None:
        made = self.stack[-1]
        if isinstance(made, (tuple, frozenset, slice, range)):
            self._check_tuple(made)
        elif _plain_astropy.is_instance(made):
            self._astropy.made(function, made)

    @_reads(pickle.REDUCE)
    def load_reduce(self) -> None:
        function = self.stack[-2]
        self._check_call(function, self.stack[-1])
        super().load_reduce()
        self._check_made(function)

    @_reads(pickle.NEWOBJ)
    def load_newobj(self) -> None:
        function = self.stack[-2]
        self._check_call(function, self.stack[-1])
        super().load_newobj()
        self._check_made(function)

    @_reads(pickle.NEWOBJ_EX)
    def load_newobj_ex(self) -> None:
        if self.stack[-1]:
            refuse("a call with keywords")
        self.stack.pop()
        self.load_newobj()

    @_reads(pickle.BYTEARRAY8)
    def load_bytearray8(self) -> None:
        # Python's own makes room for the length that is claimed, and then looks how much there is.
        (length,) = struct.unpack("<Q", self.read(8))
        content = self.read(min(length, sys.maxsize))
        if len(content) < length:
            raise pickle.UnpicklingError("the pickle is shorter than a byte array in it")
        self.append(bytearray(content))

    @_reads(pickle.INT)
    def load_int(self) -> None:
        line = self._short_line()
        self.append({b"00\n": False, b"01\n": True}[line] if line in (b"00\n", b"01\n") else int(line, 0))

    @_reads(pickle.LONG)
    def load_long(self) -> None:
        self.append(int(self._short_line()[:-1].rstrip(b"L"), 0))

    def _short_line(self) -> bytes:
        line: bytes = self.readline()
        if len(line) > longest_number:
            refuse("an integer that is long to work out")
        return line

    def _instantiate(self, klass: Any, args: Any) -> None:  # for INST and OBJ
        self._check_call(klass, tuple(args))
        super()._instantiate(klass, args)
        self._check_made(klass)

    @_reads(pickle.BUILD)
    def load_build(self) -> None:
        state, target = self.stack[-1], self.stack[-2]
        if _plain_astropy.is_instance(target):
            self._astropy.build(target, state)
            self.stack.pop()
            return
        if isinstance(target, np.dtype):
            check_dtype(target, state)
        elif type(target) is np.ma.MaskedArray:
            check_masked(state)
        elif isinstance(target, np.ndarray):
            if type(target) is not np.ndarray:
                refuse("a state for a class of arrays")
            check_array(state)
        elif type(target) is UUID:
            check_uuid(state)
        elif isinstance(target, type) or callable(target):
            refuse("a state for a class")
        super().load_build()

    @_reads(pickle.DICT)
    def load_dict(self) -> None:
        self._keys.check((), self.stack[::2])
        super().load_dict()

    @_reads(pickle.FROZENSET)
    def load_frozenset(self) -> None:
        self._keys.check((), self.stack)
        super().load_frozenset()
        self._check_tuple(self.stack[-1])


def _watch_tuple(opcode: bytes) -> None:
    make = _Unpickler.dispatch[opcode[0]]

    @_reads(opcode)
    def load(self: PlainDataUnpickler) -> None:
        make(self)
        self._check_tuple(self.stack[-1])


def _watch_filling(opcode: bytes, kinds: Any, items: Callable[[Any], Any]) -> None:
    """`items`: takes an unpickler, and gives what is filled, and the keys."""
    fill = _Unpickler.dispatch[opcode[0]]

    @_reads(opcode)
    def load(self: PlainDataUnpickler) -> None:
        target, keys = items(self)
        if type(target) not in kinds:
            refuse(f"items for a {type(target).__name__}")
        if keys:
            self._keys.check(target, keys)
        fill(self)


for _opcode in (pickle.TUPLE, pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3):
    _watch_tuple(_opcode)
_watch_filling(pickle.SETITEM, _mappings, lambda self: (self.stack[-3], self.stack[-2:-1]))
_watch_filling(pickle.SETITEMS, _mappings, lambda self: (self.metastack[-1][-1], self.stack[::2]))
_watch_filling(pickle.ADDITEMS, _sets, lambda self: (self.metastack[-1][-1], self.stack))
_watch_filling(pickle.APPEND, _lists, lambda self: (self.stack[-2], ()))
_watch_filling(pickle.APPENDS, _lists, lambda self: (self.metastack[-1][-1], ()))


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
