"""Computing all missing values ahead of time."""

from __future__ import annotations

import dataclasses
import importlib
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, Optional

from . import _core
from ._disk_cacher import DiskCacher
from ._errors import InvalidValueError


@dataclasses.dataclass(frozen=True)
class Warmed:
    """What `warm` did."""

    computed: int
    """Values that are in memory now and were not on disk."""
    found: int
    """Values that were stored already."""
    skipped: list[str]
    """Methods with arguments, which it cannot know."""
    errors: dict[str, BaseException]
    """By method: what it raised."""


def _takes_arguments(function: Any) -> bool:
    import inspect

    if not isinstance(function, _core.CachedFunction):
        return True
    try:
        parameters = list(inspect.signature(function).parameters.values())[1:]
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


def _call(cacher: DiskCacher) -> Any:
    import asyncio

    value = cacher.execute()
    return asyncio.run(_await(value)) if hasattr(value, "__await__") else value


async def _await(value: Any) -> Any:
    return await value


def warm(root: Any, workers: Optional[int] = None, progress: bool = True) -> Warmed:
    """Compute every missing value below an object.

    Parameters
    ----------
    root : object
        Under a tag. Methods with arguments are left out.
    workers : int or None
        How many values are computed at a time, each in a thread; None: as the standard library has it.
    progress : bool
        Show a bar: tqdm's if it is installed.

    Returns
    -------
    Warmed
        What was computed and found, and what failed: no exception of a method stops the others.
    """
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise InvalidValueError(f"cache_on_disk: workers must be a number from 1 on, or None, not {workers!r}")
    wanted: list[tuple[str, DiskCacher]] = []
    skipped: list[str] = []
    found = 0
    for instance, name, functions in _core.discover(root):
        for function in functions:
            cacher = DiskCacher.of(function, instance)
            method = f"{name}.{function.__qualname__}"
            if _takes_arguments(function):
                skipped.append(method)
            elif cacher._tag is None:
                continue
            elif cacher.explain().state in ("memory", "disk"):
                found += 1
            else:
                wanted.append((method, cacher))
    errors: dict[str, BaseException] = {}
    bar = _Progress(len(wanted), progress)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="cache_on_disk_warm")
    try:
        futures = {pool.submit(_call, cacher): method for method, cacher in wanted}
        for future in as_completed(futures):
            error = future.exception()
            if error is not None:
                errors[futures[future]] = error
            bar.step()
    except BaseException:  # Ctrl-C: what has not begun is left out
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    finally:
        pool.shutdown(wait=True)
        bar.close()
    return Warmed(len(wanted) - len(errors), found, skipped, errors)
