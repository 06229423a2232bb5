"""Cached methods that are ``async def``: the event loop is never blocked, and the awaited value is cached.

The core waits for files, locks and other callers on a thread of the call's own. When the value has to be computed, that
thread asks the calling task to await the function, so that it runs where it would without a cache.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import itertools
import threading
from typing import Any, Callable

from . import _core
from ._anchor import Anchor

# Marks what runs within a computation: a call of the entry that is being computed goes straight to the function then.
_caller: contextvars.ContextVar[int] = contextvars.ContextVar("cache_on_disk_caller")
# Threads are told apart by small numbers or addresses; these are neither.
_tokens = itertools.count((1 << 63) + 1)


def mark_coroutine_function(function: Any) -> None:
    """Let ``inspect`` and ``asyncio`` see an ``async def``."""
    mark = getattr(inspect, "markcoroutinefunction", None)  # from Python 3.12 on
    if mark is not None:
        mark(function)
    else:  # inspect believes what looks like a function
        for name in ("__code__", "__defaults__", "__kwdefaults__"):
            if hasattr(function.__wrapped__, name):
                setattr(function, name, getattr(function.__wrapped__, name))
    old_marker = getattr(asyncio.coroutines, "_is_coroutine", None)
    if old_marker is not None:
        function._is_coroutine = old_marker


class _Computation:
    """What passes between the thread that asks the core and the task that awaits the function."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.wanted: asyncio.Future[bool] = loop.create_future()  # True: compute; False: the core is done
        self.finished: asyncio.Future[Any] = loop.create_future()
        # Where the function failed or the task was cancelled, nobody asks for what the thread has to say.
        self.finished.add_done_callback(lambda future: future.cancelled() or future.exception())
        self._computed = threading.Event()
        self._outcome: Callable[[], Any] | None = None
        self.abandoned = False

    def _tell(self, future: asyncio.Future[Any], set_outcome: Callable[[], None]) -> None:
        def tell() -> None:
            if not future.done():
                set_outcome()

        try:
            self._loop.call_soon_threadsafe(tell)
        except RuntimeError:  # the loop is closed, and nobody waits any more
            self.abandoned = True
            self._computed.set()

    def compute(self) -> Any:
        """Called by the core, on the thread."""
        self._tell(self.wanted, lambda: self.wanted.set_result(True))
        self._computed.wait()
        if self._outcome is None:
            raise asyncio.CancelledError
        return self._outcome()

    def computed(self, outcome: Callable[[], Any]) -> None:
        """Called by the task. What it tells first holds: it may be cancelled before the thread has taken a value."""
        if self._outcome is None:
            self._outcome = outcome
        self._computed.set()

    def run(self, cell: Any, owner: Any, name: str, token: int) -> None:
        """The thread: asks the core."""
        try:
            value = cell.answer(owner, name, self.compute, token, lambda: self.abandoned)
        except BaseException as error:
            raised = error
            self._tell(self.finished, lambda: self.finished.set_exception(raised))
        else:
            self._tell(self.finished, lambda: self.finished.set_result(value))
        self._tell(self.wanted, lambda: self.wanted.set_result(False))


def _raise(error: BaseException) -> Any:
    raise error


async def _answer(cell: Any, owner: Any, name: str, function: Callable[[], Any]) -> Any:
    token = _caller.get(0) or next(_tokens)
    computation = _Computation(asyncio.get_running_loop())
    threading.Thread(target=computation.run, args=(cell, owner, name, token), name="cache_on_disk", daemon=True).start()
    try:
        if await computation.wanted:
            before = _caller.set(token)
            try:
                value = await function()
            except BaseException as error:
                failure = error
                computation.computed(lambda: _raise(failure))
                raise
            finally:
                _caller.reset(before)
            computation.computed(lambda: value)
        return await computation.finished
    finally:
        computation.abandoned = True
        computation.computed(lambda: _raise(asyncio.CancelledError()))


def asynchronous_call(cached: Any) -> Callable[..., Any]:
    """What a call of a cached ``async def`` under a tag returns a coroutine of: of the object, or of what stands for the function."""

    async def call(owner: Any, /, *args: Any, **kwargs: Any) -> Any:
        function = cached.__wrapped__ if type(owner) is Anchor else functools.partial(cached.__wrapped__, owner)
        cell = _core.CellHandle.of(cached, owner)
        name = _core.arguments_name(cached, owner, args, kwargs)
        if name is None:
            return await function(*args, **kwargs)
        value = cell.buffered(name)
        if value is not ...:
            return value
        return await _answer(cell, owner, name, functools.partial(function, *args, **kwargs))

    return call
