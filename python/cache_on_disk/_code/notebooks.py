"""Statements of notebooks and interactive sessions: their module has no file, only cells."""

from __future__ import annotations

from typing import Callable, Optional

from .outline import Unit
from .sources import Source, cells


def binding(name: str, source: Callable[[str], Optional[Source]]) -> tuple[Optional[Source], list[Unit]]:
    """The latest cell that binds a name, and how."""
    for path in reversed(cells()):
        found = source(path)
        if found is not None and name in found.outline.names:
            return found, found.outline.names[name]
    return None, []
