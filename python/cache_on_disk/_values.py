"""What is kept and stored for a computed value, and how stored ones come back."""

from __future__ import annotations

import copy
import io
import pickle
import types
from typing import Any

import numpy as np

from . import _plain_data

# Without types in the stubs of numpy before 2.3.
_npy: Any = np.lib.format
_used_up = (types.GeneratorType, types.AsyncGeneratorType, types.CoroutineType)
_immutable = (int, float, complex, str, bytes, bool, type(None))
_bytes_of_array: Any = np.ndarray.nbytes.__get__  # what no class derived from it can override
_large = 1 << 20
_small = 2048


def settle(value: Any, exclusive: bool, owner: Any) -> tuple[Any, Any, str, bool]:
    """Turn what a function returned into what every caller gets, now and later.

    Parameters
    ----------
    value : object
        What the function returned.
    exclusive : bool
        For arrays: nobody else can reach their memory.
    owner : object
        The object whose method it was.

    Returns
    -------
    kept : object
        Not to be changed by anybody: a read-only array on memory of its own, or what the pickle gives back.
    encoded : ndarray, bytes or None
        What to store; None: nothing.
    refusal : str
        Why nothing is stored.
    keep : bool
        Whether it may stay in memory.
    """
    kind = type(value)
    if kind is np.ndarray and not value.dtype.hasobject:
        if 0 < value.nbytes <= _small and value.flags.forc:
            # In half the memory of an array and a view of it.
            order: Any = "C" if value.flags.c_contiguous else "F"
            kept: Any = np.ndarray(value.shape, value.dtype, value.tobytes(order), order=order)
            return kept, kept, "", True
        if not exclusive:
            value = value.copy(order="K")
        freeze(value)
        return value.view(), value, "", True
    if isinstance(value, _used_up):
        return value, None, f"a {kind.__name__} can be used once only, so it is handed out and not cached", False
    if kind in _immutable:
        return value, pickle.dumps(value, protocol=4), "", True
    try:
        encoded = saved(value) if kind is np.ndarray else _pickled(value)
        # What comes back shares nothing with what the function, its object or the caller may still change, and holds
        # no reference to the object, which stays collectable.
        kept = load_npy(encoded, False) if kind is np.ndarray else load_pickle(encoded, False)
    except Exception as error:
        return value, None, f"{type(error).__name__}: {error}", not _leads_to(value, owner)
    return kept, encoded, "", True


def _pickled(value: Any) -> bytes:
    # Protocol 4 is read by older Pythons; 5 spares a copy of a large array of a class of its own, such as a quantity.
    large = issubclass(type(value), np.ndarray) and _bytes_of_array(value) > _large
    return pickle.dumps(value, protocol=5 if large else 4)


def _leads_to(value: Any, owner: Any) -> bool:
    """Whether a value that no pickle can copy may keep its object alive."""
    import gc

    waiting = [value]
    seen = set()
    while waiting:
        current = waiting.pop()
        if current is owner:
            return True
        if id(current) in seen or isinstance(current, (type, types.ModuleType)):
            continue
        seen.add(id(current))
        if len(seen) > 10_000:
            return True
        if isinstance(current, types.FunctionType):  # its globals are the whole module
            waiting += [current.__closure__, current.__defaults__, current.__dict__]
        else:
            waiting += gc.get_referents(current)
    return False


def freeze(value: np.ndarray[Any, Any]) -> None:
    """Make an array of our own, the arrays it is a view of, and a mask, read-only."""
    array: Any = value
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            array.flags.writeable = False
        mask = getattr(array, "_mask", None)
        if isinstance(mask, np.ndarray) and mask.ndim and mask.flags.writeable:
            mask.flags.writeable = False
        array = array.base


class _Form:
    """An array on elements that another object holds, as numpy takes it."""

    def __init__(self, base: Any, interface: dict[str, Any]) -> None:
        self.base = base
        self.__array_interface__ = interface


def array_in_form(array: np.ndarray[Any, Any], address: int, shape: tuple[int, ...], strides: tuple[int, ...],
                  dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """A read-only array on an array's elements, in a form that it had before a caller changed it."""
    interface = {"version": 3, "data": (address, True), "shape": shape, "strides": strides, "typestr": dtype.str}
    again = np.asarray(_Form(array if array.base is None else array.base, interface))
    return again if again.dtype == dtype else again.view(dtype)


def private_copy(value: Any) -> Any:
    """Copy a kept value for a caller who may change it."""
    if type(value) is np.ndarray and not value.dtype.hasobject:
        return value.copy(order="K")
    return copy.deepcopy(value)


def load_pickle(data: Any, plain_data_only: bool) -> Any:
    """Read a pickled value; arrays come back read-only."""
    value = _plain_data.loads(data) if plain_data_only else pickle.loads(data)
    if isinstance(value, np.ndarray):
        freeze(value)
        if type(value) is np.ndarray:
            return value.view()
    return value


def load_npy(data: Any, plain_data_only: bool) -> np.ndarray[Any, Any]:
    """Read an .npy payload that is not a plain block of memory: arrays of objects."""
    stream = io.BytesIO(bytes(data))
    if not plain_data_only:
        value: np.ndarray[Any, Any] = _npy.read_array(stream, allow_pickle=True)
    else:
        version = _npy.read_magic(stream)
        read_header = _npy.read_array_header_1_0 if version == (1, 0) else _npy.read_array_header_2_0
        shape, fortran_order, dtype = read_header(stream)
        if not dtype.hasobject:
            stream.seek(0)
            value = _npy.read_array(stream, allow_pickle=False)
        else:
            value = _plain_data.loads(stream.read())
            value = value.reshape(shape, order="F" if fortran_order else "C")
    freeze(value)
    return value.view()


def dtype_from_descr(text: str) -> np.dtype[Any]:
    """The dtype of a descr as it stands in an .npy header."""
    import ast

    dtype: np.dtype[Any] = _npy.descr_to_dtype(ast.literal_eval(text))
    return dtype


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
    descr = repr(_npy.dtype_to_descr(array.dtype))
    fortran_order = flags.f_contiguous and not flags.c_contiguous
    return array, descr, fortran_order, array.shape, array.__array_interface__["data"][0], array.nbytes


def argument_value(value: Any) -> Any:
    """An argument as one that can name an entry: exact built-in types and arrays; None if it cannot."""
    if isinstance(value, np.generic):
        plain = value.item()
        return plain if type(plain) in _immutable else np.asarray(value)
    if type(value) is np.ndarray:
        return None if value.dtype.hasobject else value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes):
        return bytes(memoryview(value))
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    return complex(value.real, value.imag) if isinstance(value, complex) else None
