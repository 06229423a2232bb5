"""What a piece of code refers to, as text that can be kept in a file."""

from __future__ import annotations

from typing import Any

# Chains are names joined by dots: "np.linalg.norm". Those of the first parameter go without its name: "gain.value". Of these,
# "x=" sets x, "()" makes another object of the class, "[]" uses an operator on the object, "*" hands the object on.
_kinds = (
    "names",  # chains of names that are not local
    "checks",  # the same, where only the name matters: isinstance, except
    "selfs",  # chains of the first parameter
    "reads",  # those of them that read a value, without the name of a method that is called on it
    "supers",  # attributes of super()
    "attributes",  # every name behind a dot, for objects whose class is not known
    "imports",  # imports inside a function: dots, module, ":" and name
    "globals",  # names declared global
)


class References:
    """Sets of names by kind."""

    __slots__ = _kinds

    names: set[str]
    checks: set[str]
    selfs: set[str]
    reads: set[str]
    supers: set[str]
    attributes: set[str]
    imports: set[str]
    globals: set[str]

    def __init__(self, **names: Any) -> None:
        for kind in _kinds:
            setattr(self, kind, set(names.get(kind, ())))

    def add(self, other: References) -> None:
        for kind in _kinds:
            getattr(self, kind).update(getattr(other, kind))

    def plain(self) -> dict[str, list[str]]:
        """As JSON has it."""
        return {kind: sorted(getattr(self, kind)) for kind in _kinds if getattr(self, kind)}


nothing = References()
