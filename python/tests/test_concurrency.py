"""Threads and forks."""

import os
import signal
import threading
import time

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Slow:
    def __init__(self):
        self.calls = []

    @cache_on_disk
    def m(self):
        self.calls.append(1)
        time.sleep(0.2)
        return [1]

    @cache_on_disk
    def nested(self):
        return self.m() + [2]


def test_threads_compute_once(tagged):
    slow, results = tagged(Slow()), []
    threads = [threading.Thread(target=lambda: results.append(slow.m())) for _ in range(16)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert results == [[1]] * 16 and len(slow.calls) == 1


def test_threads_with_objects_of_their_own_compute_once(tagged):
    calls, slows = [], [tagged(Slow()) for _ in range(8)]
    for slow in slows:
        slow.calls = calls
    threads = [threading.Thread(target=slow.m) for slow in slows]
    [t.start() for t in threads], [t.join() for t in threads]
    assert len(calls) == 1


def test_an_exception_hands_over_to_the_next(tagged):
    class Failing:
        calls = 0

        @cache_on_disk
        def m(self):
            Failing.calls += 1
            time.sleep(0.05)
            if Failing.calls < 3:
                raise ValueError(Failing.calls)
            return "at last"

    failing, results = tagged(Failing()), []

    def call():
        try:
            results.append(failing.m())
        except ValueError as error:
            results.append(error.args[0])

    threads = [threading.Thread(target=call) for _ in range(4)]
    [t.start() for t in threads], [t.join() for t in threads]
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
    slow = tagged(Slow())
    thread = threading.Thread(target=slow.nested)
    thread.start()
    time.sleep(0.05)
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if slow.nested() == [1, 2] else 1)
    thread.join()
    assert os.waitpid(child, 0)[1] == 0
