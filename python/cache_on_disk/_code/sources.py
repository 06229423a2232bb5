"""The outlines of source files: from memory, from a sidecar, or read from the text of the file or notebook cell."""

from __future__ import annotations

import os
import stat
import sys
import warnings
from _thread import allocate_lock
from typing import Any, Callable, Mapping, NamedTuple, Optional, TypeVar

from . import raw, sidecars
from .outline import Outline

_T = TypeVar("_T")
largest = 1_000_000  # bytes; larger files are generated


class TooLarge(Exception):
    """A file that is not read."""


class Stamp(NamedTuple):
    """Tells one state of a file from another."""

    mtime_ns: int
    ctime_ns: int
    size: int


class Source(NamedTuple):
    """A file as it is now."""

    path: str
    stamp: Stamp
    outline: Outline


_lock = allocate_lock()  # of the standard library's, without its module
_known: dict[str, tuple[object, Optional[Source]]] = {}


def forget_all() -> None:
    """Nothing is known of any file."""
    with _lock:
        _known.clear()


def _linecache() -> Mapping[Any, Any]:
    """What linecache holds, if anybody has imported it."""
    cache = raw.loaded("linecache").get("cache")
    return cache if type(cache) is dict else {}


def cells() -> list[str]:
    """The names of all cells, in the order in which they came."""
    return [name for name in list(_linecache()) if type(name) is str and cell_text(name) is not None]


def stamp_of(path: str) -> Optional[Stamp]:
    """None for what is not a regular file."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return Stamp(found.st_mtime_ns, found.st_ctime_ns, found.st_size)


def source(path: str, directory: Optional[str]) -> Optional[Source]:
    """The outline of a file; None if it has no text, or its text is not Python.

    Raises
    ------
    TooLarge
    """
    stamp = stamp_of(path) if path.endswith((".py", ".pyw")) or not path.startswith("<") else None
    if stamp is None:
        return _of_cell(path)
    with _lock:
        known = _known.get(path)
    if known is not None and known[0] == stamp:
        return known[1]
    if stamp.size > largest:
        raise TooLarge(path)
    found = sidecars.load(directory, path, stamp) if directory else None
    if found is None:
        text = file_text(path)
        found = _outline(text) if text is not None and stamp_of(path) == stamp else None
        if found is not None and directory:
            sidecars.save(directory, path, stamp, found)
    made = None if found is None else Source(path, stamp, found)
    with _lock:
        _known[path] = (stamp, made)
    return made


def _of_cell(path: str) -> Optional[Source]:
    text = cell_text(path)
    if text is None:
        return None
    with _lock:
        known = _known.get(path)
    if known is not None and known[0] == text:
        return known[1]
    if len(text) > largest:
        raise TooLarge(path)
    found = _outline(text)
    made = None if found is None else Source(path, Stamp(0, 0, len(text)), found)
    with _lock:
        _known[path] = (text, made)
    return made


def cell_text(path: str) -> Optional[str]:
    """What linecache holds under a name; a loader that it would ask is not asked."""
    entry = _linecache().get(path)
    if type(entry) is not tuple or len(entry) != 4 or entry[1] is not None or type(entry[2]) is not list:
        return None
    lines = entry[2]
    return "".join(lines) if all(type(line) is str for line in lines) else None


def file_text(path: str) -> Optional[bytes]:
    try:
        with open(path, "rb") as file:
            return file.read(largest + 1)
    except OSError:
        return None


def _outline(text: object) -> Optional[Outline]:
    from .reading import outline  # brings `ast` along, which a program whose sidecars are there does not need

    try:
        return quietly(lambda: outline(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def quietly(parse: Callable[[], _T]) -> _T:
    """Without the warnings that the compiler gave when the file was imported.

    The filters of warnings belong to all threads, so they are left alone where there are others.
    """
    if len(sys._current_frames()) > 1:
        return parse()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return parse()


def process_start() -> float:
    """When this process began, in seconds as files have them; 0 if the system does not say."""
    try:
        with open("/proc/self/stat", "rb") as file:
            ticks = int(file.read().rpartition(b")")[2].split()[19])
        with open("/proc/stat", "rb") as file:
            boot = next(int(line.split()[1]) for line in file if line.startswith(b"btime"))
        return boot + ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, StopIteration):
        return 0.0


_began: list[float] = []


def is_newer_than_process(stamp: Stamp) -> bool:
    """Whether a file may have changed since this process read it. Clocks of file servers may be some seconds off.

    A forked child keeps what its parent found, whose modules it has.
    """
    if not _began:
        _began.append(process_start())
    return max(stamp.mtime_ns, stamp.ctime_ns) / 1e9 > _began[0] - 5.0
