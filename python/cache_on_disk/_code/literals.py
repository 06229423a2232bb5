"""Plain values: the text of a literal in a source, and of a value that lives."""

from __future__ import annotations

from typing import Optional

from .hashes import blake2b

_containers = (tuple, list, set, frozenset, dict)
scalars = (type(None), bool, int, float, complex, str, bytes)


def text(value: object, depth: int = 8) -> Optional[str]:
    """By type and `ascii`; sets and dictionaries sorted. None for what is not made of plain values of the very types."""
    kind = type(value)
    if any(kind is scalar for scalar in scalars):  # `in` would ask the type's metaclass
        return f"{kind.__name__}:{ascii(value)}"
    if depth == 0 or not any(kind is container for container in _containers) or len(value) > 10000:  # type: ignore[arg-type]
        return None
    if kind is dict:
        items = [(text(k, depth - 1), text(v, depth - 1)) for k, v in value.items()]  # type: ignore[attr-defined]
        if any(k is None or v is None for k, v in items):
            return None
        return "dict:{" + ",".join(sorted(f"{k}={v}" for k, v in items)) + "}"
    texts = [text(v, depth - 1) for v in value]  # type: ignore[attr-defined]
    known = [t for t in texts if t is not None]
    if len(known) < len(texts):
        return None
    if kind is set or kind is frozenset:
        known.sort()
    return f"{kind.__name__}:[" + ",".join(known) + "]"


def digest(literal: str) -> str:
    return blake2b(("value " + literal).encode("ascii"), digest_size=8).hexdigest()


def may_replace(live: str, literal: str) -> bool:
    """Whether the text of a value that lives may stand for a literal's: both are scalars of one type."""
    kind = literal.partition(":")[0]
    return live.partition(":")[0] == kind and kind not in ("tuple", "list", "set", "frozenset", "dict")
