"""Messages go to the logging module of the standard library."""

from __future__ import annotations

import sys
from typing import Any, Optional

from . import _core

_name = "cache_on_disk"
_handler: Optional[Any] = None


def printable(text: str) -> str:
    """Escape control characters, line feeds and marks that reorder text: it may come from a file, which may be anybody's."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def logger_name() -> str:
    """Of the logger that messages go to."""
    return _name


def log(level: int, message: str) -> None:
    """Pass one message of the core on."""
    try:
        import logging
    except (ImportError, OSError):  # no descriptors left, say, by which modules are read
        sys.stderr.write(f"cache_on_disk: {message}\n")
        return
    logger = logging.getLogger(_name)
    if not logger.hasHandlers() and not message.startswith("cache_on_disk: "):
        message = f"cache_on_disk: {message}"  # goes to standard error, without a logger's name
    logger.log(level, "%s", printable(message))


def set_logfile(filename: Any, level: int = 10, name: str = "cache_on_disk") -> None:
    """Write what happens on cached methods to a file.

    Lines read ``2024-04-10:11:22:33.123 <tag> <instance>.<Class>.<method> <message>``. A second call replaces the first.

    Parameters
    ----------
    filename : path-like or None
        Appended to. None ends logging to a file.
    level : int
        As in `logging`. At ``logging.DEBUG`` this includes every hit in memory, which costs such a hit its speed.
    name : str
        Name of the logger; its records propagate as usual.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    global _name, _handler
    import logging

    fresh = None
    if filename is not None:
        fresh = logging.FileHandler(filename)
        fresh.setFormatter(logging.Formatter("%(asctime)s.%(msecs)03d %(message)s", datefmt="%Y-%m-%d:%H:%M:%S"))
        fresh.setLevel(level)
    if _handler is not None:
        logging.getLogger(_name).removeHandler(_handler)
        _handler.close()
    _name, _handler = name, fresh
    if fresh is not None:
        logging.getLogger(name).addHandler(fresh)
        logging.getLogger(name).setLevel(level)
    _core.log_from(min(level, logging.INFO) if fresh is not None else logging.INFO)
