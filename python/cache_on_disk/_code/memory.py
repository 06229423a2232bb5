"""Fingerprints that this process has made, and whether they still hold."""

from __future__ import annotations

import sys
import types
import weakref
from typing import Any, Callable, Iterable, NamedTuple, Optional, Union

from . import raw
from .result import Fingerprint, Unknown

_Reference = Callable[[], Any]


class Seen(NamedTuple):
    """A name as it was looked up: in a module's dictionary, in a class; or the code of a function."""

    names: object
    name: str
    value: object


class Made(NamedTuple):
    """A result, and what it rests on."""

    result: Union[Fingerprint, Unknown]
    reads: tuple[str, ...]
    checks: tuple[tuple[_Reference, str, _Reference], ...]


_made: dict[tuple[int, int], tuple[_Reference, _Reference, Made]] = {}


def recall(function: types.FunctionType, owner: Optional[type]) -> Optional[Made]:
    """What was found for a function and a class, if no name that was looked up means something else by now."""
    found = _made.get((id(function), id(owner)))
    if found is None or found[0]() is not function or found[1]() is not owner:
        return None
    for names, name, value in found[2].checks:
        holder = names()
        kind = type(holder)
        if kind is dict:
            now = holder.get(name)
        elif kind is types.FunctionType:
            now = holder.__code__
        else:
            now = None if holder is None else raw.class_names(holder).get(name)
        if now is not value():
            return None
    return found[2]


def remember(
    function: types.FunctionType,
    owner: Optional[type],
    result: Union[Fingerprint, Unknown],
    reads: Iterable[str],
    seen: Iterable[Seen],
    functions: Iterable[types.FunctionType],
) -> Made:
    """Keeps a result until the function or the class dies. `functions`: those through whose globals names were looked up."""
    globals_of = {id(f.__globals__): f for f in functions}
    checks = {(id(s.names), s.name): (_names(s.names, globals_of), s.name, _reference(s.value)) for s in seen}
    made = Made(result, tuple(sorted(reads)), tuple(checks.values()))
    key = (id(function), id(owner))

    def forget(dead: object) -> None:
        known = _made.get(key)
        if known is not None and (known[0] is dead or known[1] is dead):
            del _made[key]

    _made[key] = (_reference(function, forget), _reference(owner, forget), made)
    return made


def _names(names: object, globals_of: dict[int, types.FunctionType]) -> _Reference:
    """Dictionaries cannot be referred to weakly, so those of no module are by a function that has them."""
    if type(names) is not dict:
        return _reference(names)
    module = raw.text(names, "__name__")
    function = globals_of.get(id(names))
    if raw.module_names(sys.modules.get(module)) is names or function is None:
        return lambda: names
    reference = weakref.ref(function)
    return lambda: getattr(reference(), "__globals__", None)


def _reference(value: object, forget: Optional[Callable[[Any], None]] = None) -> _Reference:
    """Weak where it can be, so that nothing is kept alive."""
    try:
        return weakref.ref(value, forget)
    except TypeError:
        return lambda: value
