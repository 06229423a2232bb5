"""Naming the dataset, and managing what is cached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Optional, Union

from . import _core
from ._disk_cacher import CacherList, methods_of
from ._errors import InvalidTypeError, InvalidValueError
from ._settings import checked_path, checked_text, use_tempfile_choice

if TYPE_CHECKING:  # loaded when something is told: it takes longer than all else here
    from ._reports import Cleared, Explanation, Explanations, MethodStatistics, Statistics


def set_tag(root_obj: Any, tag: Optional[str]) -> None:
    """Start caching all cached methods of an object and of everything it is made of.

    Parameters
    ----------
    root_obj : object
        Typically the analyzer. Members that appear later are cached from the next `set_tag` on.
    tag : str or None
        Names an immutable dataset. Another tag than before drops what is in memory; None stops caching.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If the tag cannot be part of a directory's name.
    """
    use_tempfile_choice()
    _core.set_tag(root_obj, None if tag is None else checked_text("tag", tag))


def set_tmpdir(root_obj: Any, tmpdir: Any) -> None:
    """Set the directory in which the tag directories lie; a relative one is resolved at each use.

    Parameters
    ----------
    root_obj : object
        The highest object.
    tmpdir : path-like
        Made when needed.
    """
    use_tempfile_choice()
    _core.set_tmpdir(root_obj, checked_path(tmpdir))


def set_prefix(root_obj: Any, prefix: str) -> None:
    """Set what stands before the tag in the name of each tag directory; ``cache`` by default, empty is fine."""
    use_tempfile_choice()
    _core.set_prefix(root_obj, checked_text("prefix", prefix))


def set_trust(root_obj: Any, trust: str, group: str = "") -> None:
    """Set whose files are believed.

    Parameters
    ----------
    root_obj : object
        The highest object.
    trust : {'private', 'group', 'plain'}
        ``private``: only your own, in directories that nobody else can write (the default). ``group``: members of one group
        share a directory; their values are plain data only. ``plain``: anybody's, plain data only.
    group : str
        Name or number of the group.
    """
    if trust not in ("private", "group", "plain"):
        raise InvalidValueError(f"cache_on_disk: trust is 'private', 'group' or 'plain', not {trust!r}")
    if (trust == "group") != bool(group):
        raise InvalidValueError("cache_on_disk: a group is named with the trust 'group', and only there")
    use_tempfile_choice()
    _core.set_trust(root_obj, trust, checked_text("group", group))


def set_writable(root_obj: Any, writable: bool) -> None:
    """Give each call a copy of its own (True), or share read-only arrays between calls (False, the default)."""
    if not isinstance(writable, bool):
        raise InvalidTypeError(f"cache_on_disk: writable must be True or False, not {writable!r}")
    _core.set_writable(root_obj, writable)


def clear_cache(root_obj: Any) -> Cleared:
    """Remove the values of all cached methods below an object, or of one method, from memory and disk.

    Parameters
    ----------
    root_obj : object or bound method
        ``analyzer``, or ``analyzer.residuals.modes``.

    Returns
    -------
    Cleared
        How many files were deleted, and which were left alone since they are others'.
    """
    for cacher in methods_of(root_obj):
        return cacher.clear_cache()
    from ._reports import Cleared

    return Cleared(*_core.clear_cache(root_obj))


def refresh(root_obj: Any) -> None:
    """Let the next call of every method below an object, or of one bound method, compute anew and replace what is stored."""
    for cacher in methods_of(root_obj):
        return cacher.refresh()
    _core.refresh(root_obj)


def put(method: Any, value: Any, *args: Any, **kwargs: Any) -> None:
    """Store a value as if the method had returned it.

    Parameters
    ----------
    method : bound method
        ``residuals.modes``.
    value : object
        Copied if anybody may still change it.
    *args, **kwargs
        Of a by-arguments method: the arguments it is the value for.

    Raises
    ------
    TagNotSetException
        Without a tag.
    """
    for cacher in methods_of(method):
        return cacher.put(value, *args, **kwargs)
    raise InvalidTypeError(f"cache_on_disk: put takes a cached method of an object, not {method!r}")


def statistics(root_obj: Any) -> Union[Statistics, MethodStatistics]:
    """Tell what happened to the methods below an object, or to one bound method, in this process.

    Returns
    -------
    Statistics or MethodStatistics
    """
    for cacher in methods_of(root_obj):
        return cacher.statistics()
    from ._reports import Statistics

    return Statistics.of(_core.statistics(root_obj))


def explain(root_obj: Any, *args: Any, **kwargs: Any) -> Union[Explanation, Explanations]:
    """Tell why the next call of a bound method, or of each method below an object, would hit or miss.

    Parameters
    ----------
    root_obj : object or bound method
        ``analyzer``, or ``analyzer.residuals.modes``.
    *args, **kwargs
        Of a by-arguments method: the arguments to ask for.

    Returns
    -------
    Explanation, or Explanations of a whole tree
    """
    for cacher in methods_of(root_obj):
        return cacher.explain(*args, **kwargs)
    from ._reports import Explanations

    return Explanations.of(_core.explain(root_obj))


def get_options() -> dict[str, Any]:
    """The switches of the process: mode, verify, legacy, max_wait (seconds), free_space_floor (bytes), strict."""
    return _core.get_options()


def set_options(**changes: Any) -> None:
    """Change switches of the process.

    Parameters
    ----------
    mode : {'on', 'off', 'readonly', 'refresh'}
    verify : {'auto', 'always'}
    legacy : {'accept', 'refuse'}
        Files without our trailer, such as those of the original.
    max_wait : float or None
        The longest wait, in seconds, for somebody else's computation.
    free_space_floor : int or None
        Nothing is stored where fewer bytes would remain free.
    strict : bool
        True: a call under a tag that goes without the cache raises `UncachedError`, before the function runs where that is known
        by then, else after it. For tests and batch jobs.
    """
    known = {"mode": ("on", "off", "readonly", "refresh"), "verify": ("auto", "always"), "legacy": ("accept", "refuse")}
    options = get_options()
    for name, value in changes.items():
        if name not in options:
            raise InvalidTypeError(f"cache_on_disk: there is no option {name!r}; known: {', '.join(options)}")
        if name in known and value not in known[name]:
            raise InvalidValueError(f"cache_on_disk: {name} is one of {', '.join(known[name])}, not {value!r}")
        if name == "strict":
            if not isinstance(value, bool):
                raise InvalidTypeError(f"cache_on_disk: strict must be True or False, not {value!r}")
            continue
        if name not in known and value is not None and not (isinstance(value, (int, float)) and 0 <= value < 2**53):
            raise InvalidValueError(f"cache_on_disk: {name} must be a number from 0 on, or None, not {value!r}")
    options.update(changes)
    if options["free_space_floor"] is not None:
        options["free_space_floor"] = int(options["free_space_floor"])
    _core.set_options(**options)


def _discover_cachers(obj: Any, objname: str = "root", seen: Any = None) -> Iterator[tuple[Any, str, CacherList]]:
    """Yield (instance, instance name, cacher_list) of each cached method below an object."""
    for instance, name, functions in _core.discover(obj, objname):
        for function in functions:
            yield instance, name, function.cacher_list
