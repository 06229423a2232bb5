"""DiskCacher: one cached method of one object, or a function on its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, Optional

from . import _core
from ._anchor import Anchor
from ._errors import InvalidTypeError, InvalidValueError
from ._functions import CacherList, Options, cached_function
from ._settings import checked_path, checked_text, tag_text, use_tempfile_choice

if TYPE_CHECKING:  # loaded when something is told: it takes longer than all else here
    from ._reports import Cleared, Explanation, MethodStatistics

_unchanged: Any = ...


class DiskCacher:
    """The cache of one method of one object, from `get_disk_cacher`, or of a function on its own::

        cacher = DiskCacher(reconstruct)
        cacher.set_tag("LBTISX20240410_112233", "slopes")
        modes = cacher.execute(slopes)     # tmpdir/cacheLBTISX20240410_112233/slopes.reconstruct.npy

    Parameters
    ----------
    f : callable
        The function. None of its arguments is taken for an object that has the cache.
    by_arguments : bool
        Keep one value for each arguments; else they play no part in what is stored. Of a function under ``@cache_on_disk`` the
        decorator says so.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        For what cannot be called, and for `by_arguments` of a decorated function.
    """

    def __init__(self, f: Callable[..., Any], by_arguments: bool = False) -> None:
        if not callable(f) or isinstance(f, type):
            raise InvalidTypeError(f"cache_on_disk: DiskCacher takes a function, not {f!r}")
        found = _core.callable_of(f)
        if found is not None and found[1] is None:
            self._function = found[0]
            if by_arguments:
                raise InvalidValueError(
                    f"cache_on_disk: whether {self._function.__qualname__} is cached by its arguments, its decorator "
                    "@cache_on_disk says"
                )
        else:
            self._function = cached_function(f, Options(by_arguments=by_arguments))
        self._object: Any = Anchor(self._function)
        self._cell = _core.CellHandle.of(self._function, self._object)

    @classmethod
    def of(cls, function: Any, instance: Any) -> DiskCacher:
        """The cacher of a decorated function for an object."""
        cacher = cls.__new__(cls)
        cacher._function = function
        cacher._object = instance
        cacher._cell = _core.CellHandle.of(function, instance)
        return cacher

    def set_tag(self, tag: Any, instance_name: Optional[str] = None) -> None:
        """Start caching under a tag; None stops it.

        Parameters
        ----------
        tag : str, anything with a `str` of its own, or None
            Names the dataset; may be a path.
        instance_name : str
            Begins the name of the file; ``root`` if it was never given.
        """
        name = None if instance_name is None else checked_text("instance name", instance_name)
        self._bind(name, None if tag is None else tag_text(tag), _unchanged, _unchanged)

    def set_prefix(self, prefix: str) -> None:
        """Set what stands before the tag in the directory's path; ``cache`` by default."""
        self._bind(None, _unchanged, checked_text("prefix", prefix), _unchanged)

    def set_tmpdir(self, tmpdir: Any) -> None:
        """Set the directory in which tag directories lie; made when needed."""
        self._bind(None, _unchanged, _unchanged, checked_path(tmpdir))

    def _bind(self, name: Optional[str], tag: Any, prefix: Any, tmpdir: Any) -> None:
        use_tempfile_choice()
        self._cell.bind(self._function, self._object, name, tag, prefix, tmpdir, _unchanged)

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Get the value: from memory, from disk, or from the function, called with these arguments.

        What the function raises passes through, and nothing is stored.
        """
        if isinstance(self._object, Anchor):
            return _core.call_alone(self._function, self._object, args, kwargs)
        if args and args[0] is self._object:
            args = args[1:]
        return self._function(self._object, *args, **kwargs)

    def fullpath(self, *args: Any, **kwargs: Any) -> str:
        """Path of the cache file, whether or not it exists (of a by-arguments method: for these arguments).

        Raises
        ------
        TagNotSetException
            Without a tag.
        """
        return str(self._cell.fullpath(self._name(args, kwargs)))

    def entry_path(self, *args: Any, **kwargs: Any) -> str:
        """Path of the file that is really used: beside `fullpath` where another's has that name.

        Raises
        ------
        TagNotSetException
            Without a tag.
        """
        self.fullpath(*args, **kwargs)
        return self._cell.explain(self._name(args, kwargs)).entry_path

    def clear_cache(self) -> Cleared:
        """Remove the value from memory and disk (of a by-arguments method: for all arguments)."""
        return self._cell.clear()

    def refresh(self) -> None:
        """Let the next call compute the value again and replace what is stored."""
        self._cell.refresh()

    def put(self, value: Any, *args: Any, **kwargs: Any) -> None:
        """Store a value as if the function had returned it (for these arguments, of a by-arguments method).

        Raises
        ------
        TagNotSetException
            Without a tag.
        """
        self._cell.put(value, self._name(args, kwargs))

    def explain(self, *args: Any, **kwargs: Any) -> Explanation:
        """Tell why the next call would hit or miss."""
        if not args and not kwargs and _core.arguments_name(self._function, self._object, (), {}) is None:
            return self._cell.explain_all_arguments()
        return self._cell.explain(self._name(args, kwargs))

    def statistics(self) -> MethodStatistics:
        """Tell what happened to this method in this process."""
        return self._cell.statistics()

    def _name(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        name = _core.arguments_name(self._function, self._object, args, kwargs)
        if name is None:
            import inspect

            given = ", ".join([*map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())])
            try:
                known = str(inspect.signature(self._function))
            except (TypeError, ValueError):
                known = "(...)"
            raise InvalidTypeError(
                f"cache_on_disk: ({given}) are not arguments of {self._function.__qualname__}{known}"
            )
        return str(name)

    @property
    def _tag(self) -> Optional[str]:
        return self._cell.tag

    @property
    def _prefix(self) -> str:
        return str(self._cell.prefix)

    @property
    def _tmpdir(self) -> str:
        use_tempfile_choice()
        return os.fspath(self._cell.tmpdir)

    # What programs reach in the original.

    @property
    def _data(self) -> Any:
        value = self._cell.buffered("")
        return None if value is ... else value

    @_data.setter
    def _data(self, value: Any) -> None:
        if value is None:
            self._cell.forget()
        else:
            self.put(value)

    @property
    def _original_function(self) -> Any:
        return self._function.__wrapped__

    @property
    def _method_name(self) -> str:
        return str(self._cell.method_name or self._function.__qualname__)

    def _load_from_disk(self) -> Any:
        def missing() -> Any:
            import errno

            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.fullpath())

        return self._cell.answer(None, "", missing, [], None)

    def _save_to_disk(self) -> None:
        value = self._data
        if value is not None:
            self.put(value)

    def _delete_from_disk(self) -> None:
        self.clear_cache()

    @property
    def _funcid(self) -> Optional[str]:
        name = self._cell.instance_name
        return None if name is None else f"{name}.{self._cell.method_name}"

    def __repr__(self) -> str:
        if not self._cell.is_tagged:
            return f"<DiskCacher of {self._cell.method_name}, no tag>"
        return f"<DiskCacher of {self._funcid}, tag {self._tag!r}>"


CacherList.cacher_of = staticmethod(DiskCacher.of)
