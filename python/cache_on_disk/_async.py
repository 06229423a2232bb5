"""Cached methods that are ``async def``: the event loop is never blocked, and the awaited value is cached.

Each call has a thread on which the core waits for files, locks and other callers. When the value has to be computed, that
thread asks the coroutine to await the function, so that it runs where it would run without a cache. Under asyncio and trio the
coroutine sleeps meanwhile. A coroutine that something else drives cannot sleep: it gets a value that is in memory or on disk,
computes one that no other caller is computing, and calls the function where it would have to wait for another caller.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import inspect
import itertools
import sys
import threading
from typing import Any, Callable, Optional

from . import _core
from ._anchor import Anchor

# The computations that the running code is part of, nearest first (callers.hpp). A call of an entry that one of them computes
# goes straight to the function, and the time of a call is not counted as theirs.
_computations = _core.computations
# Threads are told apart by small numbers or addresses; these are neither.
_tokens = itertools.count((1 << 63) + 1)
_slice = 0.2  # seconds: how soon it is seen that a loop was closed


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


class _BlockingSignal:
    """A thread sets it, and a coroutine waits for it: by blocking, where it is unknown what drives the coroutine.

    The core does not wait for other callers then, so the coroutine blocks for a moment only.
    """

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Raises RuntimeError if the loop is closed, so that no coroutine waits any more."""
        self._event.set()

    async def wait(self) -> bool:
        """True if the coroutine slept until it was set; False if it cannot, and has to block."""
        return False

    def block(self) -> None:
        self._event.wait()

    def is_gone(self) -> bool:
        """True if the loop is closed."""
        return False


class _AsyncioSignal(_BlockingSignal):
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._loop = loop
        self._future: asyncio.Future[None] = loop.create_future()

    def set(self) -> None:
        super().set()
        self._loop.call_soon_threadsafe(self._set)

    def _set(self) -> None:
        if not self._future.done():
            self._future.set_result(None)

    async def wait(self) -> bool:
        try:
            await self._future
        except RuntimeError:  # it is not the task that steps it
            return False
        return True

    def is_gone(self) -> bool:
        return self._loop.is_closed()


class _TrioSignal(_BlockingSignal):
    """No run of trio ends before its tasks, and all of them can wait."""

    def __init__(self, trio: Any) -> None:
        self._token = trio.lowlevel.current_trio_token()
        self._awaited = trio.Event()

    def set(self) -> None:
        self._token.run_sync_soon(self._awaited.set)  # a RunFinishedError is a RuntimeError

    async def wait(self) -> bool:
        await self._awaited.wait()
        return True


def _signals() -> Callable[[], _BlockingSignal]:
    """What makes the signals for the running coroutine."""
    trio = sys.modules.get("trio")
    if trio is not None:
        try:
            trio.lowlevel.current_task()
        except RuntimeError:
            pass
        else:
            return lambda: _TrioSignal(trio)
    try:
        loop = asyncio.get_running_loop()
        if asyncio.current_task() is not None:
            return lambda: _AsyncioSignal(loop)
    except RuntimeError:
        pass
    return _BlockingSignal


# Threads whose coroutines have ended before them. They must let go of what they hold before the interpreter ends.
_ending: set[threading.Thread] = set()


@atexit.register
def _let_threads_end() -> None:
    for thread in list(_ending):
        thread.join(5)


class _FunctionFailed(BaseException):
    """Passes through the core instead of the function's exception, which the coroutine raises itself: if frames of the thread
    held the exception, it would be part of a cycle."""


class _Computation:
    """What passes between the thread that asks the core and the coroutine that awaits the function."""

    def __init__(self, make_signal: Callable[[], _BlockingSignal]) -> None:
        self.may_wait = make_signal is not _BlockingSignal  # else the core waits for nobody
        self._signal_wanted, self._signal_finished = make_signal(), make_signal()
        self._computed = threading.Event()
        self._outcome: Optional[Callable[[], Any]] = None
        self._answer: Optional[Callable[[], Any]] = None
        self._is_wanted = False
        self.abandoned = False

    def start(self, cell: Any, owner: Any, name: str, callers: list[int]) -> None:
        self._asked = (cell, owner, name, callers)
        self._thread = threading.Thread(target=self._run, name="cache_on_disk", daemon=True)
        self._thread.start()

    # The thread's side.

    def _tell(self, signal: _BlockingSignal) -> None:
        try:
            signal.set()
        except RuntimeError:  # the loop is closed, and no coroutine waits any more
            self.abandoned = True

    def compute(self) -> Any:
        """Called by the core."""
        self._is_wanted = True
        self._tell(self._signal_wanted)
        while not self.abandoned and not self._computed.wait(_slice):
            # A computation that cannot go on is given up, so that other callers may compute the value.
            self.abandoned = self.abandoned or self._signal_wanted.is_gone()
        if self._outcome is None:
            raise _FunctionFailed
        return self._outcome()

    def _gives_up(self) -> bool:
        """Called by the core while it waits for another caller's value."""
        return self.abandoned or not self.may_wait

    def _run(self) -> None:
        cell, owner, name, callers = self._asked
        try:
            value = cell.answer(owner, name, self.compute, callers, self._gives_up)
        except _FunctionFailed:
            self._answer = _nothing
        except BaseException as error:
            self._answer = functools.partial(_raise, error.with_traceback(None))
        else:
            self._answer = lambda: value
        # The program may end as soon as the coroutine has its answer, before this thread has ended.
        del cell, owner, self._asked
        self._tell(self._signal_wanted)
        self._tell(self._signal_finished)

    # The coroutine's side.

    async def is_wanted(self) -> bool:
        """Whether the coroutine must await the function; if not, the core has the value."""
        await self._wait(self._signal_wanted)
        return self._is_wanted

    async def finished(self) -> Any:
        await self._wait(self._signal_finished)
        answer, self._answer = self._answer, None
        assert answer is not None
        return answer()

    async def _wait(self, signal: _BlockingSignal) -> None:
        if not await signal.wait():
            self.may_wait = False
            signal.block()

    def computed(self, outcome: Callable[[], Any]) -> None:
        """The first outcome counts: the task may be cancelled before the thread has taken a value."""
        if self._outcome is None:
            self._outcome = outcome
        self._computed.set()

    def end(self) -> None:
        """No coroutine wants an answer any more."""
        self.abandoned = True
        if self._thread.is_alive():
            _ending.difference_update([thread for thread in _ending if not thread.is_alive()])
            _ending.add(self._thread)
        self.computed(_fail)


def _raise(error: BaseException) -> Any:
    raise error


def _fail() -> Any:
    raise _FunctionFailed


def _nothing() -> Any:
    raise AssertionError("the coroutine raises what its function raised")


async def _answer(cell: Any, owner: Any, name: str, function: Callable[[], Any]) -> Any:
    within = tuple(one for one in _computations.get(()) if one)
    own = [next(_tokens)]
    computation = _Computation(_signals())
    computation.start(cell, owner, name, [*own, *itertools.chain.from_iterable(within)])
    del cell  # a coroutine that raised may live as long as its exception does
    try:
        is_wanted = await computation.is_wanted()
        if is_wanted:
            before = _computations.set((own, *within))
            try:
                value = await function()
            finally:
                own.clear()  # tasks and threads that outlive the computation are no longer part of it
                try:
                    _computations.reset(before)
                except ValueError:  # what drives the coroutine has changed its context
                    pass
            computation.computed(lambda: value)
        try:
            return await computation.finished()
        except InterruptedError:
            if is_wanted or computation.may_wait:
                raise
    finally:
        computation.end()
    return await function()  # another caller computes the value, and this coroutine cannot wait for it


def asynchronous_call(cached: Any) -> Callable[..., Any]:
    """The function that is called instead of a cached ``async def`` under a tag; its first argument is the object or the anchor."""

    async def call(owner: Any, /, *args: Any, **kwargs: Any) -> Any:
        function = cached.__wrapped__ if type(owner) is Anchor else functools.partial(cached.__wrapped__, owner)
        cell = _core.CellHandle.of(cached, owner)
        name = cell.name_of_call(cached, args, kwargs)
        value = ... if name is None else cell.buffered(name)
        if value is not ...:
            return value
        computed = functools.partial(function, *args, **kwargs)
        if name is None:
            del cell
            return await computed()
        answered = _answer(cell, owner, name, computed)
        del cell
        return await answered

    # Warnings and tracebacks name the method.
    name = cached.__dict__["__name__"]
    call.__name__, call.__qualname__, call.__module__ = (
        name,
        cached.__dict__["__qualname__"],
        cached.__dict__.get("__module__", __name__),
    )
    call.__code__ = call.__code__.replace(co_name=name)
    return call
