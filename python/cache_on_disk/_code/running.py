"""Whether the text of a file is the code that runs, where the file is newer than the process."""

from __future__ import annotations

import types
from typing import Optional

from . import raw
from .code_objects import normalized
from .sources import Source, Stamp, cell_text, file_text, is_newer_than_process, quietly

_compiled: dict[str, tuple[Stamp, dict[str, set[str]]]] = {}


def is_believed(function: types.FunctionType, source: Source) -> bool:
    """Whether the source's text is what this function runs."""
    if not is_newer_than_process(source.stamp):
        return True
    if "@pytest_ar" in function.__globals__ or "@py_assert" in str(function.__code__.co_varnames):
        return True  # rewritten asserts: what runs is compiled from the text, but not as it stands
    return normalized(function.__code__) in _codes(source).get(function.__code__.co_name, ())


def _codes(source: Source) -> dict[str, set[str]]:
    """By name, all code objects that the text compiles to now."""
    known = _compiled.get(source.path)
    if known is not None and known[0] == source.stamp:
        return known[1]
    found: dict[str, set[str]] = {}
    code = _compile(source.path)
    stack = [code] if code is not None else []
    while stack:
        for inner in stack.pop().co_consts:
            if type(inner) is types.CodeType:
                stack.append(inner)
                found.setdefault(inner.co_name, set()).add(normalized(inner))
    _compiled[source.path] = (source.stamp, found)
    return found


def _compile(path: str) -> Optional[types.CodeType]:
    text = file_text(path) or cell_text(path)
    try:
        return None if text is None else quietly(lambda: compile(text, path, "exec", dont_inherit=True))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def module_runs(module: str, source: Source) -> bool:
    """Whether the functions of a module, as far as they can be seen, are those of the source's text."""
    if not is_newer_than_process(source.stamp):
        return True
    for value in list(raw.loaded(module).values()):
        functions = [value]
        if raw.is_a(value, type) and raw.class_module(value) == module:
            functions = list(raw.class_names(value).values())
        for function in functions:
            if type(function) is types.FunctionType and function.__code__.co_filename == source.path:
                if not is_believed(function, source):
                    return False
    return True
