"""Pickles of values: written and read without copies of large bytes, and free of objects that can be used only once."""

from __future__ import annotations

import gc
import logging
import pickle
import re
import sys
import types
from collections import deque
from typing import Any, Callable, Iterable, Optional

import numpy as np

from . import _main_classes
from ._origins import bases_of, dict_of

# Without types in the stubs of numpy before 2.3.
_npy: Any = np.lib.format
_bytes_of_array: Any = np.ndarray.nbytes.__get__  # what no class derived from it can override
_large = 1 << 20
_most_visited = 10_000
_next_buffer = b"\x97"
# The methods of the built-in types, also for classes derived from them.
_elements: dict[type, Callable[[Any], Any]] = {
    dict: dict.values,
    list: list.__iter__,
    tuple: tuple.__iter__,
    set: set.__iter__,
    frozenset: frozenset.__iter__,
    deque: deque.__iter__,
}
_own_kinds = ("numpy.", "astropy.units.", "astropy.coordinates.")  # whose pickles hold arrays and constants alone


def used_once(kind: type) -> bool:
    """Whether objects of a class can be used only once: iterators (open files and cursors are such) and coroutines.

    Weak proxies have the methods of iterators, too; a pickle would hold a copy of the object that they refer to.

    Only the class is read: no code of the program runs, and no item is taken from the iterator.
    """
    once = ("__next__", "__anext__", "__await__", "send")
    names = {name for base in bases_of(kind) for name in once if name in dict_of(base)}
    return "__next__" in names or "__anext__" in names or {"__await__", "send"} <= names


def _is_plain(kind: type) -> bool:
    if issubclass(kind, (np.ndarray, np.generic, np.dtype)) or kind.__module__ != "builtins":
        return f"{kind.__module__}.".startswith(_own_kinds)
    return issubclass(kind, (type, types.FunctionType, types.BuiltinFunctionType))


class UsedOnce(Exception):
    """A value that is, or holds, an object that can be used only once."""


class _Chunks(list):  # type: ignore[type-arg]
    """A file for a pickler, which writes large bytes as they are, and the elements of arrays as views of them."""

    def write(self, piece: Any) -> None:
        self.append(piece.raw() if type(piece) is pickle.PickleBuffer else piece)


class _Pickler(pickle.Pickler):
    """Sees all objects but those of the plain built-in types."""

    def __init__(self, file: Any, protocol: int) -> None:
        super().__init__(file, protocol)
        self._seen: dict[type, bool] = {}
        self.is_plain = True  # made of containers, numbers, text and arrays only

    def reducer_override(self, obj: Any) -> Any:
        kind = type(obj)
        if kind not in self._seen:
            if used_once(kind):
                raise UsedOnce(kind.__name__)
            self._seen[kind] = True
            self.is_plain = self.is_plain and _is_plain(kind)
        return NotImplemented


def _large_bytes(before: Any, chunk: Any) -> int:
    """The length of the opcode and size at the end of the piece before, if a piece is what they announce: bytes or text; else 0."""
    size = len(chunk)
    for opcodes, width in ((b"BX", 4), (b"\x8e\x8d\x96", 8)):
        head = bytes(before[-1 - width :])
        if size > 1000 and len(head) == 1 + width and head[0] in opcodes and int.from_bytes(head[1:], "little") == size:
            return 1 + width
    return 0


def _opcodes(chunks: list[Any]) -> Iterable[bytes]:
    """The pieces of a pickle without those that are the large bytes of values."""
    before: Any = b""
    for chunk in chunks:
        if not _large_bytes(before, chunk):
            yield bytes(chunk)
        before = chunk


class Pickled:
    """A value as the bytes of its pickle, in pieces.

    Raises
    ------
    UsedOnce
        If something in it can be used only once.
    Exception
        If the value cannot be pickled.
    """

    def __init__(self, value: Any, head: Iterable[bytes] = ()) -> None:
        # Protocol 4 is read by older Pythons; 5 spares a copy of a large array of a class of its own, such as a quantity.
        is_derived = issubclass(type(value), np.ndarray) and type(value) is not np.ndarray
        large = is_derived and _bytes_of_array(value) > _large
        chunks = _Chunks()
        pickler = _Pickler(chunks, 5 if large else 4)
        pickler.dump(value)
        name = _main_classes.names_main(_opcodes(chunks))
        if name is not None:
            chunks = _Chunks()
            _main_classes.Pickler(chunks, 5 if large else 4, name).dump(value)
        self.chunks: list[Any] = [*head, *chunks]
        self._first = len(self.chunks) - len(chunks)
        self._is_plain = pickler.is_plain
        self._stream: Optional[bytes] = None
        self._buffers: list[bytes] = []

    def _split(self) -> None:
        """Take the large bytes out of the stream: an unpickler is given them beside it (opcode NEXT_BUFFER)."""
        pieces: list[bytes] = []
        for chunk in self.chunks[self._first :]:
            head = pieces[-1] if pieces else b""
            opcode = _large_bytes(head, chunk) if type(chunk) is bytes else 0
            if opcode and head[-opcode:][:1] in (b"B", b"\x8e"):
                pieces[-1] = head[:-opcode] + _next_buffer
                self._buffers.append(chunk)
            else:
                pieces.append(bytes(chunk))
        self._stream = b"".join(pieces)

    def load(self, own: bool = False) -> Any:
        """What the pickle gives back.

        Large arrays share their elements with the pickle, and must not be changed, unless `own` asks for a copy, or the value
        holds objects that may change theirs.
        """
        if self._stream is None:
            self._split()
        assert self._stream is not None
        if own or not self._is_plain:
            return _main_classes.loads(self._stream, (memoryview(buffer).tobytes() for buffer in self._buffers))
        return _main_classes.loads(self._stream, self._buffers)


def pickled_objects(array: np.ndarray[Any, Any]) -> Pickled:
    """The file that ``np.save`` writes of an array of objects."""
    header = _Chunks()
    description = _npy.header_data_from_array_1_0(array)
    try:
        _npy.write_array_header_1_0(header, description)
    except ValueError:  # longer than 64 KiB
        header.clear()
        _npy.write_array_header_2_0(header, description)
    return Pickled(array, header)


def search(value: Any, owner: Any) -> tuple[bool, str]:
    """Look through a value that no pickle can copy.

    Returns
    -------
    leads_to_owner : bool
        Whether it may keep its object alive.
    kind : str
        The class of something in it that can be used only once; empty if there is none.
    """
    waiting = [value]
    # The streams are everybody's.
    seen = {id(stream) for stream in (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)}
    while waiting:
        current = waiting.pop()
        if current is owner:
            return True, ""
        if id(current) in seen or isinstance(current, (type, types.ModuleType, logging.Logger)):
            continue
        seen.add(id(current))
        if used_once(type(current)):
            return False, type(current).__name__
        if len(seen) > _most_visited:
            return True, ""
        if isinstance(current, types.FunctionType):  # its globals are the whole module
            waiting += [current.__closure__, current.__defaults__, current.__dict__]
        else:
            waiting += gc.get_referents(current)
    return False, ""


def freeze_within(value: Any, data: Iterable[Any]) -> None:
    """Make the arrays in plain containers read-only. `data` are the bytes of the pickle: without numpy in them, there are none."""
    if not any(re.search(b"numpy", piece) for piece in data):
        return
    waiting = [value]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if isinstance(current, np.ndarray):
            if current is not np.ma.masked:
                freeze(current)
            continue
        if isinstance(current, tuple(_elements)) and id(current) not in seen:
            seen.add(id(current))
            elements = next(of for kind, of in _elements.items() if isinstance(current, kind))
            waiting += [element for element in elements(current) if type(element) not in (int, float, str)]


def freeze(value: np.ndarray[Any, Any]) -> None:
    """Make an array of our own, the arrays it is a view of, and a mask, read-only."""
    array: Any = value
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            array.flags.writeable = False
        mask = getattr(array, "_mask", None)
        if isinstance(mask, np.ndarray) and mask.flags.writeable:
            mask.flags.writeable = False
        array = array.base
