"""Which calls and states a pickle of plain data may have: those of numbers, text, dates and numpy.

An allow-list of classes is not enough: a pickle may call them with any arguments and give them any state, and with a
forged state of a numpy dtype the interpreter takes bytes for addresses of objects.
"""

from __future__ import annotations

import math
import pickle
import re
from collections import deque
from decimal import Decimal
from typing import Any, Callable
from uuid import UUID

import numpy as np

containers = (list, tuple, dict, set, frozenset, bytes, bytearray, str, deque)
_encodings = ("latin1", "latin-1")  # in which pickles of protocol 2 have their bytes
_dtype_text = re.compile(r"[<>|=]?[A-Za-z]\d{0,9}(\[\d{0,9}[A-Za-z]{1,2}\])?")
_number = re.compile(r"[+-]?\d{1,4000}(/\d{1,4000})?")
longest_number = 4300  # digits: reading a decimal number takes time by the square of its length


class ForbiddenClass(pickle.UnpicklingError):
    """A pickle from elsewhere asks for more than plain data."""


def refuse(what: str) -> None:
    raise ForbiddenClass(f"only plain data is read from files of others, not {what}")


def _rebuilt(dtype: np.dtype[Any], state: Any) -> np.dtype[Any]:
    """The dtype that numpy itself makes of the description in a pickled state."""
    _, byte_order, subarray, names, fields, size = state[:6]
    parts = [subarray[0]] if subarray is not None else [fields[name][0] for name in names or ()]
    if not all(isinstance(part, np.dtype) for part in parts):  # of a text numpy would make a program, to be parsed
        refuse("a dtype of something else")
    if subarray is not None:
        return np.dtype((subarray[0], subarray[1]))
    if names is not None:
        offsets = [fields[name][1] for name in names]
        titles = [fields[name][2] if len(fields[name]) > 2 else None for name in names]
        return np.dtype(
            {"names": list(names), "formats": parts, "offsets": offsets, "titles": titles, "itemsize": size},
            align=dtype.isalignedstruct or bool(state[7] & 0x80),
        )
    if dtype.kind in "mM":
        unit, count = state[8][1][:2]
        return np.dtype(f"{byte_order if byte_order in '<>' else ''}{dtype.kind}8[{count}{unit.decode()}]")
    if dtype.hasobject or dtype.names is not None or dtype.subdtype is not None:
        return dtype
    return dtype.newbyteorder(byte_order) if byte_order in ("<", ">") else dtype


def _is_array_class(kind: Any) -> bool:
    """Whether it is a class of arrays whose states are checked: numpy's own, and those that find_class let pass."""
    return isinstance(kind, type) and issubclass(kind, np.ndarray) and not issubclass(kind, np.ma.MaskedArray)


def check_dtype(dtype: np.dtype[Any], state: Any) -> None:
    if type(state) is not tuple or len(state) < 8:
        refuse("a state that no dtype has")
    try:
        true = _rebuilt(dtype, state).__reduce__()[2]
    except Exception:
        true = None
    if type(true) is not tuple or true[1:] != state[1:]:
        refuse("a state that no dtype has")


def check_array(state: Any) -> None:
    if type(state) is not tuple or len(state) != 5 or not isinstance(state[2], np.dtype):
        refuse("a state that no array has")
    # numpy itself compares the number of bytes before it makes room, but not that of objects.
    if type(state[4]) is list:
        if type(state[1]) is not tuple or not all(type(extent) is int for extent in state[1]):
            refuse("a state that no array has")
        if math.prod(state[1]) != len(state[4]):
            refuse("an array of other objects than it has")


def _check_scalar(arguments: tuple[Any, ...]) -> None:
    if len(arguments) != 2 or not isinstance(arguments[0], np.dtype) or arguments[0].hasobject:
        refuse("a scalar without a value")
    if not isinstance(arguments[1], bytes):
        refuse("a scalar that is not made of bytes")


def _check_frombuffer(arguments: tuple[Any, ...]) -> None:
    fits = len(arguments) == 4 and isinstance(arguments[0], (bytes, bytearray)) and isinstance(arguments[1], np.dtype)
    if not fits:
        refuse("an array that is not made of bytes")


def _check_reconstruct(arguments: tuple[Any, ...]) -> None:
    fits = len(arguments) == 3 and _is_array_class(arguments[0])
    if not fits or arguments[1] != (0,) or arguments[2] not in (b"b", "b"):
        refuse("an array that is more than empty before it gets its state")


def _check_masked_reconstruct(arguments: tuple[Any, ...]) -> None:
    if len(arguments) != 4 or arguments[0] is not np.ma.MaskedArray or arguments[1] is not np.ndarray:
        refuse("a masked array of another class")
    _check_reconstruct((np.ndarray, arguments[2], arguments[3]))


def _check_masked_call(arguments: tuple[Any, ...]) -> None:
    # As the C++ library writes it: data and mask.
    if len(arguments) != 2 or not all(type(part) is np.ndarray and not part.dtype.hasobject for part in arguments):
        refuse("a masked array that is not made of data and mask")


def _check_nothing(arguments: tuple[Any, ...]) -> None:
    if arguments:
        refuse("numpy.ma.masked or a UUID with arguments")


def check_masked(state: Any) -> None:
    if type(state) is not tuple or len(state) != 7:
        refuse("a state that no masked array has")
    check_array(state[:5])
    dtype, mask, fill_value = state[2], state[5], state[6]
    if dtype.hasobject or not isinstance(state[4], bytes) or not isinstance(mask, bytes):
        refuse("a masked array that is not made of bytes")
    if not isinstance(fill_value, (type(None), bool, int, float, complex, str, bytes, np.generic)):
        if type(fill_value) is not np.ndarray or fill_value.dtype.hasobject or fill_value.ndim:
            refuse("a masked array that is filled with something other than a number or text")


def check_uuid(state: Any) -> None:
    fits = type(state) is dict and type(state.get("int")) is int and 0 <= state["int"] < 1 << 128
    if not fits or not set(state) <= {"int", "is_safe"} or state.get("is_safe") not in (None, 0, -1):
        refuse("a state that no UUID has")


def _check_instance(arguments: tuple[Any, ...]) -> None:
    # copyreg._reconstructor(class, object, None): how protocols 0 and 1 make what later ones make by an opcode.
    fits = len(arguments) == 3 and isinstance(arguments[0], type) and arguments[1] is object and arguments[2] is None
    if not fits or arguments[0] is not UUID and arguments[0].__module__.partition(".")[0] != "astropy":
        refuse("an instance of another class")


def _check_object(arguments: tuple[Any, ...]) -> None:
    refuse("an object of no class")


def _check_encode(arguments: tuple[Any, ...]) -> None:
    if len(arguments) != 2 or arguments[1] not in _encodings:
        refuse("a text in another encoding than that of pickled bytes")


def _check_bytes(arguments: tuple[Any, ...]) -> None:
    if len(arguments) > 1:
        _check_encode(arguments)


def _check_dtype_call(arguments: tuple[Any, ...]) -> None:
    # Mostly all else is in the state; the C++ library writes it here. Of another text numpy would make a program, to be
    # parsed, and of other arguments warnings.
    text, *flags = arguments or (None,)
    if not _is_described(text, 0) or not all(flag in (0, 1) for flag in flags):
        refuse("a dtype that no dtype calls itself")


def _is_described(descr: Any, depth: int) -> bool:
    """Whether it is the text of a dtype, or a list of the names, formats and shapes of fields."""
    if isinstance(descr, str):
        return _dtype_text.fullmatch(descr) is not None
    if type(descr) is not list or not descr or depth > 8:
        return False
    for field in descr:
        if type(field) is not tuple or len(field) not in (2, 3) or type(field[0]) is not str:
            return False
        if not _is_described(field[1], depth + 1):
            return False
        if len(field) == 3 and not (type(field[2]) is tuple and all(type(extent) is int for extent in field[2])):
            return False
    return True


def _check_number(arguments: tuple[Any, ...]) -> None:
    if any(isinstance(a, Decimal) or type(a) is str and not _number.fullmatch(a) for a in arguments):
        refuse("a fraction that is long to work out")


def _check_int(arguments: tuple[Any, ...]) -> None:
    texts = [a for a in arguments if isinstance(a, (str, bytes, bytearray))]
    if any(isinstance(a, Decimal) for a in arguments) or any(len(a) > longest_number for a in texts):
        refuse("an integer that is long to work out")


def _check_text(arguments: tuple[Any, ...]) -> None:
    if not all(isinstance(a, (str, bytes, bytearray)) for a in arguments):
        refuse("a text that is printed, not read")
    _check_bytes(arguments)


checks: dict[str, Callable[[tuple[Any, ...]], None]] = {
    "scalar": _check_scalar,
    "_reconstruct": _check_reconstruct,
    "_frombuffer": _check_frombuffer,
    "encode": _check_encode,
    "Fraction": _check_number,
    "_mareconstruct": _check_masked_reconstruct,
    "MaskedArray": _check_masked_call,
    "MaskedConstant": _check_nothing,
    "_reconstructor": _check_instance,
    "UUID": _check_nothing,
    "object": _check_object,
    "int": _check_int,
    "str": _check_text,
    "bytes": _check_bytes,
    "bytearray": _check_bytes,
    "dtype": _check_dtype_call,
}
