"""What stands for something else: for a function where a method has its object, and for a root that is on its way."""

from __future__ import annotations

from typing import Any


class Anchor:
    """Has the tag and the name of a function on its own. Nobody else has it, so no argument can be taken for it."""

    __slots__ = ("__weakref__", "function")

    def __init__(self, function: Any) -> None:
        self.function = function


class Carrier:
    """Base of what brings a root to another process (_portable.py); here it stands for the root itself."""

    __slots__ = ("root",)


def carried(value: Any) -> Any:
    """The root that a Carrier stands for; anything else as it is."""
    return value.root if issubclass(type(value), Carrier) else value
