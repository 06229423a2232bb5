"""What a fingerprint is."""

from __future__ import annotations

from typing import Iterable, NamedTuple, Union

kind = "py1"


class Part(NamedTuple):
    """One definition, constant or import that a value depends on."""

    label: str  # the qualname, without module: the same for a script, `-m`, an import, a notebook and code that moved
    hash: str  # 16 hex
    file: str  # the part as it is now stands there; "" where nobody knows
    line: int

    @property
    def text(self) -> str:
        """As metadata has it."""
        return f"{self.label}={self.hash}"


class Fingerprint(NamedTuple):
    """Of a method's code and all that it reaches."""

    kind: str  # fingerprints of different kinds cannot be compared
    digest: str  # 32 hex
    parts: tuple[Part, ...]  # in the order of label and hash

    @property
    def covers(self) -> list[str]:
        """What is watched, for people."""
        return [f"{part.label} ({part.file}:{part.line})" if part.file else part.label for part in self.parts]


class Unknown(NamedTuple):
    """The code has no fingerprint, so that changes of it cannot be told."""

    reason: str


class Change(NamedTuple):
    """How one part differs from what it was."""

    label: str
    what: str  # "changed", "new" or "gone"
    file: str
    line: int

    def __str__(self) -> str:
        place = f" ({self.file.rpartition('/')[2]}:{self.line})" if self.file else ""
        return {"changed": f"{self.label}{place} has changed", "new": f"{self.label}{place} is new"}.get(
            self.what, f"{self.label} is gone"
        )


def changed_parts(old: Iterable[str], new: Union[Fingerprint, Iterable[Part]]) -> list[Change]:
    """What tells a fingerprint from an earlier one.

    Parameters
    ----------
    old : iterable of str
        "label=hash", as `Part.text` has it. Both must be of the same kind.
    new : Fingerprint or iterable of Part

    Returns
    -------
    list of Change
        Changed parts first, then new ones, then those that are gone.
    """
    before: dict[str, set[str]] = {}
    for text in old:
        label, _, digest = text.rpartition("=")
        before.setdefault(label, set()).add(digest)
    now: dict[str, dict[str, Part]] = {}
    for part in new.parts if isinstance(new, Fingerprint) else new:
        now.setdefault(part.label, {})[part.hash] = part
    changes = []
    for label, parts in now.items():
        if before.get(label, parts.keys()) != parts.keys():
            part = next((p for h, p in parts.items() if h not in before[label]), next(iter(parts.values())))
            changes.append(Change(label, "changed", part.file, part.line))
    for label, parts in now.items():
        if label not in before:
            part = next(iter(parts.values()))
            changes.append(Change(label, "new", part.file, part.line))
    changes += [Change(label, "gone", "", 0) for label in before if label not in now]
    return changes
