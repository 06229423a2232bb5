"""The module that takes the place of the original's, and its installation."""

from __future__ import annotations

import functools
import gc
import importlib.abc
import importlib.machinery
import logging
import sys
import types
from typing import Any, Callable, Iterator, Optional, Sequence

from . import _core, _decorator
from ._disk_cacher import DiskCacher
from ._errors import TagNotSetException
from ._logging import logger_name, set_logfile
from ._manage import _discover_cachers, clear_cache, set_prefix, set_tag, set_tmpdir
from ._targets import add_sets, get_disk_cacher

place = "arte.dataelab.cache_on_disk"


def cache_on_disk(f: Any = None, **options: Any) -> Any:
    """The decorator of this package, which gives a plain function: code that asks `inspect.isfunction` finds one."""
    if f is None:
        return lambda function: cache_on_disk(function, **options)
    decorated = _decorator.cache_on_disk(**options)(f)
    if not isinstance(decorated, _core.CachedFunction) or isinstance(f, _core.CachedFunction):
        return decorated
    return _as_function(decorated)


def _as_function(cached: Any) -> Any:
    from inspect import iscoroutinefunction

    if iscoroutinefunction(cached.__wrapped__):
        return cached

    @functools.wraps(cached.__wrapped__)
    def method(*args: Any, **kwargs: Any) -> Any:
        return cached(*args, **kwargs)

    method.cacher_list = cached.cacher_list  # type: ignore[attr-defined]
    return method


def _public() -> dict[str, Any]:
    return {
        "cache_on_disk": cache_on_disk,
        "set_tag": set_tag,
        "clear_cache": clear_cache,
        "set_tmpdir": set_tmpdir,
        "set_prefix": set_prefix,
        "get_disk_cacher": get_disk_cacher,
        "set_logfile": set_logfile,
        "DiskCacher": DiskCacher,
        "TagNotSetException": TagNotSetException,
        "_discover_cachers": _discover_cachers,
    }


def _make_module() -> types.ModuleType:
    module = types.ModuleType(place, "cache_on_disk in the place of the original: see cache_on_disk.arte.")
    module.__dict__.update(_public())

    def get(name: str) -> Any:
        if name == "_logger":  # that of the last set_logfile
            return logging.getLogger(logger_name())
        raise AttributeError(f"module {place!r} has no attribute {name!r}")

    module.__getattr__ = get  # type: ignore[method-assign]
    return module


_module = _make_module()


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds this package's module under the original's name; its parents are arte's own."""

    def find_spec(self, fullname: str, path: Optional[Sequence[str]], target: Any = None) -> Any:
        return importlib.machinery.ModuleSpec(place, self, origin=__file__) if fullname == place else None

    def create_module(self, spec: Any) -> types.ModuleType:
        return _module

    def exec_module(self, module: types.ModuleType) -> None:
        """The module is complete."""


def install() -> None:
    """Put this package in the original's place: for imports to come, and where the original was imported before."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Finder())
    _core.give_new_members_defaults(True)
    add_sets(_analyzers_of)
    original = sys.modules.get(place)
    if original is None:
        return
    _replace_functions(original)
    _replace_names(original)
    sys.modules[place] = _module
    parent = sys.modules.get(place.rpartition(".")[0])
    if parent is not None:
        parent.cache_on_disk = _module  # type: ignore[attr-defined]


def _analyzers_of(root: Any) -> Optional[Iterator[Any]]:
    """The analyzers of one of arte's sets, which makes them when they are asked for and does not hold them."""
    module = sys.modules.get("arte.dataelab.base_analyzer_set")
    kind = None if module is None else vars(module).get("BaseAnalyzerSet")
    if kind is None or not issubclass(type(root), kind):
        return None
    return iter([root.get(tag) for tag in root.tag_list])


def _replace_names(original: types.ModuleType) -> None:
    """In every module: replace all that it imported from the original, under any name."""
    ours = {id(vars(original)[name]): value for name, value in _public().items() if name in vars(original)}
    ours[id(original)] = _module
    for module in list(sys.modules.values()):
        if not isinstance(module, types.ModuleType) or module is original or module is _module:
            continue
        for name, value in list(vars(module).items()):
            if id(value) in ours:
                vars(module)[name] = ours[id(value)]


def _replace_functions(original: types.ModuleType) -> None:
    """In every class: replace the methods that the original has decorated, also below other decorators, and keep their tags."""
    file = getattr(original, "__file__", None)
    found = [
        value
        for value in gc.get_objects()
        if type(value) is types.FunctionType
        and value.__code__.co_filename == file
        and "cacher_list" in vars(value)
        and "__wrapped__" in vars(value)
    ]
    replaced: dict[int, Any] = {}
    for function in found:
        replaced[id(function)] = cache_on_disk(vars(function)["__wrapped__"])
    if not found:
        return
    for holder in gc.get_objects():
        if isinstance(holder, type):
            _replace_in_class(holder, replaced)
        elif type(holder) is types.CellType:
            _replace_in_cell(holder, replaced)
        elif (
            type(holder) is types.FunctionType
            and id(vars(holder).get("__wrapped__")) in replaced
            and id(holder) not in replaced
        ):
            _follow(holder, replaced)
    for function in found:
        _take_tags_over(function, replaced[id(function)])


def _replace_in_class(kind: type, replaced: dict[int, Any]) -> None:
    for name, value in list(vars(kind).items()):
        fresh = replaced.get(id(value))
        if fresh is not None:
            setattr(kind, name, fresh)


def _replace_in_cell(cell: types.CellType, replaced: dict[int, Any]) -> None:
    try:
        fresh = replaced.get(id(cell.cell_contents))
    except ValueError:  # empty
        return
    if fresh is not None:
        cell.cell_contents = fresh


def _follow(wrapper: Any, replaced: dict[int, Any]) -> None:
    """A decorator above holds the function that it decorates, and a copy of its attributes."""
    fresh = replaced[id(wrapper.__wrapped__)]
    wrapper.__wrapped__ = fresh
    wrapper.cacher_list = fresh.cacher_list


def _take_tags_over(function: Any, fresh: Callable[..., Any]) -> None:
    """Objects that the original has put under a tag keep it."""
    for instance, cacher in list(function.cacher_list.items()):
        if cacher._tag is None or not cacher._funcid:
            continue
        ours = get_disk_cacher(instance, fresh)
        ours.set_tmpdir(cacher._tmpdir)
        ours.set_prefix(cacher._prefix)
        ours.set_tag(cacher._tag, cacher._funcid[: -len(cacher._method_name) - 1])
