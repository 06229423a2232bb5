"""What the cache tells of itself, for people and programs."""

from __future__ import annotations

import dataclasses
import html
from typing import Any


def _table(rows: list[Any], names: list[str]) -> str:
    head = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in names)
    cells = ("".join(f"<td>{html.escape(_cell(getattr(row, name)))}</td>" for name in names) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _fields(cls: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(cls)]


@dataclasses.dataclass(frozen=True)
class Cleared:
    """What clearing did."""

    deleted: int
    """Files that were deleted."""
    left_alone: list[str]
    """``name: why``, for sound files that are not ours, and failures."""

    def _repr_html_(self) -> str:
        return _table([self], _fields(Cleared))


@dataclasses.dataclass(frozen=True)
class Explanation:
    """Why the next call of a method would hit or miss."""

    state: str
    """``untagged``, ``off``, ``memory``, ``disk``, ``missing``, ``refresh``, ``by arguments`` or ``unusable``."""
    method: str
    path: str
    """The plain name; empty without a tag."""
    entry_path: str
    """The file that is really used, or will be."""
    reason: str
    type: str
    """As stored: ``npy <f8 2``, ``pickle``."""
    size: int
    """Of the file, in bytes."""
    age: float
    """Seconds since it was stored."""
    seconds_saved: float
    """What computing it took."""
    durable: bool
    unchecked: bool
    """A file without our trailer: nothing proves that it is whole."""
    troubles: dict[str, int]
    uncached: dict[str, int]
    """Calls under a tag that went without the cache, by the reason."""
    text: str = dataclasses.field(repr=False)

    def __str__(self) -> str:
        return self.text.rstrip("\n")

    def _repr_html_(self) -> str:
        return _table([self], [*_shown, "entry_path"])


_shown = ["method", "state", "type", "size", "age", "seconds_saved", "reason"]


class Explanations(list):  # type: ignore[type-arg]
    """The explanations of all methods below an object, as a list; a table in a notebook."""

    @classmethod
    def of(cls, reports: list[dict[str, Any]]) -> Explanations:
        return cls(Explanation(**report) for report in reports)

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return _table(self, _shown)


@dataclasses.dataclass(frozen=True)
class MethodStatistics:
    """What happened to one method in this process, summed over its objects."""

    method: str
    objects: int
    computed: int
    from_disk: int
    shared: int
    """Taken from another thread that got it meanwhile."""
    from_memory: int
    """Counted only while debug lines are logged: counting would slow a hit."""
    stored: int
    not_stored: int
    waited: int
    """Waits for another process."""
    bytes_read: int
    bytes_written: int
    seconds_computing: float
    seconds_saved: float

    def _repr_html_(self) -> str:
        return _table([self], _fields(MethodStatistics))


@dataclasses.dataclass(frozen=True)
class Statistics:
    """What happened below an object in this process."""

    methods: list[MethodStatistics]
    total: MethodStatistics
    untagged_calls: dict[str, int]
    """Calls of methods without a tag while something had one: perhaps a forgotten member."""
    uncached: dict[str, int]
    """Calls under a tag that went without the cache in this process, by ``method: why``."""
    troubles: dict[str, int]
    text: str = dataclasses.field(repr=False)

    @classmethod
    def of(cls, report: dict[str, Any]) -> Statistics:
        methods = [MethodStatistics(**method) for method in report["methods"]]
        return cls(methods, MethodStatistics(**report["total"]), report["untagged_calls"], report["uncached"], report["troubles"],
                   report["text"])

    def __str__(self) -> str:
        return self.text.rstrip("\n")

    def _repr_html_(self) -> str:
        return _table([*self.methods, self.total], _fields(MethodStatistics))
