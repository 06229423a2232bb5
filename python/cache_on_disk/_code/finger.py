"""The fingerprint of a method."""

from __future__ import annotations

import os
import types
from typing import Optional, Union

from . import code_objects, raw, result
from .follow import Follower
from .hashes import blake2b
from .locate import NotRunning, plain_function
from .memory import Made, recall, remember
from .reach import TooMuch
from .result import Fingerprint, Unknown
from .sources import TooLarge, forget_all


def fingerprint(
    function: object, owner: Optional[type], sidecars: Union[str, os.PathLike[str], None] = None
) -> Union[Fingerprint, Unknown]:
    """What a method's value depends on, as far as its code says.

    Parameters
    ----------
    function : function
        Without its cache: ``Residuals.modes.__wrapped__``.
    owner : type or None
        The class of the object; None for a function that is not a method.
    sidecars : path or None
        A directory of the cache in which outlines of source files are kept; it is made if only its last part is missing, and used
        if nobody else may write to it. None: they are kept in memory alone.

    Returns
    -------
    Fingerprint or Unknown
        Never an exception. Results are kept as long as function and class live and no name that was followed means something else,
        so that all objects of a class pay once. Any thread may ask.
    """
    return _made(function, owner, sidecars).result


def parameters_read(
    function: object, owner: Optional[type], sidecars: Union[str, os.PathLike[str], None] = None
) -> tuple[str, ...]:
    """The attributes of the object that a method's code reads, itself or in methods that it calls: "nmodes", "config.gain".

    They are names in the code, sorted; whether the object has them, and whether their values are plain, is for the caller to see.
    Methods, properties and what they hide are not among them, but what they read is.
    """
    return _made(function, owner, sidecars).reads


def _made(function: object, owner: Optional[type], sidecars: Union[str, os.PathLike[str], None]) -> Made:
    try:
        plain = plain_function(function)
        if plain is None:
            return Made(Unknown("not written in Python"))
        return recall(plain, owner) or _make(plain, owner, None if sidecars is None else os.fspath(sidecars))
    except Exception as problem:  # whatever it is, a value is served or computed
        if sidecars is not None:  # one may hold nonsense under a sum that is right
            forget_all()
            return _made(function, owner, None)
        return Made(Unknown(f"its code could not be looked at ({type(problem).__name__})"))


def _make(function: types.FunctionType, owner: Optional[type], directory: Optional[str]) -> Made:
    follower = Follower(directory)
    try:
        follower.begin(function, owner)
        found: Union[Fingerprint, Unknown] = _fingerprint(follower)
    except (TooMuch, TooLarge):
        found = Unknown("too large, not checked")
    except NotRunning as problem:
        found = Unknown(f"{os.path.basename(str(problem))} has changed since this process imported it")
    reads = [r for r in follower.reads if not _is_code(r, owner)] if isinstance(found, Fingerprint) else []
    made = Made(found, reads)
    made.watch(follower.seen, follower.functions)
    remember(function, owner, made)
    return made


def _fingerprint(follower: Follower) -> Fingerprint:
    by_text = {(p.label, p.hash): p for p in sorted(follower.parts, key=lambda p: (p.label, p.hash, p.file, -p.line))}
    parts = tuple(by_text.values())
    digest = blake2b("\n".join(p.text for p in parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    kind = result.kind + ("+" + code_objects.tag if follower.uses_code_objects else "")
    return Fingerprint(kind, digest, parts)


def _is_code(path: str, owner: Optional[type]) -> bool:
    """Whether an attribute is a method or property, as the class has it."""
    name = path.partition(".")[0]
    for cls in raw.mro(owner) if owner is not None else ():
        if name in raw.class_names(cls):
            value = raw.class_names(cls)[name]
            return bool(raw.accessors(value)) or plain_function(value) is not None or raw.is_a(value, type)
    return False
