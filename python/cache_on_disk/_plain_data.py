"""Unpickling what must not be believed: plain data only, never code."""

from __future__ import annotations

import io
import pickle
from typing import Any

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


class ForbiddenClass(pickle.UnpicklingError):
    """A pickle from elsewhere asks for more than plain data."""


def _is_allowed(module: str, name: str) -> bool:
    if module == "__builtin__":  # as Python 2 and protocol 2 call it
        module = "builtins"
    if name in _allowed.get(module, ()):
        return True
    package, _, last = module.rpartition(".")
    return package in ("numpy.core", "numpy._core") and name in _numpy_internals.get(last, ())


class PlainDataUnpickler(pickle.Unpickler):
    """Knows the classes of plain data and refuses all others before they are imported."""

    def find_class(self, module: str, name: str) -> Any:
        if _is_allowed(module, name):
            return super().find_class(module, name)
        raise ForbiddenClass(f"only plain data is read from files of others, and {module}.{name} is none")


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
    return PlainDataUnpickler(io.BytesIO(bytes(data))).load()
