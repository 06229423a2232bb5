"""Reports on the cache, for people and programs."""

from __future__ import annotations

import dataclasses
from typing import Any, Iterable

from . import _core
from ._logging import printable

_sizes = ("size", "bytes_read", "bytes_written")
_durations = ("age", "seconds_saved", "seconds_computing")
_heads = {"bytes_read": "read", "bytes_written": "written", "seconds_computing": "computing", "seconds_saved": "saved"}


def _cell(name: str, value: Any) -> str:
    """A value as people read it; empty if it is zero or empty."""
    if value in (0, "", [], {}):
        return ""
    if name in _sizes:
        return str(_core.size_text(value))
    if name in _durations:
        return str(_core.duration_text(value))
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {text}" for key, text in value.items())
    return str(value)


def _escaped(text: str) -> str:
    import html  # here, because importing it takes longer than clearing a cache, and only notebooks need it

    return html.escape(text)


def _table(rows: list[Any], names: list[str]) -> str:
    """The first column, and the other columns that are not empty."""
    cells = [[_cell(name, getattr(row, name)) for row in rows] for name in names]
    told = [i for i, column in enumerate(cells) if i == 0 or any(column)]
    head = "".join(f"<th>{_heads.get(names[i], names[i].replace('_', ' '))}</th>" for i in told)
    lines = ("".join(f"<td>{_escaped(printable(cells[i][row]))}</td>" for i in told) for row in range(len(rows)))
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _fields(cls: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(cls)]


class _Readable:
    """Consoles show the text that ``print`` writes, and so do notebooks for what has no table."""

    text: str
    """The report of the core, in lines."""

    def __init_subclass__(cls) -> None:
        cls.__module__ = "cache_on_disk"  # where they can be imported from

    def __str__(self) -> str:
        return self.text.rstrip("\n")

    def _repr_html_(self) -> str:
        return f"<pre>{_escaped(str(self))}</pre>"

    def __repr__(self) -> str:
        return str(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


@dataclasses.dataclass(frozen=True, repr=False)
class Cleared(_Readable):
    """The result of clearing."""

    deleted: int
    """Files that were deleted."""
    left_alone: list[str]
    """``name: why``, for sound files of others, and for failures."""

    def __str__(self) -> str:
        head = f"{self.deleted} {'file' if self.deleted == 1 else 'files'} deleted"
        return "\n".join([head, *(f"  left alone: {name}" for name in self.left_alone)])


@dataclasses.dataclass(frozen=True, repr=False)
class Explanation(_Readable):
    """Why the next call of a method would hit or miss."""

    state: str
    """``untagged``, ``off``, ``memory``, ``disk``, ``missing``, ``refresh``, ``by arguments`` or ``unusable``."""
    method: str
    """``root.residuals.Residuals.modes``."""
    path: str
    """The path of the file by its plain name; empty without a tag."""
    entry_path: str
    """The file that is used, or will be: beside the plain one if that is another's."""
    reason: str
    """Why it is not stored, or not at the plain name."""
    type: str
    """As stored: ``npy <f8 2`` is an array of float64 with two dimensions; or ``pickle``."""
    size: int
    """Of the file, in bytes."""
    age: float
    """Seconds since it was stored; 0 if unknown."""
    seconds_saved: float
    """How long the computation took, in seconds."""
    durable: bool
    """It bears the durable mark: one check found it whole and on the disk."""
    unchecked: bool
    """A file without this package's trailer: nothing proves that it is whole."""
    troubles: dict[str, int]
    """Trouble with the tag directory or this file, and how often."""
    uncached: dict[str, int]
    """Calls under a tag that went without the cache, by the reason."""
    text: str
    """All of this in a few lines."""

    def _repr_html_(self) -> str:
        return _table([self], [*_shown, "entry_path"])


_shown = ["method", "state", "type", "size", "age", "seconds_saved", "reason", "uncached"]


class Explanations(_Readable, list):  # type: ignore[type-arg]
    """The explanations of all methods below an object, as a list; a table in a notebook."""

    def __init__(self, explanations: Iterable[Explanation] = (), text: str = "") -> None:
        super().__init__(explanations)
        self.text = text

    def _repr_html_(self) -> str:
        return _table(self, _shown)


@dataclasses.dataclass(frozen=True, repr=False)
class MethodStatistics(_Readable):
    """What happened to one method in this process, summed over its objects."""

    method: str
    """``Class.method``."""
    objects: int
    """Objects below the root that have this method."""
    computed: int
    """How often the function ran."""
    from_disk: int
    """Values read."""
    shared: int
    """Taken from another thread that got the value meanwhile."""
    from_memory: int
    """Counted only while debug lines are logged: counting would slow a hit."""
    stored: int
    """Values written."""
    not_stored: int
    """Values computed under a tag, but not stored."""
    waited: int
    """Waits for another process."""
    bytes_read: int
    """Of the values read."""
    bytes_written: int
    """Of the values stored."""
    seconds_computing: float
    """Seconds that the function ran, without those of the cached methods it asked for, which count there."""
    seconds_saved: float
    """Seconds that the values read from disk had taken to compute, counted in the same way."""

    def __str__(self) -> str:
        told = [(name, _cell(name, getattr(self, name))) for name in _fields(MethodStatistics)[1:]]
        return "\n".join(
            [self.method, *(f"  {_heads.get(name, name.replace('_', ' '))}: {text}" for name, text in told if text)]
        )

    def _repr_html_(self) -> str:
        return _table([self], _fields(MethodStatistics))


@dataclasses.dataclass(frozen=True, repr=False)
class Statistics(_Readable):
    """What happened below an object in this process."""

    methods: list[MethodStatistics]
    """In the order of their names."""
    total: MethodStatistics
    """Their sum."""
    untagged_calls: dict[str, int]
    """Calls of methods without a tag while something had one: perhaps a forgotten member."""
    uncached: dict[str, int]
    """Calls under a tag that went without the cache in this process, by ``method: why``."""
    troubles: dict[str, int]
    """Trouble with the tag directory and what lies in it, and how often."""
    text: str
    """All of this as a table."""

    def _repr_html_(self) -> str:
        table = _table([*self.methods, self.total], _fields(MethodStatistics))
        notes = ("without a tag: ", "trouble: ", "uncached: ")
        told = [line for line in str(self).splitlines() if line.startswith(notes)]
        return table + "".join(f"<div>{_escaped(line)}</div>" for line in told)


@dataclasses.dataclass(frozen=True, repr=False)
class Warmed(_Readable):
    """The result of `warm`."""

    computed: int
    """Values that were missing and are stored now (in memory too, where threads computed them)."""
    found: int
    """Values that were there already."""
    skipped: list[str]
    """Methods that cannot be called without arguments, which it cannot know."""
    errors: dict[str, BaseException]
    """By method: its exception, or why its value did not arrive from another process."""
    not_stored: dict[str, str] = dataclasses.field(default_factory=dict)
    """By method: why its computed value is not on disk."""

    def __str__(self) -> str:
        parts = [f"{self.computed} computed", f"{self.found} found"]
        if self.skipped:
            parts.append(f"{len(self.skipped)} skipped (they need arguments)")
        if self.not_stored:
            parts.append(f"{len(self.not_stored)} computed but not stored: {', '.join(self.not_stored)}")
        if self.errors:
            parts.append(f"{len(self.errors)} failed: {', '.join(self.errors)}")
        return f"<{'; '.join(parts)}>"

    def _repr_html_(self) -> str:
        return f"<pre>{_escaped(str(self)[1:-1])}</pre>"
