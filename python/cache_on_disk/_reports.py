"""What the cache tells of itself, for people and programs."""

from __future__ import annotations

import dataclasses
import html
from typing import Any


@dataclasses.dataclass(frozen=True)
class Cleared:
    """What clearing did."""

    deleted: int
    """Files that were deleted."""
    left_alone: list[str]
    """``name: why``, for sound files that are not ours, and failures."""


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
    text: str = dataclasses.field(repr=False)

    def __str__(self) -> str:
        return self.text.rstrip("\n")


class Explanations(list):  # type: ignore[type-arg]
    """The explanations of all methods below an object, as a list; a table in a notebook."""

    @classmethod
    def of(cls, reports: list[dict[str, Any]]) -> Explanations:
        return cls(Explanation(**report) for report in reports)

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        names = ("method", "state", "type", "size", "age", "seconds_saved", "reason")
        head = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in names)
        rows = "".join("<tr>" + "".join(f"<td>{html.escape(_cell(getattr(e, name)))}</td>" for name in names) + "</tr>" for e in self)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


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


@dataclasses.dataclass(frozen=True)
class Statistics:
    """What happened below an object in this process."""

    methods: list[MethodStatistics]
    total: MethodStatistics
    untagged_calls: dict[str, int]
    """Calls of methods without a tag while something had one: perhaps a forgotten member."""
    troubles: dict[str, int]
    text: str = dataclasses.field(repr=False)

    @classmethod
    def of(cls, report: dict[str, Any]) -> Statistics:
        methods = [MethodStatistics(**method) for method in report["methods"]]
        return cls(methods, MethodStatistics(**report["total"]), report["untagged_calls"], report["troubles"], report["text"])

    def __str__(self) -> str:
        return self.text.rstrip("\n")

    def _repr_html_(self) -> str:
        names = [field.name for field in dataclasses.fields(MethodStatistics)]
        head = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in names)
        rows = "".join("<tr>" + "".join(f"<td>{html.escape(_cell(getattr(m, name)))}</td>" for name in names) + "</tr>"
                       for m in [*self.methods, self.total])
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
