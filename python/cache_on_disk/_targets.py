"""The targets that callers name: an object, one of its cached methods, or a function on its own."""

from __future__ import annotations

import types
import weakref
from typing import Any, Callable, Iterable, Optional

from . import _core
from ._anchor import Anchor, carried
from ._disk_cacher import DiskCacher
from ._errors import InvalidTypeError, InvalidValueError, NotCachedError
from ._origins import bases_of, dict_of, name_of, qualname_of

# How to get the roots of objects that are sets of roots but do not hold them. None: the object is not such a set.
_sets: list[Callable[[Any], Optional[Iterable[Any]]]] = []

# Operations that give no names may work on several roots at once.
_look_into_sets = ("explain", "warm", "statistics", "refresh", "clear_cache")

_references = (weakref.ReferenceType, weakref.WeakMethod, *weakref.ProxyTypes)
_plain_callables = (types.MethodType, types.FunctionType, types.BuiltinFunctionType)


def is_class(value: Any) -> bool:
    return any(one is type for one in bases_of(type(value)))


def is_one_of(kind: type, kinds: tuple[Any, ...]) -> bool:
    """Whether a class is one of some, by identity: metaclasses may compare as they like."""
    return any(kind is one for one in kinds)


def described(value: Any) -> str:
    """A value as a message names it, without calling any code of its class."""
    kind = type(value)
    if is_class(value):
        return f"the class {qualname_of(value)}"
    if kind is types.ModuleType:
        return f"the module {types.ModuleType.__getattribute__(value, '__name__')}"
    if is_one_of(kind, (str, bytes, int, float, bool, type(None))):
        text = repr(value)
        return f"{kind.__name__} {text if len(text) <= 40 else text[:37] + '...'}" if value is not None else "None"
    name = value.__qualname__ if is_one_of(kind, _plain_callables) else ""
    kind_name = name_of(kind)
    article = "an" if kind_name[:1].lower() in "aeiou" else "a"
    return f"the {kind_name} {name}" if name else f"{article} {kind_name}"


def add_sets(roots_of: Callable[[Any], Optional[Iterable[Any]]]) -> None:
    """Make operations on a set of a certain kind work on each of its roots."""
    _sets.append(roots_of)


def roots_in(value: Any) -> Optional[list[Any]]:
    """The roots of a set of them that holds none; None for any other object."""
    for roots_of in _sets:
        roots = roots_of(value)
        if roots is not None:
            return list(roots)
    return None


def root_of(value: Any, what: str) -> Any:
    """The object whose tree is meant: the value itself, or the anchor of a cached function.

    Raises
    ------
    InvalidTypeError
        For what can hold no cached method, and for methods.
    InvalidValueError
        For a lambda or another nameless function: a second one would take its values.
    """
    value = carried(value)
    found = _core.callable_of(value)
    if found is not None:
        function, owner = found
        anchor = None if owner is not None else _core.anchor_of(function)
        if anchor is None:
            whose = "its object" if owner is not None else "an object of its class"
            raise InvalidTypeError(f"cache_on_disk: {what} takes {whose}, not the method {function.__qualname__}")
        if function.__qualname__.endswith("<lambda>") or not hasattr(function.__wrapped__, "__qualname__"):
            raise InvalidValueError(
                f"cache_on_disk: {what}: {described(function.__wrapped__)} has no name of its own for its values; "
                "DiskCacher(f).set_tag(tag, name) gives it one"
            )
        return anchor
    if is_one_of(type(value), _references):
        raise InvalidTypeError(
            f"cache_on_disk: {what} takes the object itself, not {described(value)} that refers to it"
        )
    if _core.holds_nothing(value):
        hint = "; tag an object of it" if is_class(value) else ""
        raise InvalidTypeError(
            f"cache_on_disk: {what} takes an object with methods under @cache_on_disk, an object or container made "
            f"of such, or a function under @cache_on_disk, not {described(value)}{hint}"
        )
    if what in _look_into_sets:
        roots = roots_in(value)
        if roots is not None:
            return roots
    return value


def _no_such_method(instance: Any, method: str) -> NotCachedError:
    import difflib

    known = [name for _, name in _core.methods_of(instance)]
    short = {name.rpartition(".")[2]: name for name in known}
    near = difflib.get_close_matches(method.rpartition(".")[2], short, n=2)
    hint = (
        f"did you mean {' or '.join(near)}?" if near else f"cached methods here: {', '.join(sorted(known)) or 'none'}"
    )
    return NotCachedError(f"cache_on_disk: a {name_of(type(instance))} has no cached method {method!r}; {hint}")


def cacher_of_name(instance: Any, method: str) -> DiskCacher:
    """The cacher of a method that is given by its name, or as "Class.method"."""
    if type(instance) is Anchor:
        raise InvalidTypeError(
            f"cache_on_disk: {instance.function.__qualname__} is a function: it has no method {method!r}"
        )
    function = None
    for cls in bases_of(type(instance)):
        attributes = dict_of(cls)
        if method in attributes:
            function = _core.method_behind(instance, attributes[method])
            break
    if function is None:
        function = next(
            (f for f, name in _core.methods_of(instance) if method in (name, name.rpartition(".")[2])), None
        )
    if function is None:
        raise _no_such_method(instance, method)
    return DiskCacher.of(function, instance)


def cacher_of(value: Any, what: str) -> Optional[DiskCacher]:
    """The cacher of a bound method or of a function on its own; None for any other object.

    Raises
    ------
    NotCachedError
        For a bound method that is not cached.
    InvalidTypeError
        For the method of a class, without an object.
    """
    found = _core.callable_of(value)
    if found is None:
        if type(value) is types.MethodType:
            raise NotCachedError(f"cache_on_disk: {described(value)} is not decorated with @cache_on_disk")
        return None
    function, owner = found
    if owner is None:
        owner = root_of(value, what)
    return DiskCacher.of(function, owner)


def cacher_named(root: Any, method: Any, what: str) -> DiskCacher:
    """The cacher of a method that is given by its name.

    Raises
    ------
    InvalidTypeError
        If that is not a name.
    NotCachedError
        If there is no such method; the message names similar ones.
    """
    if type(method) is not str:
        raise InvalidTypeError(
            f"cache_on_disk: {what} takes the name of a method behind an object, not {described(method)}; arguments "
            "of a call stand behind the method: object.method, argument"
        )
    return cacher_of_name(root_of(root, what), method)


def get_disk_cacher(instance: Any, method: Any = None) -> DiskCacher:
    """Return the cacher of a method of an object, or of a function under ``@cache_on_disk``; made if there is none yet.

    Parameters
    ----------
    instance : object, bound method or function
        The object. Without `method`: ``instance.method`` itself, or a function that is tagged itself.
    method : callable or str
        ``instance.method``, ``type(instance).method``, or the name of either; of a property the name. Other decorators may lie
        over it.

    Returns
    -------
    DiskCacher

    Raises
    ------
    NotCachedError
        An AttributeError, if the method is not decorated; the message names similar ones.
    InvalidTypeError
        If only an object is given.
    """
    if method is None:
        cacher = cacher_of(instance, "get_disk_cacher")
        if cacher is None:
            raise InvalidTypeError(f"cache_on_disk: get_disk_cacher takes a method behind {described(instance)}")
        return cacher
    instance = carried(instance)
    if isinstance(method, str):
        return cacher_of_name(instance, method)
    found = _core.callable_of(method)
    function = found[0] if found is not None else _core.method_behind(instance, method)
    if function is None:
        known = ", ".join(sorted(name for _, name in _core.methods_of(instance)))
        raise NotCachedError(
            f"cache_on_disk: {method!r} is not decorated with cache_on_disk; cached methods here: {known or 'none'}"
        )
    return DiskCacher.of(function, instance)
