"""Arrays that callers share: the elements are the same and read-only, everything else is each caller's own.

A `Kept` (kept.hpp) shows one array to all callers while no caller holds it or has changed it; then it asks its pattern, one of
the classes here, for another.
"""

from __future__ import annotations

import copyreg
import pickle
import sys
from typing import Any, Callable

import numpy as np

from . import _core
from ._dtypes import has_flat_fields, own_dtype

_immutable = (int, float, complex, str, bytes, bool, type(None), type)
_small = 2048
_most_parts = 50
_slot_names: Any = getattr(copyreg, "_slotnames")


def elements_of(array: np.ndarray[Any, Any]) -> tuple[Any, int]:
    """A read-only buffer on the elements of an array of ours, and where in it the first one lies.

    It does not lead to the array that owns them, which could be made writable.
    """
    if array.nbytes <= _small and array.flags.forc:
        return array.tobytes("A"), 0
    base: Any = array.base
    while isinstance(base, np.ndarray):
        base = base.base
    if type(base).__name__ == "PayloadBuffer":  # of an entry: by way of it a private mapping can be made
        return base, array.__array_interface__["data"][0] - _core.buffer_address(base)
    low, high = _bounds(array)
    return _core.buffer_on(array, low, high - low), array.__array_interface__["data"][0] - low


def _bounds(array: np.ndarray[Any, Any]) -> tuple[int, int]:
    low = high = array.__array_interface__["data"][0]
    for extent, stride in zip(array.shape, array.strides):
        if extent == 0:
            return low, low
        reach = (extent - 1) * stride
        low, high = (low, high + reach) if reach > 0 else (low + reach, high)
    return low, high + array.itemsize


class _Elements:
    """An array's elements and form, of which equal arrays are made."""

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        base: Any = array
        self.buffer, self.offset = elements_of(np.ndarray.view(base, np.ndarray))
        self.shape, self.strides, self._dtype = array.shape, array.strides, array.dtype
        # Copies faster than deepcopy does.
        self._named = None if array.dtype.names is None else pickle.dumps(array.dtype)

    def array(self, kind: Any = np.ndarray, own: bool = False) -> Any:
        dtype = self._dtype if self._named is None else pickle.loads(self._named)
        shown = np.ndarray(self.shape, dtype, self.buffer, self.offset, self.strides)
        if own:
            shown = _core.private_array(shown)
        if kind is np.ndarray:
            return shown
        if own:
            return np.ndarray.__new__(kind, shown.shape, dtype, shown, 0, shown.strides)
        return np.ndarray.__new__(kind, self.shape, dtype, self.buffer, self.offset, self.strides)


class ArrayPattern:
    """Of an array, with a dtype of its own each time."""

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        self._elements = _Elements(array)
        self.is_watched = has_flat_fields(array.dtype)

    def fresh(self) -> Any:
        return self._elements.array()

    def private(self) -> Any:
        return self._elements.array(own=True)


class _Part:
    """A value in the dictionary of an array of a derived class."""

    def __init__(self, value: Any) -> None:
        self._value = value
        self.is_watched = True
        if type(value) is dict:
            if len(value) > _most_parts or not all(type(key) is str for key in value):
                raise TypeError
            self._value = {key: _Part(part) for key, part in value.items()}
            self.is_watched = all(part.is_watched for part in self._value.values())
        elif type(value) is np.ndarray and not value.dtype.hasobject:
            self.is_watched = has_flat_fields(value.dtype) and (value.nbytes <= 64 or not value.flags.writeable)
            self._shown = None if value.flags.writeable else _Elements(value)
        elif isinstance(value, np.ndarray):
            self._value = ShellPattern(value)
            self.is_watched = False
        elif not _never_changes(value):
            raise TypeError

    def own(self, writable: bool, memo: dict[int, Any]) -> Any:
        if id(self._value) in memo:
            return memo[id(self._value)]
        made = self._value
        if type(made) is dict:
            made = {key: part.own(writable, memo) for key, part in made.items()}
        elif type(made) is np.ndarray:
            if self._shown is not None:
                made = self._shown.array(own=writable)
            else:
                made = np.array(made, own_dtype(made.dtype))
        elif type(made) is ShellPattern:
            made = made.make(writable)
        memo[id(self._value)] = made
        return made


def _never_changes(value: Any) -> bool:
    if type(value) in _immutable or isinstance(value, type):
        return True
    if isinstance(value, np.generic):
        return not isinstance(value, np.void)
    units = sys.modules.get("astropy.units")
    return units is not None and isinstance(value, (units.UnitBase, units.function.FunctionUnitBase))


class ShellPattern:
    """Of an array of a derived class whose other parts are few and of known kinds, like those of quantities and masked arrays."""

    def __init__(self, array: Any) -> None:
        self._kind = type(array)
        if array.dtype.hasobject or _slot_names(self._kind):
            raise TypeError
        parts: dict[str, Any] = getattr(array, "__dict__", {})
        memo: dict[int, _Part] = {}  # parts that are one object stay one
        self._parts = {name: memo.setdefault(id(part), _Part(part)) for name, part in parts.items()}
        self._elements = _Elements(array)
        self.is_watched = has_flat_fields(array.dtype) and all(part.is_watched for part in self._parts.values())

    def make(self, own: bool) -> Any:
        shell = self._elements.array(self._kind, own)
        if self._parts:
            memo: dict[int, Any] = {}
            vars(shell).clear()
            vars(shell).update({name: part.own(own, memo) for name, part in self._parts.items()})
        return shell

    def fresh(self) -> Any:
        return self.make(own=False)

    def private(self) -> Any:
        return self.make(own=True)


class CopyPattern:
    """Of other values: each caller gets one from the pickle, on memory of its own."""

    is_watched = False

    def __init__(self, load: Callable[[], Any]) -> None:
        self.fresh = self.private = load


def pattern_of(array: Any, load: Callable[[], Any]) -> Any:
    """The pattern of a frozen array of a derived class. `load` gives another from its pickle."""
    if isinstance(array, np.ndarray):
        try:
            pattern = ShellPattern(array)
            pattern.fresh()
            return pattern
        except Exception:  # a derived class may do anything when it is made
            pass
    return CopyPattern(load)


def kept(pattern: Any) -> Any:
    """What memory keeps of a value that a pattern makes for callers."""
    return _core.Kept(pattern)


def kept_array(array: np.ndarray[Any, Any]) -> Any:
    """An array of ours, read-only for good: itself where all callers may have the same one."""
    if array.dtype.hasobject:
        return array.view()
    if array.dtype.names is not None:
        return kept(ArrayPattern(array))
    return _Elements(array).array()
