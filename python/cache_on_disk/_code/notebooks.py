"""Statements of notebooks and interactive sessions: their module has no file, only cells."""

from __future__ import annotations

from typing import Optional

from .outline import Unit
from .sources import Source, cells, source


def binding(name: str, directory: Optional[str]) -> tuple[Optional[Source], list[Unit]]:
    """The latest cell that binds a name, and how."""
    for path in reversed(cells()):
        found = source(path, directory)
        if found is not None and name in found.outline.names:
            return found, found.outline.names[name]
    return None, []
