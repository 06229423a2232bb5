"""Checks of the settings that users give, before the core gets them."""

from __future__ import annotations

import os
import sys
from typing import Any

from . import _core
from ._errors import InvalidTypeError, InvalidValueError


def checked_text(what: str, text: Any) -> str:
    """Check that it is text and can be written as UTF-8; the core checks the rest."""
    if not isinstance(text, str):
        raise InvalidTypeError(f"cache_on_disk: the {what} must be text, not {type(text).__name__}: {text!r}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidValueError(f"cache_on_disk: the {what} {text!r} cannot be written as UTF-8") from None
    return str(text)


def tag_text(tag: Any) -> str:
    """The text of a tag: the characters of a str of any class; of another object its `str`, if its class defines one."""
    if isinstance(tag, str):
        return checked_text("tag", str.__str__(tag))
    kind = type(tag)
    if isinstance(tag, (bytes, bytearray, memoryview)) or kind in (list, tuple, dict, set, frozenset):
        raise InvalidTypeError(
            f"cache_on_disk: the tag must be text or have a text of its own, not {kind.__name__}: {tag!r}"
        )
    try:
        text = str(tag)
    except Exception as error:
        raise InvalidTypeError(
            f"cache_on_disk: the tag, of class {kind.__name__}, has no text: str() raised {error!r}"
        ) from error
    # The `str` of `object` and of functions holds an address in the memory of this process.
    if " at 0x" in text:
        raise InvalidTypeError(f"cache_on_disk: the tag must be text or have a text of its own, by __str__, not {text}")
    return checked_text("tag", text)


def checked_path(path: Any) -> bytes:
    """A directory as the operating system names it."""
    try:
        return os.fsencode(path)
    except TypeError:
        raise InvalidTypeError(
            f"cache_on_disk: the tmpdir must be a path, not {type(path).__name__}: {path!r}"
        ) from None
    except UnicodeEncodeError:
        raise InvalidValueError(f"cache_on_disk: the tmpdir {path!r} cannot be the name of a directory") from None


def use_tempfile_choice() -> None:
    """Tell the core which directory the program has set in the module tempfile."""
    tempfile = sys.modules.get("tempfile")
    chosen = getattr(tempfile, "tempdir", None)
    _core.prefer_tmpdir(b"" if chosen is None else os.path.abspath(os.fsencode(chosen)))
