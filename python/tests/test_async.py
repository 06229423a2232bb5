"""Asynchronous methods: the awaited value is cached, and no event loop is blocked by waiting."""

import asyncio
import inspect
import sys
import textwrap
import threading

import pytest
from slow_program import begin, program, rest
from waiting import in_time, tell_of_tasks

from cache_on_disk import _async, cache_on_disk


class Async:
    def __init__(self):
        self.calls = 0

    async def pause(self):
        await asyncio.sleep(0)

    @cache_on_disk
    async def m(self):
        self.calls += 1
        await self.pause()
        return {"v": 1}

    @cache_on_disk
    async def nested(self):
        return {**await self.m(), "again": self.depth < 1 and await self.again()}

    depth = 0

    @cache_on_disk
    async def again(self):
        self.depth += 1
        return await self.again() if self.depth < 2 else self.depth

    @cache_on_disk(by_arguments=True)
    async def by(self, x):
        self.calls += 1
        return x * 2

    @cache_on_disk
    async def fails(self):
        await asyncio.sleep(0)
        raise KeyError("mine")


def test_an_async_method_caches_the_awaited_value(tagged, entries):
    first, second = tagged(Async()), tagged(Async())
    assert (inspect.iscoroutinefunction if sys.version_info >= (3, 12) else asyncio.iscoroutinefunction)(Async.m)

    async def run():
        assert await first.m() == {"v": 1} and await first.m() == {"v": 1}
        assert await second.m() == {"v": 1}
        assert await second.nested() == {"v": 1, "again": 2}
        assert await first.by(2) == 4 and await first.by(x=2) == 4 and await first.by(3) == 6

    asyncio.run(run())
    assert first.calls == 3 and second.calls == 0 and "root.Async.m.npy" in entries()


def test_tasks_compute_once_and_the_loop_goes_on(tagged, monkeypatch):
    obj, waiting = tagged(Async()), set()
    tell_of_tasks(monkeypatch, waiting.add)

    async def until_all_others_wait():  # on their threads, while the loop goes on: this needs it
        while len(waiting) < 39:
            await asyncio.sleep(0)

    async def run():
        return await asyncio.gather(*(obj.m() for _ in range(40)))

    obj.pause = until_all_others_wait
    assert in_time(lambda: asyncio.run(run())) == [{"v": 1}] * 40 and obj.calls == 1


def test_the_loop_goes_on_while_another_process_computes(start, tmp_path):
    first = start("slowly")
    assert first.stdout.readline() == "computing\n"
    code = program.replace("def m(", "async def m(").replace(
        "print(call(), flush=True)",
        textwrap.dedent("""
        import asyncio
            from cache_on_disk import _async
            waits = threading.Event()
            gives_up = _async._Computation._gives_up
            _async._Computation._gives_up = lambda self: waits.set() or gives_up(self)
            async def run():
                task = asyncio.ensure_future(slow.m())
                while not waits.is_set():
                    await asyncio.sleep(0)
                for _ in range(20):
                    assert not task.done()
                    await asyncio.sleep(0)
                print("waiting", flush=True)
                print(await task)
            asyncio.run(run())""").strip(),
    )
    script = tmp_path / "other" / "program.py"
    script.parent.mkdir()
    script.write_text(code)
    second = begin(script, tmp_path, "at once")
    assert second.stdout.readline() == "ready\n" and second.stdout.readline() == "waiting\n"
    first.kill()
    assert rest(second) == "computing\n42\n"


def test_an_async_exception_and_a_cancellation_pass(tagged, entries):
    obj = tagged(Async())

    async def never_ends():
        await asyncio.get_running_loop().create_future()

    async def run():
        with pytest.raises(KeyError) as caught:
            await obj.fails()
        assert caught.value.__context__ is None
        obj.pause = never_ends
        task = asyncio.create_task(obj.m())
        while not obj.calls:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        del obj.pause
        return await obj.m()

    assert asyncio.run(run()) == {"v": 1} and entries() == ["root.Async.m.npy"]


def test_a_value_that_is_computed_when_its_task_is_cancelled_is_stored(tagged, entries, monkeypatch):
    obj, taken, told = tagged(Async()), threading.Event(), []

    class LateThread(_async._Computation):
        """Takes the outcome once it may."""

        def __init__(self, *args):
            super().__init__(*args)
            wait = self._computed.wait
            self._computed.wait = lambda timeout: wait(timeout) and taken.wait(20)

        def computed(self, outcome):
            super().computed(outcome)
            if outcome is not _async._fail:
                told.append(outcome)

    monkeypatch.setattr(_async, "_Computation", LateThread)

    async def run():
        task = asyncio.create_task(obj.m())
        while not told:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        taken.set()
        return await obj.m()

    assert asyncio.run(run()) == {"v": 1} and obj.calls == 1 and entries() == ["root.Async.m.npy"]


def test_a_loop_that_is_closed_has_computed_nothing():
    loop = asyncio.new_event_loop()
    computation = _async._Computation(lambda: _async._AsyncioSignal(loop))
    loop.close()
    with pytest.raises(_async._FunctionFailed):
        computation.compute()


def test_without_a_tag_an_async_method_is_itself():
    obj = Async()
    assert asyncio.run(obj.m()) == {"v": 1} and asyncio.run(obj.m()) == {"v": 1} and obj.calls == 2
