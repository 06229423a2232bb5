"""What is kept in memory and stored for a computed value, and how stored values are read."""

from __future__ import annotations

import copy
import io
import random
import sys
from typing import Any

import numpy as np

from . import _core, _main_classes, _plain_data
from ._dtypes import gives_back, own_dtype, plain_scalars
from ._shared import CopyPattern, kept, kept_array, pattern_of
from ._value_pickles import Pickled, UsedOnce, freeze, freeze_within, pickled_objects, search, used_once

# Without types in the stubs of numpy before 2.3.
_npy: Any = np.lib.format
_immutable = (int, float, complex, str, bytes, bool, type(None))
_small = 2048
_once = "can be used only once, so each call computes its own"


def _unkept(value: Any, why: str) -> tuple[Any, Any, str, bool]:
    """A value that is handed out, and neither stored nor kept."""
    return value, None, why, False


def settle(value: Any, exclusive: bool, owner: Any, writable: bool) -> tuple[Any, Any, str, bool]:
    """Turn the value that a function returned into the one that all callers get, now and later.

    Parameters
    ----------
    value : object
        What the function returned.
    exclusive : bool
        For arrays: no other code can reach their memory.
    owner : object
        The object whose method it was.
    writable : bool
        Each caller wants a copy.

    Returns
    -------
    kept : object
        No caller can change it: a read-only array on memory of its own, a value read from the pickle, or a `Kept`.
    encoded : ndarray, list of bytes, or None
        What to store; None: nothing.
    refusal : str
        Why nothing is stored.
    keep : bool
        Whether it may stay in memory.
    """
    kind = type(value)
    if kind is np.ndarray and not value.dtype.hasobject and gives_back(value.dtype):
        array = _own_array(value, exclusive)
        return kept_array(array), array, "", True
    if value is owner and value is not None:
        return _unkept(
            value, "the method returns its own object, which needs no cache; decorate a method that computes something"
        )
    if used_once(kind):
        return _unkept(value, f"{kind.__name__} objects {_once}; return a list or an array instead")
    try:
        objects = kind is np.ndarray and value.dtype.hasobject and gives_back(value.dtype)
        pickled = pickled_objects(value) if objects else Pickled(value)
        if kind in _immutable:
            return value, pickled.chunks, "", True
        # The value from the pickle shares nothing that the function, its object or the caller may still change, and holds
        # no reference to the object, which can be collected.
        return _kept(pickled.load(), pickled, value, writable), pickled.chunks, "", True
    except UsedOnce as error:
        return _unkept(value, f"it holds {error} objects, which {_once}; put a list or an array in their place")
    except Exception as error:
        refusal = f"{type(error).__name__}: {error}"
    leads_to_owner, once = search(value, owner)
    if once:
        return _unkept(value, f"it holds {once} objects, which {_once}; and it cannot be pickled: {refusal}")
    if writable:
        try:
            return copy.deepcopy(value), None, refusal, not leads_to_owner
        except Exception as error:  # no caller could get a copy
            return _unkept(value, f"{refusal}; and it cannot be copied: {type(error).__name__}: {error}")
    return value, None, refusal, not leads_to_owner


def _own_array(value: np.ndarray[Any, Any], exclusive: bool) -> np.ndarray[Any, Any]:
    """A contiguous array that no other code can reach, in the order in which ``np.save`` stores it."""
    if exclusive and value.flags.forc:
        return value
    flags = value.flags
    return np.array(value, own_dtype(value.dtype), order="F" if flags.f_contiguous and not flags.c_contiguous else "C")


def _kept(value: Any, pickled: Pickled, original: Any, writable: bool) -> Any:
    """What memory keeps of a value that has come back from its pickle."""
    if value is original:  # a singleton, such as np.ma.masked
        return value
    if type(value) is np.ndarray:
        freeze(value)
        return kept_array(value)
    if isinstance(value, np.ndarray):
        freeze(value)
        return kept(pattern_of(value, lambda: pickled.load(own=True)))
    if writable or _is_record(value) or _is_random(value):
        return kept(CopyPattern(lambda: pickled.load(own=True)))
    freeze_within(value, pickled.chunks)
    return value


def _is_record(value: Any) -> bool:
    """A row of a table, which can be changed in place."""
    return isinstance(value, np.void) and value.dtype.names is not None


def _is_random(value: Any) -> bool:
    """A source of random numbers, whose state each use changes."""
    if isinstance(value, random.Random):
        return True
    numpy_random: Any = sys.modules.get("numpy.random")
    return numpy_random is not None and isinstance(
        value, (numpy_random.Generator, numpy_random.RandomState, numpy_random.BitGenerator, numpy_random.SeedSequence)
    )


def array_in_form(
    array: np.ndarray[Any, Any], address: int, shape: tuple[int, ...], strides: tuple[int, ...], dtype: np.dtype[Any]
) -> np.ndarray[Any, Any]:
    """A read-only array on an array's elements, in a form that it had before a caller changed it."""
    base: Any = array.base
    if dtype.hasobject:
        again: np.ndarray[Any, Any] = base.view(dtype=dtype) if base.shape == shape else base.reshape(shape)
        return again
    offset = 0 if isinstance(base, bytes) else address - _core.buffer_address(base)
    return np.ndarray(shape, dtype, base, offset, strides)


def private_copy(value: Any) -> Any:
    """Copy a kept value for a caller that may change it."""
    if type(value) is np.ndarray and not value.dtype.hasobject:
        return _core.private_array(value)
    return copy.deepcopy(value)


def load_pickle(data: Any, plain_data_only: bool, writable: bool) -> Any:
    """Read a pickled value as memory keeps it."""

    def load() -> Any:
        return _plain_data.loads(data) if plain_data_only else _main_classes.loads(data)

    value = load()
    if isinstance(value, np.ndarray):
        if len(memoryview(data)) < _small and load() is value:  # a singleton, such as np.ma.masked
            return value
        freeze(value)
        return kept_array(value) if type(value) is np.ndarray else kept(pattern_of(value, load))
    if _is_record(value) or _is_random(value) or writable and type(value) not in _immutable:
        return kept(CopyPattern(load))
    freeze_within(value, [data])
    return value


def load_npy(data: Any, plain_data_only: bool) -> np.ndarray[Any, Any]:
    """Read an .npy payload that is not a plain block of memory: arrays of objects."""
    stream = io.BytesIO(bytes(data))
    version = _npy.read_magic(stream)
    read_header = _npy.read_array_header_1_0 if version == (1, 0) else _npy.read_array_header_2_0
    shape, fortran_order, dtype = read_header(stream)
    if not dtype.hasobject:
        stream.seek(0)
        value: np.ndarray[Any, Any] = _npy.read_array(stream, allow_pickle=False)
    else:
        value = (_plain_data if plain_data_only else _main_classes).loads(stream.read())
        value = value.reshape(shape, order="F" if fortran_order else "C")
    freeze(value)
    return value.view()


def saved(array: np.ndarray[Any, Any]) -> bytes:
    """The file that ``np.save`` writes."""
    stream = io.BytesIO()
    _npy.write_array(stream, array, allow_pickle=True)
    return stream.getvalue()


def describe_array(array: np.ndarray[Any, Any]) -> tuple[Any, str, bool, tuple[int, ...], int, int]:
    """A contiguous array of the same elements, its descr, order, shape, address and size in bytes."""
    if array.dtype.hasobject:
        raise TypeError("an array of objects has no fixed bytes")
    flags = array.flags
    if not (flags.c_contiguous or flags.f_contiguous):
        array = array.copy(order="C")
        flags = array.flags
    dtype = array.dtype
    # For nearly all dtypes it is the result of numpy's function, which takes ten times as long.
    descr = repr(dtype.str if dtype.type in plain_scalars and dtype.metadata is None else _npy.dtype_to_descr(dtype))
    fortran_order = flags.f_contiguous and not flags.c_contiguous
    return array, descr, fortran_order, array.shape, array.__array_interface__["data"][0], array.nbytes
