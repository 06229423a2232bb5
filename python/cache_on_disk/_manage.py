"""Naming the dataset, and managing what is cached."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any, Iterator, Optional, Union

from . import _core
from ._errors import InvalidTypeError, InvalidValueError
from ._functions import CacherList, defined_in
from ._origins import bases_of, dict_of, qualname_of
from ._settings import checked_path, checked_text, tag_text, use_tempfile_choice
from ._targets import cacher_named, cacher_of, described, is_one_of, root_of

if TYPE_CHECKING:  # loaded when something is told: it takes longer than all else here
    from ._reports import Cleared, Explanation, Explanations, MethodStatistics, Statistics


def set_tag(root_obj: Any, tag: Any) -> None:
    """Start caching all cached methods of an object and of everything it is made of.

    Parameters
    ----------
    root_obj : object or function
        Typically the analyzer; or a function under ``@cache_on_disk``. Members that appear later are cached from the next `set_tag`
        on. Several objects that are to lie under one tag are tagged in one call, ``set_tag([north, south], tag)`` or
        ``set_tag({"north": north, "south": south}, tag)``: one by one they would all be called ``root``.
    tag : str, anything with a `str` of its own (int, Path, ...), or None
        Names an immutable dataset. Another tag than before drops what is in memory; None stops caching. It may be a path, such
        as ``20240410/112233`` or the absolute path of the data: its directories are made below the tmpdir.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If the tag cannot be part of a directory's path: it is empty, holds ``..``, a part that begins with a dot or is too
        long, or a control character; or if the object is of a kind that holds no cached
        methods: a number, text, a module, a class.
    """
    root = root_of(root_obj, "set_tag")
    use_tempfile_choice()
    text = None if tag is None else tag_text(tag)
    if _core.set_tag(root, text) == 0 and text is not None:
        _tell_of_nothing(root_obj, text)


def _tell_of_nothing(root_obj: Any, tag: str) -> None:
    """A tag was set, and no method found that it is for."""
    from ._logging import log

    for cls in bases_of(type(root_obj)):
        attributes = dict_of(cls)
        module, qualname = attributes.get("__module__"), qualname_of(cls)
        for function in defined_in.get((module, qualname), ()):
            name = function.__qualname__
            held = attributes.get(name.rpartition(".")[2])
            if held is None or is_one_of(type(held), (staticmethod, classmethod)):
                continue  # an older class of this name had it; or the walk has told of it
            if type(held) is FunctionType and held.__qualname__ == name:
                continue  # the same without the decorator
            _core.tell_uncached(
                f"root.{name}",
                "hidden",
                f"{name} is cached, but a decorator over it hides it from its class, so no tag "
                "reaches it: use functools.wraps in that decorator",
            )
    log(20, f"{tag} root: there are no cached methods in {described(root_obj)}, so the tag changes nothing")


def set_tmpdir(root_obj: Any, tmpdir: Any) -> None:
    """Set the directory in which the tag directories lie; a relative one is resolved at each use.

    Parameters
    ----------
    root_obj : object
        The highest object.
    tmpdir : path-like
        Made when needed. Default: the first writable of ``$CACHE_ON_DISK_DIR``, ``$TMPDIR``, ``$TEMP``, ``$TMP``, ``/tmp``,
        ``/var/tmp``, ``/usr/tmp``.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If it is not a path, or cannot be the name of a directory.
    """
    root = root_of(root_obj, "set_tmpdir")
    use_tempfile_choice()
    _core.set_tmpdir(root, checked_path(tmpdir))


def set_prefix(root_obj: Any, prefix: str) -> None:
    """Set what stands before the tag in the path of each tag directory.

    Parameters
    ----------
    root_obj : object
        The highest object.
    prefix : str
        ``cache`` by default; may be empty.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If it cannot be part of a directory's path.
    """
    root = root_of(root_obj, "set_prefix")
    use_tempfile_choice()
    _core.set_prefix(root, checked_text("prefix", prefix))


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
        Name or number of the group; with ``group`` alone.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        For another word, and for a group that is missing, superfluous or not known.
    """
    if trust not in ("private", "group", "plain"):
        raise InvalidValueError(f"cache_on_disk: trust is 'private', 'group' or 'plain', not {trust!r}")
    if (trust == "group") != bool(group):
        raise InvalidValueError("cache_on_disk: a group is named with the trust 'group', and only there")
    root = root_of(root_obj, "set_trust")
    use_tempfile_choice()
    _core.set_trust(root, trust, checked_text("group", group))


def set_writable(root_obj: Any, writable: bool) -> None:
    """Set whether callers may change the arrays they get.

    Parameters
    ----------
    root_obj : object
        The highest object.
    writable : bool
        True: each call gets a copy of its own. False, the default: all share one read-only array.

    Raises
    ------
    InvalidTypeError
        For anything but True and False.
    """
    if not isinstance(writable, bool):
        raise InvalidTypeError(f"cache_on_disk: writable must be True or False, not {writable!r}")
    _core.set_writable(root_of(root_obj, "set_writable"), writable)


def _do(what: str, root_obj: Any, method: Optional[str]) -> Any:
    """Does it for one method, given by itself or by its name, or for all below an object."""
    cacher = cacher_of(root_obj, what) if method is None else cacher_named(root_obj, method, what)
    return getattr(_core, what)(root_of(root_obj, what)) if cacher is None else getattr(cacher, what)()


def clear_cache(root_obj: Any, method: Optional[str] = None) -> Cleared:
    """Remove the values of all cached methods below an object, or of one method, from memory and disk.

    Parameters
    ----------
    root_obj : object, bound method or function
        ``analyzer``, ``analyzer.residuals.modes``, or a function under ``@cache_on_disk``.
    method : str
        The name of one method of the object itself.

    Returns
    -------
    Cleared
        How many files were deleted, and which were left alone since they are others'.
    """
    cleared: Cleared = _do("clear_cache", root_obj, method)
    return cleared


def refresh(root_obj: Any, method: Optional[str] = None) -> None:
    """Let the next call of every method below an object, or of one method, compute again and replace what is stored.

    Parameters
    ----------
    root_obj : object, bound method or function
    method : str
        The name of one method of the object itself.
    """
    _do("refresh", root_obj, method)


def put(method: Any, value: Any, *args: Any, **kwargs: Any) -> None:
    """Store a value as if the method had returned it.

    Parameters
    ----------
    method : bound method or function
        ``residuals.modes``.
    value : object
        Copied if anybody may still change it.
    *args, **kwargs
        Of a by-arguments method: the arguments it is the value for.

    Raises
    ------
    TagNotSetException
        Without a tag.
    InvalidTypeError
        If it is not a method of an object.
    """
    cacher = cacher_of(method, "put")
    if cacher is None:
        raise InvalidTypeError(f"cache_on_disk: put takes a cached method of an object, not {described(method)}")
    cacher.put(value, *args, **kwargs)


def statistics(root_obj: Any, method: Optional[str] = None) -> Union[Statistics, MethodStatistics]:
    """Tell what happened to the methods below an object, or to one method, in this process.

    Parameters
    ----------
    root_obj : object, bound method or function
    method : str
        The name of one method of the object itself.

    Returns
    -------
    Statistics or MethodStatistics
    """
    told: Union[Statistics, MethodStatistics] = _do("statistics", root_obj, method)
    return told


def explain(root_obj: Any, *args: Any, **kwargs: Any) -> Union[Explanation, Explanations]:
    """Tell why the next call of a method, or of each method below an object, would hit or miss.

    Parameters
    ----------
    root_obj : object, bound method or function
        ``analyzer``, ``analyzer.residuals.modes``, or a function under ``@cache_on_disk``.
    *args, **kwargs
        Of a by-arguments method: the arguments to ask for. Behind an object: the name of one of its methods, and then these.

    Returns
    -------
    Explanation, or Explanations of a whole tree

    Raises
    ------
    NotCachedError
        For a method that is not decorated, or a name that no method has; the message names similar ones.
    """
    cacher = cacher_of(root_obj, "explain")
    if cacher is None and args:
        cacher, args = cacher_named(root_obj, args[0], "explain"), args[1:]
    if cacher is not None:
        return cacher.explain(*args, **kwargs)
    if kwargs:
        raise InvalidTypeError(
            "cache_on_disk: explain takes the arguments of a call for one method only: name it, "
            "as object.method or as object, 'method'"
        )
    return _core.explain(root_of(root_obj, "explain"))


def get_options() -> dict[str, Any]:
    """Tell the switches of the process.

    Returns
    -------
    dict
        By name, what `set_options` sets: ``mode``, ``verify``, ``legacy``, ``max_wait`` and ``lost_lock_after`` (seconds),
        ``free_space_floor`` (bytes), ``strict``.
    """
    return _core.get_options()


def set_options(**changes: Any) -> None:
    """Change switches of the process.

    Parameters
    ----------
    mode : {'on', 'off', 'readonly', 'refresh'}
        ``off``: calls go straight to the functions. ``readonly``: stored values are used, and nothing is written. ``refresh``: each
        value is computed again once per process, and replaces what is stored.
    verify : {'auto', 'always'}
        How thoroughly stored values are checked. ``auto``: large ones in full until one check found them whole and on the disk,
        all others always. ``always``: each one in full, each time it is read.
    legacy : {'accept', 'refuse'}
        Files without our trailer, such as those of the original.
    max_wait : float or None
        The longest wait, in seconds, for somebody else's computation; then the value is computed here as well. None: as long as
        that computation lives.
    lost_lock_after : float or None
        Where a server keeps the locks of hosts that vanished (NFS 3): after so many seconds without a sign of life of its holder a
        lock is passed over. None: never.
    free_space_floor : int or None
        Nothing is stored where fewer bytes would remain free. None: the smaller of 64 MiB and 5 % of the file system.
    strict : bool
        True: a call under a tag that goes without the cache raises `UncachedError`, before the function runs where that is known
        by then, else after it. For tests and batch jobs.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        For an option that there is not, and a value that it cannot have; no option is changed then.
    """
    known = _core.option_kinds()
    for name, value in changes.items():
        if name not in known:
            import difflib

            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            raise InvalidTypeError(f"cache_on_disk: there is no option {name!r}; {hint}")
        kind, words = known[name]
        if kind == "words":
            if value not in words:
                raise InvalidValueError(f"cache_on_disk: {name} is one of {', '.join(words)}, not {value!r}")
        elif kind == "flag":
            if not isinstance(value, bool):
                raise InvalidTypeError(f"cache_on_disk: {name} must be True or False, not {value!r}")
        elif value is not None and not (isinstance(value, (int, float)) and 0 <= value < 2**53):
            raise InvalidValueError(f"cache_on_disk: {name} must be a number from 0 on, or None, not {value!r}")
    _core.set_options(changes)


def _discover_cachers(obj: Any, objname: str = "root", seen: Any = None) -> Iterator[tuple[Any, str, CacherList]]:
    """Yield (instance, instance name, cacher_list) of each cached method below an object."""
    for instance, name, functions in _core.discover(obj, objname):
        for function in functions:
            yield instance, name, function.cacher_list
