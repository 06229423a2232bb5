"""Asynchronous methods whatever drives them, and however their tasks depend on each other."""

import asyncio
import gc
import subprocess
import sys
import textwrap
import types
import warnings

import pytest
from slow_program import environment
from waiting import in_time, tell_of_tasks

from cache_on_disk import cache_on_disk, put, set_tag


@types.coroutine
def pause():
    yield


class Frames:
    def __init__(self):
        self.calls = []

    @cache_on_disk
    async def frames(self):
        self.calls.append("frames")
        for _ in range(3):
            await self.sleep()
        return [1, 2]

    @cache_on_disk(by_arguments=True)
    async def power(self, k):
        self.calls.append(k)
        await self.sleep()
        return k * len(await self.frames())

    @cache_on_disk
    async def report(self):
        return await self.both(*(self.power(k) for k in (1, 2, 3, 1)), self.frames())

    @cache_on_disk
    async def reports(self):
        return await self.both(self.report(), self.report(), self.frames())

    @cache_on_disk
    async def fails(self):
        await self.sleep()
        raise KeyError("mine")

    async def sleep(self):
        await asyncio.sleep(0.01)

    async def both(self, *awaitables):
        return await asyncio.gather(*awaitables)


right = [[2, 4, 6, 2, [1, 2]], [2, 4, 6, 2, [1, 2]], [1, 2]]


def test_tasks_within_computations_compute_once(tagged):
    frames = tagged(Frames())
    assert asyncio.run(frames.reports()) == right
    assert sorted(map(str, frames.calls)) == ["1", "2", "3", "frames"]


def test_a_task_that_asks_for_what_its_computation_computes_gets_it(tagged):
    class Circular(Frames):
        @cache_on_disk
        async def ping(self):
            self.calls.append("ping")
            return 1 if len(self.calls) > 1 else await asyncio.create_task(self.ping()) + 1

        @cache_on_disk
        async def left(self):
            self.calls.append("left")
            return "l" if self.calls.count("left") > 1 else "l" + (await asyncio.gather(self.right_one()))[0]

        @cache_on_disk
        async def right_one(self):
            return "r" + await asyncio.create_task(self.left())

    assert asyncio.run(tagged(Circular()).ping()) == 2
    assert asyncio.run(tagged(Circular()).left()) == "lrl"


def test_two_tasks_that_wait_for_each_other_compute(tagged):
    class Cross(Frames):
        async def both_have_begun(self):
            while not {"a", "b"} <= set(self.calls):
                await asyncio.sleep(0)

        @cache_on_disk
        async def a(self):
            self.calls.append("a")
            await self.both_have_begun()
            return "a" if self.calls.count("a") > 1 else "a" + await asyncio.create_task(self.b())

        @cache_on_disk
        async def b(self):
            self.calls.append("b")
            await self.both_have_begun()
            return "b" if self.calls.count("b") > 1 else "b" + await asyncio.create_task(self.a())

    cross = tagged(Cross())
    found = asyncio.run(asyncio.wait_for(cross.both(cross.a(), cross.b()), 20))
    assert [one[0] for one in found] == ["a", "b"]


def drive(coroutine):
    """Runs a coroutine as a driver of its own does."""
    try:
        while True:
            coroutine.send(None)
    except StopIteration as end:
        return end.value


class ByHand(Frames):
    async def sleep(self):
        await pause()

    async def both(self, *awaitables):
        return [await one for one in awaitables]


def test_a_coroutine_driven_by_hand_computes_and_stores(tagged, entries):
    assert drive(ByHand().frames()) == [1, 2]  # without a tag
    obj = tagged(ByHand())
    assert drive(obj.reports()) == right and drive(obj.frames()) == [1, 2]
    assert sorted(map(str, obj.calls)) == ["1", "2", "3", "frames"] and "root.Frames.frames.npy" in entries()
    again = tagged(ByHand())
    assert drive(again.reports()) == right and again.calls == []
    put(again.frames, [3])
    assert drive(again.frames()) == [3]
    with pytest.raises(KeyError):
        drive(obj.fails())


def test_coroutines_driven_in_turns_do_not_wait_for_each_other(tagged):
    obj, other = tagged(ByHand()), tagged(ByHand())
    first, second, third = obj.frames(), obj.frames(), other.frames()
    first.send(None), second.send(None)
    assert drive(third) == [1, 2] and drive(second) == [1, 2] and drive(first) == [1, 2]
    assert drive(obj.frames()) == [1, 2] and obj.calls == ["frames"] * 2 and other.calls == ["frames"]


def test_a_coroutine_that_is_dropped_lets_go(tagged):
    obj = tagged(ByHand())
    pending = obj.frames()
    pending.send(None)
    pending.close()
    assert asyncio.run(asyncio.wait_for(tagged(Frames()).frames(), 20)) == [1, 2]


def test_a_loop_that_is_stepped_within_another_task_waits_for_nobody(tagged):
    obj = tagged(ByHand())

    async def run():
        pending = obj.frames()
        pending.send(None)
        drive(pending)
        return await tagged(ByHand()).frames()

    assert asyncio.run(run()) == [1, 2]


def test_trio_computes_once(tagged, monkeypatch):
    trio = pytest.importorskip("trio")
    waiting = set()
    tell_of_tasks(monkeypatch, waiting.add)

    class OnTrio(Frames):
        waiters = 3  # a report, power(1) and the frames are each asked for twice

        async def sleep(self):
            while "frames" in self.calls and len(waiting) < self.waiters:
                await trio.sleep(0)  # the loop goes on
            await trio.sleep(0)

        async def both(self, *awaitables):
            results = {}

            async def keep(place, one):
                results[place] = await one

            async with trio.open_nursery() as nursery:
                for place, one in enumerate(awaitables):
                    nursery.start_soon(keep, place, one)
            return [results[place] for place in range(len(awaitables))]

    obj = tagged(OnTrio())

    async def run():
        value = await obj.reports()
        other = tagged(OnTrio(), "other")
        other.waiters = 100  # it does not end
        async with trio.open_nursery() as nursery:
            nursery.start_soon(other.frames)
            while not other.calls:
                await trio.sleep(0)
            nursery.cancel_scope.cancel()
        with pytest.raises(KeyError):
            await obj.fails()
        return value

    assert in_time(lambda: trio.run(run)) == right
    assert sorted(map(str, obj.calls)) == ["1", "2", "3", "frames"]


def test_a_loop_that_is_closed_with_a_pending_task_lets_go(tagged):
    obj = tagged(Frames())
    obj.sleep = lambda: asyncio.sleep(60)
    loop = asyncio.new_event_loop()
    task = loop.create_task(obj.frames())
    while not obj.calls:
        loop.run_until_complete(asyncio.sleep(0.01))
    loop.close()
    other = tagged(Frames())
    assert asyncio.run(asyncio.wait_for(other.frames(), 20)) == [1, 2] and other.calls == ["frames"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        task._log_destroy_pending = False
        del task
        gc.collect()


def test_coroutines_bear_the_name_of_the_method():
    obj = Frames()
    set_tag(obj, "T")
    pending = obj.frames()
    assert pending.__qualname__ == "Frames.frames" and pending.__name__ == pending.cr_code.co_name == "frames"
    pending.close()


@pytest.mark.parametrize(
    "ending, call",
    [
        ("return 1", "a.m()"),
        ("raise ValueError('expected')", "a.m()"),
        ("sys.exit(0)", "a.m()"),
        ("begun.append(1); await asyncio.sleep(60)", "cancelled(a.m())"),
    ],
)
def test_nothing_is_left_behind_at_the_end(tmp_path, ending, call):
    code = textwrap.dedent(f"""
        import asyncio, sys
        from cache_on_disk import cache_on_disk, set_tag, set_tmpdir
        class A:
            @cache_on_disk
            async def m(self):
                await asyncio.sleep(0)
                {ending}
        begun = []
        async def cancelled(call):
            task = asyncio.ensure_future(call)
            while not begun: await asyncio.sleep(0)
            task.cancel()
            await task
        a = A(); set_tmpdir(a, {str(tmp_path)!r}); set_tag(a, "T")
        try: asyncio.run({call})
        except (ValueError, asyncio.CancelledError): pass
    """)
    result = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
