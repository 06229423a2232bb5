"""The hash of a function whose source is not there, or is not what runs: its code object, without names of files and lines."""

from __future__ import annotations

import sys
import types

from .hashes import blake2b
from .outline import Unit
from .references import References

tag = f"{sys.implementation.name}-{sys.version_info[0]}{sys.version_info[1]}"  # of code objects that can be compared
_docstring_flag = 0x4000000  # CO_HAS_DOCSTRING, since 3.13


def _has_docstring(code: types.CodeType) -> bool:
    """The first constant of a function is its docstring, or None; since 3.13 only if a flag says so."""
    if sys.version_info >= (3, 13):
        return bool(code.co_flags & _docstring_flag)
    return not code.co_name.startswith("<")


def normalized(code: types.CodeType, depth: int = 20) -> str:
    """What a code object does, as text."""
    constants = []
    for index, value in enumerate(code.co_consts):
        if type(value) is types.CodeType:
            constants.append(normalized(value, depth - 1) if depth else "")
        elif index == 0 and (type(value) is str or value is None) and _has_docstring(code):
            constants.append("")
        else:
            constants.append(_constant(value))
    parts = (code.co_code.hex(), constants, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars,
             code.co_argcount, code.co_kwonlyargcount, code.co_posonlyargcount, code.co_flags & ~_docstring_flag)  # fmt: skip
    return ascii(parts)


def _constant(value: object) -> str:
    kind = type(value)
    if kind is frozenset:
        return "frozenset:" + ",".join(sorted(_constant(v) for v in value))  # type: ignore[attr-defined]
    if kind is tuple:
        return "tuple:" + ",".join(_constant(v) for v in value)  # type: ignore[attr-defined]
    return f"{kind.__name__}:{ascii(value)}"


def unit(code: types.CodeType) -> Unit:
    """As one of a source's."""
    found = References()
    for one in _all(code):
        found.names.update(one.co_names)
        found.attributes.update(one.co_names)
        if code.co_argcount:
            found.selfs.update(one.co_names)
    digest = blake2b(normalized(code).encode("ascii"), digest_size=8).hexdigest()
    return Unit("code", code.co_firstlineno, digest, found.plain(), "")


def _all(code: types.CodeType) -> list[types.CodeType]:
    found = [code]
    for one in found:
        found += [c for c in one.co_consts if type(c) is types.CodeType]
    return found
