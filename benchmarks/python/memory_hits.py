"""A hit in memory, and a call with the cache off, against a method whose body is `pass`. The cost of the loop is taken off.

Objects are asked in a shuffled order: in that of their addresses the processor would fetch each before it is asked for.
"""

import functools
import random
import threading

import measure
from measure import emit, loop_seconds
from rivals import arte, cachier, joblib

import cache_on_disk as cod


class Plain:
    def m(self):
        pass


class Ours:
    @cod.cache_on_disk
    def m(self):
        return 1.5


class Property:
    @functools.cached_property
    def m(self):
        return 1.5


class Lru:
    @functools.cache
    def m(self):
        return 1.5


def in_turns(scenario, case, variants, repeats):
    """variants: who -> (body, objects, names); the empty loop over the same objects is measured right before."""
    for _ in range(measure.ROUNDS):
        for who in random.sample(list(variants), len(variants)):
            body, objects, names = variants[who]
            count = max(1, repeats // len(objects))
            empty = loop_seconds("pass", objects, count)
            emit(scenario, case, who, loop_seconds(body, objects, count, names) - empty)


def original(directory, count):
    class Original:
        @arte.cache_on_disk
        def m(self):
            return 1.5

    objects = [Original() for _ in range(count)]
    for i, o in enumerate(objects):
        arte.set_tmpdir(o, directory)
        arte.set_tag(o, f"arte{i}")
        o.m()
    return objects


def hits(directory, count):
    ours = [Ours() for _ in range(count)]
    cod.set_tmpdir(ours, directory)
    cod.set_tag(ours, f"memory{count}")
    cod.set_options(mode="readonly")
    for o in ours:
        o.m()
    cod.set_options(mode="on")
    variants = {
        "`pass` method": ("o.m()", [Plain() for _ in range(count)], None),
        "ours": ("o.m()", ours, None),
        "cached_property": ("o.m", [Property() for _ in range(count)], None),
        "lru_cache": ("o.m()", [Lru() for _ in range(count)], None),
    }
    for who in ("cached_property", "lru_cache"):
        loop_seconds(variants[who][0], variants[who][1], 1)
    if arte and count <= 1000:
        variants["arte"] = ("o.m()", original(directory, count), None)
    if cachier and count == 1:
        function = cachier.cachier(backend="memory")(lambda: 1.5)
        function()
        variants["cachier, in memory"] = ("f()", [0], {"f": function})
    for _, objects, _ in variants.values():
        random.Random(1).shuffle(objects)  # of so many, the same order
    in_turns("python_memory_hit", f"{count} instances, 1 threads", variants, 100_000)
    if count == 1000:
        threads(ours, variants["`pass` method"][1])


def threads(ours, plain):
    """Eight threads: with the interpreter's lock they take turns; what counts is that they lose nothing by it."""
    for _ in range(measure.ROUNDS):
        for who, objects in random.sample([("`pass` method", plain), ("ours", ours)], 2):
            samples = []
            barrier = threading.Barrier(9)

            def work():
                barrier.wait()
                loop_seconds("o.m()", objects, 50)
                barrier.wait()

            all_threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in all_threads:
                thread.start()
            barrier.wait()
            begin = measure.clock()
            barrier.wait()
            samples.append(measure.clock() - begin)
            for thread in all_threads:
                thread.join()
            emit(
                "python_memory_hit", "1000 instances, 8 threads, with the loop", who, samples[0] / 8 / 50 / len(objects)
            )


def off():
    plain, ours = [Plain()], [Ours()]
    variants = {"`pass` method": ("o.m()", plain, None), "ours": ("o.m()", ours, None)}
    if arte:

        class Original:
            @arte.cache_on_disk
            def m(self):
                return 1.5

        variants["arte"] = ("o.m()", [Original()], None)
    if joblib:
        function = joblib.Memory(None, verbose=0).cache(lambda: 1.5)
        variants["joblib"] = ("f()", [0], {"f": function})
    in_turns("python_caching_off", "no tag", variants, 30_000)


def run(directory):
    for count in (1, 1000) if measure.QUICK else (1, 1000, 100_000):
        hits(directory, count)
    off()
