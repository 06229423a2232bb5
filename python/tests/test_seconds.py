"""The seconds of an entry are its method's own: nested, awaited, on threads, in generators, and where it raises.

Nothing here depends on how fast a machine is: a method that works looks at the clock until its time is over, and what all methods
together have counted is held against what the whole has taken, into which a second counted twice would not fit.
"""

import asyncio
import contextvars
import threading
import time

import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk

work_seconds = 0.05


def work():
    end = time.perf_counter() + work_seconds
    while time.perf_counter() < end:
        pass
    return 1


async def awork():
    end = time.perf_counter() + work_seconds
    while time.perf_counter() < end:
        await asyncio.sleep(0.001)
    return 1


class Station:
    """Methods that ask for others of their object, each with `work_seconds` of its own."""

    @cache_on_disk
    def plain(self):
        return work()

    @cache_on_disk
    def other(self):
        return work()

    @cache_on_disk
    async def awaited(self):
        return await awork()

    @cache_on_disk
    def plain_in_plain(self):
        return work() + self.plain()

    @cache_on_disk
    def three_deep(self):
        return work() + self.plain_in_plain() + self.other()

    @cache_on_disk
    async def plain_in_async(self):
        return await awork() + self.plain()

    @cache_on_disk
    async def async_in_async(self):
        return await awork() + await self.awaited()

    @cache_on_disk
    def async_in_plain(self):
        return work() + asyncio.run(self.awaited())

    @cache_on_disk
    def all_kinds(self):
        """Plain, async, plain."""
        return work() + asyncio.run(self.plain_in_async())

    @cache_on_disk
    async def on_a_thread(self):
        def other():
            return self.plain()

        context = contextvars.copy_context()  # as asyncio.to_thread does
        return await awork() + await asyncio.get_running_loop().run_in_executor(None, context.run, other)

    @cache_on_disk
    def steps(self):
        """A coroutine that a plain method steps by hand."""
        coroutine = self.stepped()
        try:
            coroutine.send(None)
        except StopIteration as stop:
            return work() + stop.value
        raise AssertionError("it waits for nothing")

    @cache_on_disk
    async def stepped(self):
        return work() + self.plain()

    @cache_on_disk
    async def gathers(self):
        async def task():
            return self.other() + await self.awaited()

        return await awork() + sum(await asyncio.gather(task(), self.async_in_async()))

    @cache_on_disk
    def over_a_generator(self):
        def values():
            yield work()
            yield self.plain()

        return sum(values())

    @cache_on_disk
    def raises(self):
        work()
        raise LookupError

    @cache_on_disk
    def over_one_that_raises(self):
        try:
            self.raises()
        except LookupError:
            return work() + self.plain()


def counted(station):
    return {s.method.partition(".")[2]: s.seconds_computing for s in cod.statistics(station).methods if s.computed}


def elapsed(station, method):
    start = time.perf_counter()
    value = getattr(station, method)()
    if asyncio.iscoroutine(value):
        asyncio.run(value)
    return time.perf_counter() - start


@pytest.mark.parametrize(
    "method, computed",
    [
        ("plain_in_plain", 2),
        ("three_deep", 4),
        ("plain_in_async", 2),
        ("async_in_async", 2),
        ("async_in_plain", 2),
        ("all_kinds", 3),
        ("on_a_thread", 2),
        ("steps", 3),
        ("over_a_generator", 2),
    ],
)
def test_each_second_is_counted_once(tagged, method, computed):
    station = tagged(Station())
    whole = elapsed(station, method)
    seconds = counted(station)
    assert len(seconds) == computed
    # Each has worked for as long as it does, and together they have not worked longer than there was time.
    assert all(own >= work_seconds for own in seconds.values()), seconds
    assert sum(seconds.values()) <= whole, (seconds, whole)


def test_what_ran_side_by_side_is_no_time_of_the_one_that_awaits_it(tagged):
    station = tagged(Station())
    whole = elapsed(station, "gathers")
    seconds = counted(station)
    assert set(seconds) == {"gathers", "other", "awaited", "async_in_async"}
    assert seconds["gathers"] >= work_seconds
    assert seconds["gathers"] + max(seconds["other"], seconds["awaited"], seconds["async_in_async"]) <= whole


def test_one_that_raises_takes_its_seconds_with_it(tagged):
    station = tagged(Station())
    whole = elapsed(station, "over_one_that_raises")
    seconds = counted(station)
    assert set(seconds) == {"over_one_that_raises", "plain"}
    assert sum(seconds.values()) + work_seconds <= whole, (seconds, whole)


def test_seconds_saved_are_those_of_the_entry(tagged):
    elapsed(tagged(Station()), "all_kinds")
    again = tagged(Station())
    again.all_kinds()
    saved = {s.method.partition(".")[2]: s.seconds_saved for s in cod.statistics(again).methods if s.from_disk}
    assert set(saved) == {"all_kinds"} and work_seconds <= saved["all_kinds"]
    assert saved["all_kinds"] == pytest.approx(cod.explain(again.all_kinds).seconds_saved)


def test_a_call_that_leads_back_goes_straight_to_its_function(tagged):
    """From a plain method over a task and a thread: nobody waits for themselves."""

    class Circle:
        def __init__(self):
            self.depth = 0

        @cache_on_disk
        def value(self):
            self.depth += 1
            return 7 if self.depth == 2 else asyncio.run(self.over())

        @cache_on_disk
        async def over(self):
            context = contextvars.copy_context()
            return await asyncio.get_running_loop().run_in_executor(None, context.run, self.value)

    circle = tagged(Circle())
    got = []
    thread = threading.Thread(target=lambda: got.append(circle.value()), daemon=True)
    thread.start()
    thread.join(60)
    assert got == [7] and circle.depth == 2
