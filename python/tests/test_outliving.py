"""What a computation starts and leaves behind is within it no longer: it waits for a value that others compute."""

import asyncio
import contextvars
import threading

from waiting import call_telling, in_time, tell_of_tasks

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Station:
    """Its first call leaves a thread or task behind that asks for the value while the second call computes it."""

    def __init__(self):
        self.calls = 0
        self.answers = []
        self.waits = threading.Event()
        self.computes_again = threading.Event()
        self.left_behind = None

    def ask(self):
        self.computes_again.wait()
        self.answers.append(call_telling(self.plain, self.waits.set))

    async def ask_async(self):
        while not self.computes_again.is_set():
            await asyncio.sleep(0)
        self.answers.append(await self.awaited())

    @cache_on_disk
    def plain(self):
        self.calls += 1
        if self.calls == 1:
            self.left_behind = threading.Thread(target=contextvars.copy_context().run, args=[self.ask])
            self.left_behind.start()
        else:
            self.computes_again.set()
            self.waits.wait()
        return [self.calls]

    @cache_on_disk
    async def awaited(self):
        self.calls += 1
        if self.calls == 1:
            self.left_behind = asyncio.create_task(self.ask_async())
        else:
            self.computes_again.set()
            while not self.waits.is_set():
                await asyncio.sleep(0)
        return [self.calls]


def test_a_thread_left_behind_waits(tagged):
    station = tagged(Station())
    assert station.plain() == [1]
    cod.refresh(station)
    assert in_time(station.plain) == [2]
    station.left_behind.join()
    assert station.answers == [[2]] and station.calls == 2


def test_a_task_left_behind_waits(tagged, monkeypatch):
    station = tagged(Station())
    tell_of_tasks(monkeypatch, lambda computation: station.waits.set())

    async def main():
        assert await station.awaited() == [1]
        cod.refresh(station)
        assert await station.awaited() == [2]
        await station.left_behind

    in_time(lambda: asyncio.run(main()) is None)
    assert station.answers == [[2]] and station.calls == 2


def test_a_thread_within_a_computation_does_not_wait(tagged):
    class Helped:
        calls = 0

        @cache_on_disk
        def plain(self):
            self.calls += 1
            if self.calls > 1:
                return [0]
            answers = []
            thread = threading.Thread(
                target=contextvars.copy_context().run, args=[lambda: answers.append(self.plain())]
            )
            thread.start()
            thread.join()
            return answers[0] + [1]

    assert tagged(Helped()).plain() == [0, 1]
