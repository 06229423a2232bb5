"""The decorator ``cache_on_disk``."""

from __future__ import annotations

import functools
import os
from typing import Any, Callable, Optional, TypeVar, overload
from weakref import WeakSet

from . import _core
from ._disk_cacher import CacherList
from ._errors import InvalidTypeError, InvalidValueError
from ._origins import module_name, remember_program

_T = TypeVar("_T")  # a decorated method, or property, is of the type it was
_flag_coroutine = 0x80 | 0x100  # CO_COROUTINE, CO_ITERABLE_COROUTINE


# Cached functions, by their module and what stands before their name: how a class is found to hide its own.
defined_in: dict[tuple[str, str], WeakSet[Any]] = {}


class Options:
    """What the decorator was told."""

    def __init__(self, by_arguments: bool = False, writable: bool = False, version: int = 0, inherit: bool = False,
                 identity: Optional[str] = None) -> None:
        for name, value in (("by_arguments", by_arguments), ("writable", writable), ("inherit", inherit)):
            if not isinstance(value, bool):
                raise InvalidTypeError(f"cache_on_disk: {name} must be True or False, not {value!r}")
        if not isinstance(version, int) or isinstance(version, bool):
            raise InvalidTypeError(f"cache_on_disk: version must be a whole number, not {version!r}")
        if not 0 <= version < 2**32:
            raise InvalidValueError(f"cache_on_disk: version must lie between 0 and {2**32 - 1}, not be {version}")
        if identity is not None and not isinstance(identity, str):
            raise InvalidTypeError(f"cache_on_disk: identity must be text, not {identity!r}")
        if identity is not None and (not identity or not _is_utf8(identity)):
            raise InvalidValueError(f"cache_on_disk: identity must be some text in Unicode, not {identity!r}")
        self.by_arguments, self.writable, self.version = by_arguments, writable, version
        self.inherit, self.identity = inherit, identity


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_coroutine_function(function: Any) -> bool:
    while isinstance(function, functools.partial):
        function = function.func
    code = getattr(function, "__code__", None)
    return code is not None and bool(code.co_flags & _flag_coroutine)


def _writable_by_default() -> bool:
    text = os.environ.get("CACHE_ON_DISK_WRITABLE", "")
    if text.lower() in ("", "0", "false", "no", "off"):
        return False
    if text.lower() not in ("1", "true", "yes", "on"):
        _tell_of_unknown(text)
    return True


@functools.lru_cache(None)  # once
def _tell_of_unknown(text: str) -> None:
    from ._logging import log

    log(30, f"CACHE_ON_DISK_WRITABLE={text} is not known and counts as 1; known: 0, false, no, off, 1, true, yes, on")


def _place(function: Any) -> tuple[str, int]:
    """Where the function stands in its source, for messages."""
    code = getattr(function, "__code__", None)
    if code is None:
        return "?", 0
    return code.co_filename.encode(errors="backslashreplace").decode(), code.co_firstlineno


def cached_function(function: Callable[..., Any], options: Options, home: Optional[str] = None) -> Any:
    """Make the cached function around a callable; `home`: the main module that it came from by value."""
    cached = _core.CachedFunction(function)
    # As functools.wraps does; __wrapped__ is a part of the type.
    for name in functools.WRAPPER_ASSIGNMENTS:
        if hasattr(function, name):
            cached.__dict__[name] = getattr(function, name)
    cached.__dict__.update({name: value for name, value in vars(function).items() if name != "__wrapped__"}
                           if hasattr(function, "__dict__") else {})
    qualname = getattr(function, "__qualname__", None) or type(function).__qualname__
    module = getattr(function, "__module__", None) or type(function).__module__
    cached.__dict__.setdefault("__qualname__", qualname)
    cached.__dict__.setdefault("__name__", qualname.rpartition(".")[2])
    qualname = qualname.replace("/", "%2F")
    remember_program(module)
    origin = options.identity if options.identity is not None else home or module_name(module)
    defining = origin if options.identity is not None else f"{origin}.{qualname.rpartition('.')[0]}"
    asynchronous = None
    if _is_coroutine_function(function):
        from ._async import asynchronous_call, mark_coroutine_function

        asynchronous = asynchronous_call(cached)
        mark_coroutine_function(cached)
    _core.configure(cached, qualname, origin, defining, options.version, options.inherit, options.by_arguments,
                    options.writable or _writable_by_default(), asynchronous, options.identity is not None, *_place(function))
    cached.cacher_list = CacherList(cached)
    cached.__dict__["_options"] = options
    if home is not None:
        cached.__dict__["_home"] = home
    defined_in.setdefault((str(module), str(qualname).rpartition(".")[0]), WeakSet()).add(cached)
    return cached


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

    log(30, f"{target!r} is no function, so it is left as it is and not cached")
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
        raise InvalidTypeError(f"cache_on_disk: the decorator takes a function, not {f!r}; options are given by name, as in "
                               "@cache_on_disk(by_arguments=True)")
    if f is None:
        return lambda function: _decorate(function, options)
    return _decorate(f, options)
