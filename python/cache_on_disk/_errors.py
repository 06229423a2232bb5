"""The exceptions of this package; each also is the built-in one that a caller would expect."""

from __future__ import annotations


class CacheOnDiskError(Exception):
    """Base of all exceptions that this package raises on its own account."""

    __module__ = "cache_on_disk"  # as they are imported and shown

    def __init_subclass__(cls) -> None:
        cls.__module__ = CacheOnDiskError.__module__


class TagNotSetException(CacheOnDiskError):
    """Something was asked of a method that has a place on disk only under a tag."""


class InvalidValueError(CacheOnDiskError, ValueError):
    """A tag, prefix, directory or option cannot be used as it is."""


class InvalidTypeError(CacheOnDiskError, TypeError):
    """A tag, prefix, directory or option is of a wrong type."""


class NotCachedError(CacheOnDiskError, AttributeError):
    """A method was named that is not decorated with ``cache_on_disk``."""


class UncachedError(CacheOnDiskError, RuntimeError):
    """Under ``set_options(strict=True)``: a call under a tag cannot be cached; it says why, and what to do."""
