"""Computing all missing values ahead of time, in threads or in processes."""

from __future__ import annotations

import dataclasses
import importlib
import multiprocessing
import sys
import types
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from typing import Any, Callable, Optional, Union

from . import _core
from ._anchor import Anchor
from ._disk_cacher import DiskCacher
from ._errors import InvalidTypeError, InvalidValueError, TagNotSetException
from ._portable import Names, give_names, names_below
from ._reports import Warmed
from ._targets import described, root_of


@dataclasses.dataclass(frozen=True)
class _Missing:
    """A value to compute."""

    method: str
    """``root.residuals.Residuals.modes``."""
    cacher: DiskCacher
    place: tuple[int, int]
    """Which object of the walk, and which of its methods."""


def _takes_arguments(function: Any, instance: Any) -> bool:
    """Whether a call needs arguments: those with defaults it does not."""
    import inspect

    if not isinstance(function, _core.CachedFunction):
        return True
    try:
        parameters = list(inspect.signature(function).parameters.values())[0 if type(instance) is Anchor else 1 :]
    except (TypeError, ValueError):
        return True
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return any(p.default is p.empty and p.kind not in variable for p in parameters)


class _Progress:
    """One line on standard error, or a bar of tqdm where that is installed."""

    def __init__(self, total: int, shown: bool) -> None:
        self._bar: Any = None
        self._done, self._total, self._shown = 0, total, shown and total > 0
        if self._shown:
            try:
                tqdm = importlib.import_module("tqdm.auto").tqdm

                self._bar = tqdm(total=total, unit="value")
            except ImportError:
                pass

    def step(self) -> None:
        self._done += 1
        if self._bar is not None:
            self._bar.update(1)
        elif self._shown:
            end = "\n" if self._done == self._total else ""
            sys.stderr.write(f"\rcache_on_disk: {self._done} of {self._total}{end}")
            sys.stderr.flush()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _call(cacher: DiskCacher) -> Union[BaseException, str, None]:
    """Compute one value; why it is not stored, if it is not."""
    import asyncio

    before = cacher.statistics().not_stored
    value = cacher.execute()
    if type(value) is types.CoroutineType:
        asyncio.run(value)
    told = cacher.explain()
    if told.state == "disk" or (told.state == "memory" and cacher.statistics().not_stored == before and told.size > 0):
        return None
    return "; ".join([*told.uncached, *told.troubles]) or told.reason or "see the log"


# What one process works for: set when it starts.
_cachers: dict[tuple[int, int], DiskCacher] = {}


def _begin(root: Any, names: Names, options: dict[str, Any]) -> None:
    """Give the objects of a process the tags and names that they have in the one it works for."""
    _core.set_options(options)
    _cachers.update(give_names(root, names))


def _call_here(place: tuple[int, int], method: str) -> Optional[BaseException]:
    """Compute one value in a process; what went wrong, as something that can be sent."""
    from ._errors import CacheOnDiskError

    try:
        cacher = _cachers.get(place)
        if cacher is None:
            return CacheOnDiskError(
                f"cache_on_disk: {method} is not in what the pickle of the root brought into another process"
            )
        why = _call(cacher)
        if why is not None:
            return CacheOnDiskError(
                f"cache_on_disk: {method} was computed in another process, and could not be stored: {why}"
            )
    except Exception as error:
        return _sendable(error)
    return None


def _sendable(error: Exception) -> BaseException:
    import pickle
    import traceback

    from ._errors import CacheOnDiskError

    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return CacheOnDiskError("".join(traceback.format_exception(type(error), error, error.__traceback__)))
    return error


def _process_pool(root: Any, workers: Optional[int], start: str) -> Executor:
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context(start)
    return ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(root, names_below(root), _core.get_options())
    )


def _start_method(processes: Union[bool, str]) -> Optional[str]:
    if processes is False:
        return None
    known = multiprocessing.get_all_start_methods()
    if processes is True:
        return "fork" if "fork" in known else known[0]
    if not isinstance(processes, str):
        raise InvalidTypeError(f"cache_on_disk: processes is True, False or a way to start them, not {processes!r}")
    if processes not in known:
        raise InvalidValueError(f"cache_on_disk: processes are started by {', '.join(known)} here, not {processes!r}")
    return processes


def _compute(
    pool: Executor, submit: Callable[[_Missing], Any], missing: list[_Missing], bar: _Progress
) -> tuple[dict[str, BaseException], dict[str, str]]:
    errors: dict[str, BaseException] = {}
    not_stored: dict[str, str] = {}
    try:
        futures = {submit(one): one.method for one in missing}
        for future in as_completed(futures):
            error = future.exception()
            if error is None:
                error = future.result()
            if isinstance(error, str):
                not_stored[futures[future]] = error
            elif error is not None:
                errors[futures[future]] = error
            bar.step()
    except BaseException:  # Ctrl-C: what has not begun is left out
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    finally:
        pool.shutdown(wait=True)
        bar.close()
    return errors, not_stored


def warm(
    root: Any, workers: Optional[int] = None, progress: bool = True, processes: Union[bool, str] = False
) -> Warmed:
    """Compute every missing value below an object; documented in the package."""
    if workers is not None and (not isinstance(workers, int) or isinstance(workers, bool)):
        raise InvalidTypeError(f"cache_on_disk: workers must be a whole number or None, not {workers!r}")
    if workers is not None and workers < 1:
        raise InvalidValueError(f"cache_on_disk: workers must be a number from 1 on, or None, not {workers!r}")
    start = _start_method(processes)
    named, root = described(root), root_of(root, "warm")
    missing: list[_Missing] = []
    skipped: list[str] = []
    present = tagged = 0
    found = _core.discover(root)
    for i, (instance, name, functions) in enumerate(found):
        for j, function in enumerate(functions):
            cacher = DiskCacher.of(function, instance)
            method = f"{name}.{cacher._cell.method_name}"
            tagged += cacher._tag is not None
            if _takes_arguments(function, instance):
                skipped.append(method)
            elif cacher._tag is None:
                continue
            elif cacher.explain().state in ("memory", "disk"):
                present += 1
            else:
                missing.append(_Missing(method, cacher, (i, j)))
    if not tagged:
        raise TagNotSetException(
            f"cache_on_disk: there is nothing to warm: no cached method in {named} has a tag; call set_tag first"
            if found
            else f"cache_on_disk: there is nothing to warm: there are no cached methods in {named}"
        )
    errors: dict[str, BaseException] = {}
    not_stored: dict[str, str] = {}
    if missing:
        bar = _Progress(len(missing), progress)
        if start is None:
            threads = ThreadPoolExecutor(workers, thread_name_prefix="cache_on_disk_warm")
            errors, not_stored = _compute(threads, lambda one: threads.submit(_call, one.cacher), missing, bar)
        else:
            pool = _process_pool(root, workers, start)
            errors, not_stored = _compute(
                pool, lambda one: pool.submit(_call_here, one.place, one.method), missing, bar
            )
    return Warmed(len(missing) - len(errors) - len(not_stored), present, skipped, errors, not_stored)
