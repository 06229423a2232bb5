"""Checks of what users set, before the core sees it."""

from __future__ import annotations

import os
import sys
from typing import Any

from . import _core
from ._errors import InvalidTypeError, InvalidValueError


def checked_text(what: str, text: Any) -> str:
    """Text that can be written as UTF-8; what else it must be, the core knows."""
    if not isinstance(text, str):
        raise InvalidTypeError(f"cache_on_disk: the {what} must be text, not {type(text).__name__}: {text!r}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidValueError(f"cache_on_disk: the {what} {text!r} cannot be written as UTF-8") from None
    return str(text)


def checked_path(path: Any) -> bytes:
    """A directory as the operating system names it."""
    try:
        return os.fsencode(path)
    except TypeError:
        raise InvalidTypeError(f"cache_on_disk: the tmpdir must be a path, not {type(path).__name__}: {path!r}") from None
    except UnicodeEncodeError:
        raise InvalidValueError(f"cache_on_disk: the tmpdir {path!r} cannot be the name of a directory") from None


def use_tempfile_choice() -> None:
    """Tell the core of a directory that the program has chosen through the module tempfile."""
    tempfile = sys.modules.get("tempfile")
    chosen = getattr(tempfile, "tempdir", None)
    _core.prefer_tmpdir(b"" if chosen is None else os.path.abspath(os.fsencode(chosen)))
