"""The decorator ``cache_on_disk``."""

from __future__ import annotations

import functools
from typing import Any, Callable, Optional, TypeVar, overload

from . import _core
from ._errors import InvalidTypeError
from ._functions import Options, cached_function

_T = TypeVar("_T")  # a decorated method, or property, is of the type it was


def _decorate(target: Any, options: Options) -> Any:
    if isinstance(target, _core.CachedFunction):
        return target
    if isinstance(target, (staticmethod, classmethod)):
        return type(target)(_decorate(target.__func__, options))
    if isinstance(target, property):
        fget = target.fget if target.fget is None else _decorate(target.fget, options)
        return type(target)(fget, target.fset, target.fdel, target.__doc__)
    if isinstance(target, functools.cached_property):
        again = type(target)(_decorate(target.func, options))
        again.__doc__ = target.__doc__
        return again
    if callable(target) and not isinstance(target, type):
        return cached_function(target, options)
    from ._logging import log

    log(30, f"{target!r} is not a function, so it is left as it is and not cached")
    return target


@overload
def cache_on_disk(f: _T, /) -> _T: ...
@overload
def cache_on_disk(
    *,
    by_arguments: bool = False,
    writable: bool = False,
    version: int = 0,
    inherit: bool = False,
    identity: Optional[str] = None,
) -> Callable[[_T], _T]: ...
def cache_on_disk(
    f: Any = None,
    *,
    by_arguments: bool = False,
    writable: bool = False,
    version: int = 0,
    inherit: bool = False,
    identity: Optional[str] = None,
) -> Any:
    """Cache what a method returns on disk and in memory.

    Only use it for methods whose value never changes for a given dataset. Caching starts once `set_tag` has named the
    dataset for the object, or for one that the object is part of; before that calls go straight to the function. ::

        class Residuals:
            @cache_on_disk
            def modes(self):
                return reconstruct(self._slopes)

    Parameters
    ----------
    f : callable
        The function. ``@cache_on_disk`` and ``@cache_on_disk(...)`` both work, as does an ``async def``, whose awaited value
        is cached, and a property or cached_property, whose function is.
    by_arguments : bool
        Keep one value for each arguments; else the arguments of the call play no part. They may be numbers, text, bytes, enums,
        containers, arrays, dates, paths, quantities, frozen dataclasses, classes, functions, and objects with a method
        ``__cache_key__``, which returns any of these. A call with others is computed without the cache, and that is told once.
    writable : bool
        Give each call a value of its own, which it may change; else arrays are read-only (docs/python_values.md).
    version : int
        Raise it when the function gives other values: what older versions stored is replaced.
    inherit : bool
        Subclasses do not change the value, and share the stored one.
    identity : str
        Stands for the module (and, with `inherit`, the class) in what entries tell of their origin, so that code may move.

    Returns
    -------
    callable
        With the name, docstring and signature of `f`, which is its ``__wrapped__``.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        For options that make no sense.
    """
    options = Options(by_arguments, writable, version, inherit, identity)
    if isinstance(f, (str, bytes, bool, int, float, dict, list, tuple)):
        raise InvalidTypeError(
            f"cache_on_disk: the decorator takes a function, not {f!r}; options are given by name, as in "
            "@cache_on_disk(by_arguments=True)"
        )
    if f is None:
        return lambda function: _decorate(function, options)
    return _decorate(f, options)
