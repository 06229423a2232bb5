"""DiskCacher: one cached method of one object, or a function on its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional

from . import _core
from ._errors import NotCachedError
from ._settings import checked_path, checked_text, use_tempfile_choice

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
        The function. Its arguments play no part in what is stored.
    """

    def __init__(self, f: Callable[..., Any]) -> None:
        from ._decorator import cached_function, plain_options

        self._function = f if isinstance(f, _core.CachedFunction) else cached_function(f, plain_options, is_method=False)
        self._object: Any = _Anchor()
        self._cell = _core.CellHandle.of(self._function, self._object)

    @classmethod
    def of(cls, function: Any, instance: Any) -> DiskCacher:
        """The cacher of a decorated function for an object."""
        cacher = cls.__new__(cls)
        cacher._function = function
        cacher._object = instance
        cacher._cell = _core.CellHandle.of(function, instance)
        return cacher

    def set_tag(self, tag: Optional[str], instance_name: Optional[str] = None) -> None:
        """Start caching under a tag; None stops it.

        Parameters
        ----------
        tag : str or None
            Names the dataset.
        instance_name : str
            Begins the name of the file; ``root`` if it was never given.
        """
        name = None if instance_name is None else checked_text("instance name", instance_name)
        self._bind(name, None if tag is None else checked_text("tag", tag), _unchanged, _unchanged)

    def set_prefix(self, prefix: str) -> None:
        """Set what stands before the tag in the directory's name."""
        self._bind(None, _unchanged, checked_text("prefix", prefix), _unchanged)

    def set_tmpdir(self, tmpdir: Any) -> None:
        """Set the directory in which tag directories lie."""
        self._bind(None, _unchanged, _unchanged, checked_path(tmpdir))

    def _bind(self, name: Optional[str], tag: Any, prefix: Any, tmpdir: Any) -> None:
        use_tempfile_choice()
        self._cell.bind(self._function, self._object, name, tag, prefix, tmpdir, _unchanged)

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Get the value: from memory, from disk, or from the function, called with these arguments."""
        if not isinstance(self._object, _Anchor):
            if args and args[0] is self._object:
                args = args[1:]
            return self._function(self._object, *args, **kwargs)
        if not self._cell.is_tagged:
            return self._function.__wrapped__(*args, **kwargs)
        name = _core.arguments_name(self._function, args, kwargs)
        if name is None:
            return self._function.__wrapped__(*args, **kwargs)
        value = self._cell.buffered(name)
        if value is not ...:
            return value
        return self._cell.answer(None, name, lambda: self._function.__wrapped__(*args, **kwargs), 0, None)

    def fullpath(self, *args: Any, **kwargs: Any) -> str:
        """Path of the cache file, whether or not it exists (of a by-arguments method: for these arguments).

        Raises
        ------
        TagNotSetException
            Without a tag.
        """
        return str(self._cell.fullpath(self._name(args, kwargs)))

    def entry_path(self, *args: Any, **kwargs: Any) -> str:
        """Path of the file that is really used: beside `fullpath` where that one is not ours to use."""
        self.fullpath(*args, **kwargs)
        return str(self._cell.explain(self._name(args, kwargs))["entry_path"])

    def clear_cache(self) -> Cleared:
        """Remove the value from memory and disk (of a by-arguments method: for all arguments)."""
        from ._reports import Cleared

        return Cleared(*self._cell.clear())

    def refresh(self) -> None:
        """Let the next call compute anew and replace what is stored."""
        self._cell.refresh()

    def put(self, value: Any, *args: Any, **kwargs: Any) -> None:
        """Store a value as if the function had returned it (for these arguments, of a by-arguments method)."""
        self._cell.put(value, self._name(args, kwargs))

    def explain(self, *args: Any, **kwargs: Any) -> Explanation:
        """Tell why the next call would hit or miss."""
        from ._reports import Explanation

        return Explanation(**self._cell.explain(self._name(args, kwargs)))

    def statistics(self) -> MethodStatistics:
        """Tell what happened to this method in this process."""
        from ._reports import MethodStatistics

        return MethodStatistics(**self._cell.statistics())

    def _name(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        name = _core.arguments_name(self._function, args, kwargs)
        if name is None:
            raise TypeError(f"cache_on_disk: these arguments do not fit {self._function.__qualname__}")
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

    @property
    def _data(self) -> Any:
        value = self._cell.buffered("")
        return None if value is ... else value

    @property
    def _funcid(self) -> Optional[str]:
        name = self._cell.instance_name
        return None if name is None else f"{name}.{self._function.__qualname__}"

    def __repr__(self) -> str:
        if not self._cell.is_tagged:
            return f"<DiskCacher of {self._function.__qualname__}, no tag>"
        return f"<DiskCacher of {self._funcid}, tag {self._tag!r}>"


class _Anchor:
    """Stands for the object where a function has none."""

    __slots__ = ("__weakref__",)


class CacherList:
    """The cachers of one decorated method, by object: ``Residuals.modes.cacher_list[residuals]``."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def __getitem__(self, instance: Any) -> DiskCacher:
        return DiskCacher.of(self._function, instance)

    def __contains__(self, instance: Any) -> bool:
        return _core.CellHandle.of(self._function, instance).instance_name is not None

    def __repr__(self) -> str:
        return f"<cachers of {self._function.__qualname__}>"

    def __deepcopy__(self, memo: Any) -> CacherList:
        return self

    def __copy__(self) -> CacherList:
        return self


def cached_function_of(method: Any) -> Any:
    """The decorated function behind a bound method, a function or a property; None if there is none."""
    for _ in range(3):
        if isinstance(method, _core.CachedFunction):
            return method
        if isinstance(method, property):
            method = method.fget
        elif hasattr(method, "__func__"):
            method = method.__func__
        else:
            method = getattr(method, "func", None)
    return None


def get_disk_cacher(instance: Any, method: Any) -> DiskCacher:
    """Return the cacher of a method of an object, made if there is none yet.

    Parameters
    ----------
    instance : object
        The object.
    method : callable or str
        ``instance.method``, ``type(instance).method``, or the name of either; of a property the name.

    Returns
    -------
    DiskCacher

    Raises
    ------
    NotCachedError
        An AttributeError, if the method is not decorated.
    """
    named = method
    if isinstance(method, str):
        named = None
        for cls in type(instance).__mro__:
            if method in vars(cls):
                named = vars(cls)[method]
                break
    function = cached_function_of(named)
    if function is None:
        known = ", ".join(sorted({f.__qualname__ for _, _, all_of in _core.discover(instance)[:1] for f in all_of}))
        raise NotCachedError(f"cache_on_disk: {method!r} is not decorated with cache_on_disk; cached methods here: {known or 'none'}")
    return DiskCacher.of(function, instance)


def methods_of(obj: Any) -> Iterator[DiskCacher]:
    """The cacher that a bound method stands for: one; none for any other object."""
    if hasattr(obj, "__self__") and isinstance(getattr(obj, "__func__", None), _core.CachedFunction):
        yield DiskCacher.of(obj.__func__, obj.__self__)
