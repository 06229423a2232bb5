"""Cached functions: how one is made around a callable, and the list of its objects' cachers."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from typing import Any, Callable, Iterator, Optional
from weakref import WeakSet

from . import _core
from ._errors import InvalidTypeError, InvalidValueError
from ._origins import module_name, remember_program

_flag_coroutine = 0x80 | 0x100  # CO_COROUTINE, CO_ITERABLE_COROUTINE
# Cached functions, by their module and the part of their qualified name before the last dot: to find those that a class hides.
defined_in: dict[tuple[str, str], WeakSet[Any]] = {}


class CacherList(Mapping[Any, Any]):
    """The cachers of one decorated method, by object: ``Residuals.modes.cacher_list[residuals]``.

    Objects are told apart by identity. One that is not in it gets its cacher when it is asked for.
    """

    cacher_of: Callable[[Any, Any], Any]
    """The cacher of a function for an object: `_disk_cacher` provides it."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def __getitem__(self, instance: Any) -> Any:
        return CacherList.cacher_of(self._function, instance)

    def __iter__(self) -> Iterator[Any]:
        return iter(_core.objects_of(self._function))

    def __len__(self) -> int:
        return len(_core.objects_of(self._function))

    def __contains__(self, instance: Any) -> bool:
        return any(known is instance for known in _core.objects_of(self._function))

    def get(self, instance: Any, default: Any = None) -> Any:
        """The cacher of an object that has one, or the default."""
        return self[instance] if instance in self else default

    def pop(self, instance: Any, *default: Any) -> Any:
        """The cacher of an object, which is without a tag from now on."""
        if instance not in self:
            if default:
                return default[0]
            raise KeyError(instance)
        cacher = self[instance]
        cacher.set_tag(None)
        return cacher

    def clear(self) -> None:
        """Take the tag away from all objects."""
        for instance in self:
            self[instance].set_tag(None)

    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def __repr__(self) -> str:
        return f"<cachers of {self._function.__qualname__}>"

    def __deepcopy__(self, memo: Any) -> CacherList:
        return self

    def __copy__(self) -> CacherList:
        return self


class Options:
    """The arguments of the decorator."""

    def __init__(
        self,
        by_arguments: bool = False,
        writable: bool = False,
        version: int = 0,
        inherit: bool = False,
        identity: Optional[str] = None,
    ) -> None:
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
    """The place of the function in its source, for messages."""
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
    more = vars(function) if hasattr(function, "__dict__") else {}
    cached.__dict__.update({name: value for name, value in more.items() if name != "__wrapped__"})
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
    file, line = _place(function)
    _core.configure(
        cached,
        qualname=qualname,
        module=origin,
        defining_class=defining,
        has_identity=options.identity is not None,
        version=options.version,
        inherit=options.inherit,
        by_arguments=options.by_arguments,
        writable=options.writable or _writable_by_default(),
        asynchronous=asynchronous,
        file=file,
        line=line,
    )
    cached.cacher_list = CacherList(cached)
    cached.__dict__["_options"] = options
    if home is not None:
        cached.__dict__["_home"] = home
    defined_in.setdefault((str(module), str(qualname).rpartition(".")[0]), WeakSet()).add(cached)
    return cached
