"""Objects in the place of others: of a function where a method has its object, and of a root that goes to another process."""

from __future__ import annotations

from typing import Any


class Anchor:
    """Has the tag and the name of a function on its own. No caller has it, so no argument can be mistaken for it."""

    __slots__ = ("__weakref__", "function")

    def __init__(self, function: Any) -> None:
        self.function = function


class Carrier:
    """Base of the object that takes a root to another process (_portable.py); in this one it means the root itself."""

    __slots__ = ("root",)


def carried(value: Any) -> Any:
    """The root of a Carrier; any other value unchanged."""
    return value.root if issubclass(type(value), Carrier) else value
