"""Statements of notebooks and interactive sessions: their module has no file, only cells."""

from __future__ import annotations

from typing import Callable, Optional

from . import raw
from .outline import Unit, units
from .sources import Source, cell_text, cells


def latest_first() -> list[str]:
    """The names of all cells, the one that ran last first.

    A cell that is run again keeps its name; IPython's list of inputs tells the order. A cell with magics in it is another text
    there than here: it is taken to have run after the one before it.
    """
    history = raw.loaded("__main__").get("_ih")
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for index, text in enumerate(history if type(history) is list else ()):
        if type(text) is str:
            first.setdefault(text.strip(), index)
            last[text.strip()] = index
    ranks: list[tuple[float, int, str]] = []
    before = -1.0
    for order, path in enumerate(cells()):
        text = (cell_text(path) or "").strip()
        before = first.get(text, before)
        ranks.append((last.get(text, before + 0.5), order, path))
    return [path for _, _, path in sorted(ranks, reverse=True)]


def binding(name: str, source: Callable[[str], Optional[Source]]) -> tuple[Optional[Source], list[Unit]]:
    """The latest cell that binds a name, how it does, and how later cells change it."""
    bound: list[Unit] = []
    for path in latest_first():
        found = source(path)
        here = [] if found is None else units(found.outline.names, name)
        bound = here + bound
        if any(unit.kind != "change" for unit in here):
            return found, bound
    return None, []
