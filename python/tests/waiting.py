"""Calls that tell when the cache has them wait: tests wait for that, and not for so many seconds."""

import functools
import threading

from cache_on_disk import _async, get_disk_cacher


def call_telling(method, waits):
    """Call a cached method of an object; `waits` is called, again and again, while the value is computed elsewhere."""
    cacher = get_disk_cacher(method)
    computed = functools.partial(cacher._function.__wrapped__, cacher._object)

    def is_abandoned():
        waits()
        return False

    return cacher._cell.answer(cacher._object, "", computed, [], is_abandoned)


def tell_of_tasks(monkeypatch, waits):
    """`waits` is called with each asynchronous call, again and again, while the value is computed elsewhere."""

    class Telling(_async._Computation):
        def _gives_up(self):
            waits(self)
            return super()._gives_up()

    monkeypatch.setattr(_async, "_Computation", Telling)


def in_time(function):
    """What a function returns, which must not hang: that would be the failure."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function()), daemon=True)
    thread.start()
    thread.join(60)
    assert results, "it hangs, or raised what is printed"
    return results[0]
