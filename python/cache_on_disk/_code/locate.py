"""Where functions and classes that live stand in their sources."""

from __future__ import annotations

import os
import types
from typing import Callable, NamedTuple, Optional

from . import code_objects, raw
from .notebooks import latest_first
from .outline import ClassUnit, Unit, units
from .running import is_believed, module_runs
from .sources import Source


class NotRunning(Exception):
    """The file of a class or module has changed, and what runs is what it was before."""


class Place(NamedTuple):
    """A unit and the file it is from."""

    unit: Unit
    path: str


def file_of(function: types.FunctionType) -> str:
    """The path of a function's file; a script may have been started by a relative one."""
    path = function.__code__.co_filename
    if os.path.isabs(path) or path.startswith("<"):
        return path
    whole = raw.text(function.__globals__, "__file__")
    return whole if os.path.basename(whole) == os.path.basename(path) else os.path.abspath(path)


def function_place(function: types.FunctionType, source: Callable[[str], Optional[Source]]) -> Place:
    """The unit of a function: from its source, or from its code object where the source is not there or not what runs."""
    code = function.__code__
    path = file_of(function)
    found = source(path)
    if found is not None:
        unit = _function_unit(function, found)
        if unit is not None and is_believed(function, found):
            return Place(unit, path)
    return Place(code_objects.unit(code), path if found is not None else "")


def _function_unit(function: types.FunctionType, found: Source) -> Optional[Unit]:
    """The definition with the function's qualname that is nearest to its line; decorators may have changed the qualname."""
    code = function.__code__
    qualname = raw.exact(function.__qualname__)
    table = found.outline.functions
    here = units(table, qualname)
    if not here or code.co_name != qualname.rpartition(".")[2]:
        here = [u for u in here if u.line == code.co_firstlineno]
    if not here:
        names = [name for name in table if name.rpartition(".")[2] == code.co_name]
        here = [u for name in names for u in units(table, name) if u.line == code.co_firstlineno]
    if not here:
        return None
    exact = [u for u in here if u.line == code.co_firstlineno]
    if len(exact) > 1:  # several lambdas in one line
        return Unit("function", exact[0].line, "+".join(sorted(u.hash for u in exact)), exact[0].data, "")
    return exact[0] if exact else min(here, key=lambda u: abs(u.line - code.co_firstlineno))


def class_place(cls: type, source: Callable[[str], Optional[Source]]) -> Optional[tuple[ClassUnit, str]]:
    """The definition of a class; None where its source cannot be found.

    Raises
    ------
    NotRunning
    """
    name, module = raw.qualname(cls), raw.class_module(cls)
    lines = []
    paths = []
    for value in list(raw.class_names(cls).values()):
        function = plain_function(value)
        if function is not None and raw.exact(function.__qualname__).rpartition(".")[0] == name:
            lines.append(function.__code__.co_firstlineno)
            paths.append(file_of(function))
    paths.append(raw.text(raw.loaded(module), "__file__"))
    if module == "__main__":
        paths += latest_first()
    for path in dict.fromkeys(paths):
        found = source(path) if path else None
        here = found.outline.class_units(name) if found is not None else []
        if found is not None and here:
            if not module_runs(module, found):
                raise NotRunning(path)
            return max(here, key=lambda u: sum(u.line <= line <= u.last_line for line in lines)), path
    return None


def plain_function(value: object) -> Optional[types.FunctionType]:
    """The function of a method, static method, property or cached method."""
    for _ in range(8):
        if type(value) is types.FunctionType:
            return value
        get = raw.accessors(value)
        found = [get[0]] if get is not None else raw.inside(value)
        if not found:
            return None
        value = found[0]
    return None
