"""Objects that can be used only once are handed to the caller: never kept, never stored, never touched."""

import asyncio
import collections
import csv
import io
import itertools
import os
import sqlite3
import threading
import weakref
import zipfile

import numpy as np
import pytest

import cache_on_disk as cod
from cache_on_disk import cache_on_disk


class Maker:
    def __init__(self, make):
        self.make = make
        self.calls = 0

    @cache_on_disk
    def get(self):
        self.calls += 1
        return self.make()

    @cache_on_disk(by_arguments=True)
    def get_one(self, number):
        self.calls += 1
        return self.make()


class Countdown:
    def __init__(self):
        self.left = 3

    def __iter__(self):
        raise AssertionError("nobody asked for it")

    def __next__(self):
        raise AssertionError("nobody asked for it")


class Stream:
    """Holds what can be used once in an attribute, and can be pickled."""

    def __init__(self):
        self.rows = iter([1, 2])


class Unpicklable(Stream):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()


Pair = collections.namedtuple("Pair", "first second")


async def coroutine():
    return 1


async def asynchronous_generator():
    yield 1


def cursor():
    return sqlite3.connect(":memory:").execute("select 1 union select 2")


def archive():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", "text")
    return zipfile.ZipFile(made)


once = {
    "zip": lambda: zip([1], [2]),
    "map": lambda: map(int, ["1", "2"]),
    "filter": lambda: filter(None, [1]),
    "reversed": lambda: reversed([1, 2]),
    "enumerate": lambda: enumerate("ab"),
    "endless": itertools.count,
    "cycle": lambda: itertools.cycle([1]),
    "keys": lambda: iter({"a": 1}),
    "csv": lambda: csv.reader(["a,b"]),
    "dict rows": lambda: csv.DictReader(["a,b", "1,2"]),
    "scandir": lambda: os.scandir("/"),
    "file": lambda: open(os.devnull),
    "binary file": lambda: open(os.devnull, "rb"),
    "text in memory": lambda: io.StringIO("abc"),
    "bytes in memory": lambda: io.BytesIO(b"abc"),
    "cursor": cursor,
    "elements": lambda: np.arange(3).flat,
    "nditer": lambda: np.nditer(np.arange(3)),
    "own": Countdown,
    "generator": lambda: (i for i in range(3)),
    "asynchronous": asynchronous_generator,
}
holding_once = {
    "tuple": lambda: (1, zip("ab", "cd")),
    "dict": lambda: {"rows": map(int, "12")},
    "deep": lambda: [{"a": (1, [iter("abc")])}],
    "object": Stream,
    "unpicklable object": Unpicklable,
    "object in list": lambda: [Stream()],
    "named tuple": lambda: Pair(1, itertools.count()),
    "array": lambda: np.array([iter("ab"), None], dtype=object),
    "beside a lock": lambda: {"lock": threading.Lock(), "rows": iter([1])},
    "set": lambda: {iter("ab")},
    "archive": archive,
    "closure": lambda: (lambda rows: lambda: next(rows))(iter([1, 2])),
}


@pytest.mark.parametrize("name", [*once, *holding_once])
def test_each_call_gets_its_own(tagged, entries, messages, name):
    make = once.get(name) or holding_once[name]
    made = []
    maker = tagged(Maker(lambda: made.append(make()) or made[-1]))
    results = [maker.get(), maker.get(), maker.get_one(1), maker.get_one(1)]
    assert all(a is b for a, b in zip(results, made)) and maker.calls == 4
    assert not entries() and sum("only once" in message and "Maker.get " in message for message in messages()) == 1
    assert sum(cod.statistics(maker).uncached.values()) >= 4 and "only once" in str(cod.explain(maker.get))
    cod.set_options(strict=True)
    with pytest.raises(cod.UncachedError, match="only once"):
        maker.get()


def test_nothing_is_taken_from_it(tagged):
    maker = tagged(Maker(lambda: itertools.count()))
    assert next(maker.get()) == 0 and next(maker.get()) == 0
    rows = tagged(Maker(lambda: csv.reader(["a,b", "c,d"])))
    assert list(rows.get()) == list(rows.get()) == [["a", "b"], ["c", "d"]]
    with tagged(Maker(lambda: open(__file__))).get() as file:
        assert file.readline().startswith('"""Objects')


def test_a_coroutine_is_handed_out(tagged, messages):
    maker = tagged(Maker(coroutine))
    assert asyncio.run(maker.get()) == asyncio.run(maker.get()) == 1
    assert sum("coroutine objects" in message for message in messages()) == 1


def test_put_neither_stores_nor_uses_it(tagged, entries, messages):
    maker = tagged(Maker(lambda: 5))
    rows = iter([1, 2])
    cod.put(maker.get, rows)
    assert list(rows) == [1, 2] and not entries() and "only once" in "".join(messages())
    assert maker.get() == 5


def test_what_waits_beside_it_computes_its_own(tagged):
    begin, go_on = threading.Event(), threading.Event()
    made = []

    def make():
        begin.set()
        assert go_on.wait(30)
        made.append(iter([len(made)]))
        return made[-1]

    makers = [tagged(Maker(make)) for _ in range(4)]
    got = []
    threads = [threading.Thread(target=lambda maker=maker: got.append(maker.get())) for maker in makers]
    for thread in threads:
        thread.start()
    assert begin.wait(30)
    go_on.set()
    for thread in threads:
        thread.join()
    assert len({id(rows) for rows in got}) == 4 and sorted(next(rows) for rows in got) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "value",
    [range(3), {"a": 1}, {1, 2}, [iter], (zip, map), collections.deque([1]), memoryview(b"a")],
    ids=lambda v: type(v).__name__,
)
def test_what_can_be_used_again_is_kept(tagged, value):
    maker = tagged(Maker(lambda: value))
    assert maker.get() == value and maker.get() == value and maker.calls == 1


def test_a_method_that_returns_its_object_gives_it(tagged, entries, messages):
    maker = Maker(None)
    maker.make = lambda: maker
    assert tagged(maker).get() is maker and maker.get() is maker and maker.calls == 2
    assert not entries() and len(messages()) == 1 and "handed out as it is" in messages()[0]


class Frame:
    name = "a"


def test_weak_proxies_are_handed_out_and_no_copy_takes_their_place(tagged, messages):
    class Sensor:
        def __init__(self):
            self.kept, self.calls = Frame(), 0

        @cache_on_disk
        def frame(self):
            self.calls += 1
            return weakref.proxy(self.kept)

    sensor = tagged(Sensor())
    for name in ("a", "b"):
        sensor.kept.name = name
        assert type(sensor.frame()) is weakref.ProxyType and sensor.frame().name == name
    assert sensor.calls == 4 and len(messages()) == 1 and "ProxyType" in messages()[0]
