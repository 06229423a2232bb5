"""What stands for a function where a method has its object."""

from __future__ import annotations

from typing import Any


class Anchor:
    """Has the tag and the name of a function on its own. Nobody else has it, so no argument can be taken for it."""

    __slots__ = ("__weakref__", "function")

    def __init__(self, function: Any) -> None:
        self.function = function
