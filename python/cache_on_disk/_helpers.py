"""Functions that the compiled half of the package calls, on slow paths only (helpers.hpp lists these and those of other modules)."""

from __future__ import annotations

import enum
from collections import deque
from functools import lru_cache
from typing import Any

import numpy as np

from ._logging import log
from ._origins import dict_of

lru_cache_type = type(lru_cache(len))
_warning = 30


_argument_parts: Any = None


def argument_parts(value: Any) -> Any:
    global _argument_parts
    if _argument_parts is None:  # imported for the first such argument, as the import takes long
        from ._argument_parts import argument_parts as parts

        _argument_parts = parts
    return _argument_parts(value)


def identity(value: Any) -> Any:
    return value


def is_enum(value: Any) -> bool:
    return issubclass(type(value), enum.Enum)


def class_dict(cls: type) -> dict[str, Any]:
    return dict(dict_of(cls))


def set_items(container: Any) -> list[Any]:
    return list((set if issubclass(type(container), set) else frozenset).__iter__(container))


def deque_items(container: Any) -> list[Any]:
    return list(deque.__iter__(container))


def tell_of_arguments(qualname: str, stored: str, given: str) -> None:
    log(
        _warning,
        f"{qualname} was computed for {stored} and is now called with {given}: the cache ignores "
        f"arguments, so both calls give the same value; @cache_on_disk(by_arguments=True) keeps one for each",
    )


def raise_unnamed(kind: str, why: str) -> None:
    from ._errors import InvalidTypeError

    raise InvalidTypeError(f"cache_on_disk: an argument of type {kind} cannot name a cached value: {why}")


def plain_key(key: Any) -> Any:
    """The key of a mapping as the exact int, bool, str or tuple that it equals; None if it is none of them."""
    if isinstance(key, (np.bool_, np.integer)):
        return None if isinstance(key, np.timedelta64) else key.item()
    if isinstance(key, int):
        return int.__int__(key)
    if isinstance(key, str):
        return str.__str__(key)
    return tuple(tuple.__iter__(key)) if isinstance(key, tuple) else None


def enum_key(key: enum.Enum) -> tuple[str, Any, Any]:
    """The class and name of a member of an enumeration, or None and the value of flags put together."""
    cls = type(key)
    name = key._name_
    return (cls.__name__, name, None) if name in cls.__members__ else (cls.__name__, None, key._value_)
