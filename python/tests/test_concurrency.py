"""Threads and forks."""

import os
import signal
import threading

from waiting import call_telling, in_time

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Slow:
    def __init__(self):
        self.calls = []

    def pause(self):
        """What computing does."""

    @cache_on_disk
    def m(self):
        self.calls.append(1)
        self.pause()
        return [1]

    @cache_on_disk
    def nested(self):
        return self.m() + [2]


class Crowd:
    """Threads that call a method at once, of which one computes, until `how_many` of the others wait."""

    def __init__(self, how_many):
        self._count = how_many
        self._begun = threading.Event()
        self._waiting = threading.Semaphore(0)

    def pause(self):
        """For a computation: returns when all wait."""
        self._begun.set()
        for _ in range(self._count):
            assert self._waiting.acquire(timeout=60)

    def call(self, first, *others):
        """The results, in any order. The first method is called as always, and computes."""
        results = []

        def run(method, told):
            try:
                results.append(method() if told is None else call_telling(method, told))
            except ValueError as error:
                results.append(error.args[0])

        threads = [threading.Thread(target=run, args=(first, None))]
        threads[0].start()
        assert self._begun.wait(60)
        for method in others:
            threads.append(threading.Thread(target=run, args=(method, self._once())))
            threads[-1].start()
        for thread in threads:
            thread.join()
        return results

    def _once(self):
        told = []
        return lambda: None if told else (told.append(True), self._waiting.release())


def test_threads_compute_once(tagged):
    slow, crowd = tagged(Slow()), Crowd(15)
    slow.pause = crowd.pause
    assert in_time(lambda: crowd.call(*[slow.m] * 16)) == [[1]] * 16 and len(slow.calls) == 1


def test_threads_with_objects_of_their_own_compute_once(tagged):
    slows, crowd = [tagged(Slow()) for _ in range(8)], Crowd(7)
    slows[0].pause = crowd.pause
    assert in_time(lambda: crowd.call(*[slow.m for slow in slows])) == [[1]] * 8
    assert sum(len(slow.calls) for slow in slows) == 1


def test_an_exception_hands_over_to_the_next(tagged):
    class Failing:
        calls = 0

        @cache_on_disk
        def m(self):
            self.calls += 1
            if self.calls == 1:
                crowd.pause()
            if self.calls < 3:
                raise ValueError(self.calls)
            return "at last"

    failing, crowd = tagged(Failing()), Crowd(3)
    results = in_time(lambda: crowd.call(*[failing.m] * 4))
    assert sorted(map(str, results)) == ["1", "2", "at last", "at last"]


def test_tagging_and_calling_at_once(tagged, tmp_path):
    class Named:
        tag = None

        @cache_on_disk
        def m(self):
            return {"any": 1}

    obj, stop, errors = tagged(Named()), threading.Event(), []

    def call():
        while not stop.is_set():
            try:
                assert obj.m() == {"any": 1}
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=call) for _ in range(3)]
    [t.start() for t in threads]
    for i in range(60):
        tagged(obj, f"T{i % 3}")
        cod.clear_cache(obj) if i % 7 == 0 else cod.explain(obj)
    stop.set()
    [t.join() for t in threads]
    assert not errors


def test_recursion_goes_straight_to_the_function(tagged):
    class Recursive:
        depth = 0

        @cache_on_disk
        def m(self):
            self.depth += 1
            return 1 if self.depth == 3 else self.m() + 1

    assert tagged(Recursive()).m() == 3


def test_a_child_of_a_fork_calls_and_computes(tagged):
    slow = tagged(Slow())
    slow.m()
    child = os.fork()
    if child == 0:
        try:
            right = slow.m() == [1] and slow.nested() == [1, 2] and tagged(slow, "child").nested() == [1, 2]
            os._exit(0 if right else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0 and slow.nested() == [1, 2]


def test_a_fork_while_threads_compute(tagged):
    slow, begun, forked = tagged(Slow()), threading.Event(), threading.Event()
    slow.pause = lambda: (begun.set(), forked.wait())
    thread = threading.Thread(target=slow.nested)
    thread.start()
    assert begun.wait(60)
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        del slow.pause
        os._exit(0 if slow.nested() == [1, 2] else 1)
    forked.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0
