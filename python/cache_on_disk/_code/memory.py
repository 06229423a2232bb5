"""Fingerprints that this process has made, and whether they still hold.

A fingerprint holds as long as every name that was looked up for it means the same object. Objects are told apart by their addresses:
those that die take the fingerprint with them, so that no other can take their place unseen; only those that cannot be referred to
weakly (numbers, texts, lists) are kept alive for it.
"""

from __future__ import annotations

import sys
import types
import weakref
from operator import attrgetter, itemgetter
from typing import Any, Callable, Iterable, NamedTuple, Optional, Union

from . import raw
from .result import Fingerprint, Unknown

_Reference = Callable[[], Any]
_code_of = attrgetter("__code__")


class Seen(NamedTuple):
    """A name as it was looked up: in a module's dictionary, or in a class."""

    names: object
    name: str
    value: object


class Made:
    """A result, and what it rests on."""

    def __init__(self, result: Union[Fingerprint, Unknown], reads: Iterable[str] = ()) -> None:
        self.result = result
        self.reads = tuple(sorted(reads))
        self.holds = True
        self.functions: list[_Reference] = []
        self.codes: list[int] = []
        self.lookups: list[tuple[_Reference, Callable[[Any], tuple[Any, ...]], list[int]]] = []
        self.kept: list[object] = []  # objects and weak references

    def still_holds(self) -> bool:
        """Whether nothing that was looked at has been replaced."""
        if not self.holds:
            return False
        try:
            if list(map(id, map(_code_of, [f() for f in self.functions]))) != self.codes:
                return False
            for names, get, ids in self.lookups:
                if list(map(id, get(names()))) != ids:
                    return False
        except (KeyError, TypeError, AttributeError):  # a name or what had it is gone
            return False
        return True

    def watch(self, seen: Iterable[Seen], functions: Iterable[types.FunctionType]) -> None:
        """`functions`: those whose code counts, and through whose globals names were looked up."""
        weak = weakref.ref(self)

        def died(_: object) -> None:
            made = weak()
            if made is not None:
                made.holds = False

        globals_of: dict[int, types.FunctionType] = {}
        for function in functions:
            globals_of[id(function.__globals__)] = function
            self.functions.append(weakref.ref(function, died))
            self.codes.append(id(function.__code__))
            self.kept.append(weakref.ref(function.__code__, died))
        by_names: dict[int, tuple[object, dict[str, int]]] = {}
        for names, name, value in seen:
            by_names.setdefault(id(names), (names, {}))[1][name] = id(value)
            try:
                self.kept.append(weakref.ref(value, died))
            except TypeError:
                self.kept.append(value)
        for names, ids in by_names.values():
            texts = list(ids) * 2 if len(ids) == 1 else list(ids)  # of one name itemgetter makes no tuple
            self.lookups.append((_reference(names, globals_of), itemgetter(*texts), [ids[t] for t in texts]))


def _reference(names: Any, globals_of: dict[int, types.FunctionType]) -> _Reference:
    """Gives the dictionary of a module or class. A dictionary that does not belong to a loaded module is found by
    a function that has it as its globals."""
    if type(names) is not dict:
        cls = weakref.ref(names)
        return lambda: raw.class_names(cls())  # type: ignore[arg-type]
    module = raw.text(names, "__name__")
    holder = globals_of.get(id(names))
    if raw.module_names(sys.modules.get(module)) is names or holder is None:
        return lambda: names
    function = weakref.ref(holder)
    return lambda: getattr(function(), "__globals__", None)


_made: dict[tuple[int, int], tuple[_Reference, _Reference, Made]] = {}


def recall(function: types.FunctionType, owner: Optional[type]) -> Optional[Made]:
    """What was found for a function and a class, if no name that was looked up means something else by now."""
    found = _made.get((id(function), id(owner)))
    if found is not None and found[0]() is function and found[1]() is owner and found[2].still_holds():
        return found[2]
    return None


def remember(function: types.FunctionType, owner: Optional[type], made: Made) -> None:
    """Keeps a result until the function or the class dies."""
    key = (id(function), id(owner))

    def forget(dead: object) -> None:
        known = _made.get(key)
        if known is not None and (known[0] is dead or known[1] is dead):
            del _made[key]

    of_class: _Reference = (lambda: None) if owner is None else weakref.ref(owner, forget)
    _made[key] = (weakref.ref(function, forget), of_class, made)
