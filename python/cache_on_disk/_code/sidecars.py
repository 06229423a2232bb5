"""Outlines of source files, kept as JSON beside the entries of a cache.

A sidecar is named by the hash of the file's path. Its first line is a head: format, path, time and size of the source, and the hash
of the second line, the outline. It is data only. One that does not belong to this user, that others can write, that is damaged or of
another state of the source is as one that is not there; none of this is an error.
"""

from __future__ import annotations

import json
import os
import stat
import time
from typing import TYPE_CHECKING, Optional

from .hashes import blake2b
from .outline import Outline
from .result import kind

if TYPE_CHECKING:
    from .sources import Stamp

_format = 1
_largest = 20_000_000
_settled = 2.0  # seconds: a file may change again within one tick of its clock


def _name(path: str) -> str:
    return blake2b(os.fsencode(path), digest_size=16).hexdigest() + ".json"


def _is_private(found: os.stat_result, type_: int) -> bool:
    return stat.S_IFMT(found.st_mode) == type_ and found.st_uid in (os.geteuid(), 0) and not found.st_mode & 0o022


def load(directory: str, path: str, stamp: Stamp) -> Optional[Outline]:
    """The outline of a source in this state; None if its sidecar is missing or cannot be believed."""
    try:
        if not _is_private(os.stat(directory), stat.S_IFDIR):
            return None
        flags = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | os.O_NONBLOCK
        descriptor = os.open(os.path.join(directory, _name(path)), flags)
        with open(descriptor, "rb") as file:
            if not _is_private(os.fstat(descriptor), stat.S_IFREG):
                return None
            head, _, body = file.read(_largest).partition(b"\n")
        if json.loads(head) != _head(path, stamp, body):
            return None
        return Outline(*json.loads(body))
    except Exception:  # whatever stands there, it is as nothing
        return None


def save(directory: str, path: str, stamp: Stamp, outline: Outline) -> None:
    """Keeps an outline, if the file has been still for a while and the directory is private."""
    if time.time() - max(stamp.mtime_ns, stamp.ctime_ns) / 1e9 < _settled:
        return
    temporary = ""
    try:
        if not os.path.isdir(directory):
            os.mkdir(directory, 0o700)
        if not _is_private(os.stat(directory), stat.S_IFDIR):
            return
        body = json.dumps(outline, separators=(",", ":")).encode("ascii")
        head = json.dumps(_head(path, stamp, body)).encode("ascii")
        if len(body) + len(head) >= _largest:
            return
        name = os.path.join(directory, _name(path))
        temporary = os.path.join(directory, f".{_name(path)}.{os.getpid()}.{time.monotonic_ns()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(head + b"\n" + body)
        os.replace(temporary, name)
    except (OSError, ValueError, RecursionError, MemoryError):  # the source is read again next time
        if temporary:
            try:
                os.unlink(temporary)
            except OSError:
                pass


def _head(path: str, stamp: Stamp, body: bytes) -> list[object]:
    return [_format, kind, ascii(path), *stamp, blake2b(body, digest_size=16).hexdigest()]
