#!/usr/bin/env python3
"""Measures cache_on_disk beside other caches, in one run: a table, and a plot if matplotlib is installed.

    compare.py [--output comparison.png] [--quick]

Others are measured if they are installed: arte (the Python original), joblib, diskcache, cachier. Times are the best of several
rounds; of memory hits the cost of an empty loop is taken off. A goal that is missed is marked, and the exit code tells.
"""

import argparse
import functools
import gc
import importlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

import cache_on_disk as cod

clock = time.perf_counter


def optional(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


arte = optional("arte.dataelab.cache_on_disk")
joblib, diskcache, cachier = optional("joblib"), optional("diskcache"), optional("cachier")


class Plain:
    def m(self):
        pass


class Ours:
    @cod.cache_on_disk
    def m(self):
        return 1.5

    @functools.cached_property
    def p(self):
        return 1.5


def loop_time(body, objects, repeats):
    """Seconds of one `body` for an object `o`, a loop's cost included."""
    names = {}
    exec(f"def run(objects, repeats):\n    for _ in range(repeats):\n        for o in objects:\n            {body}", names)
    best = float("inf")
    for _ in range(9):
        begin = clock()
        names["run"](objects, repeats)
        best = min(best, clock() - begin)
    return best / repeats / len(objects)


def memory_hits(directory, rows, count):
    plain, ours = [Plain() for _ in range(count)], [Ours() for _ in range(count)]
    cod.set_tmpdir(ours, directory)
    cod.set_tag(ours, f"memory{count}")
    cod.set_options(mode="readonly")
    for o in ours:
        o.m(), o.p
    cod.set_options(mode="on")
    repeats = max(1, 300_000 // count)
    empty = loop_time("pass", plain, repeats)
    baseline = loop_time("o.m()", plain, repeats) - empty
    name = f"memory hit, {count:,} objects"
    rows.add(name, "method that is `pass`", baseline)
    rows.add(name, "cache_on_disk", loop_time("o.m()", ours, repeats) - empty, (1.0 if count <= 1000 else 2.0) * baseline)
    rows.add(name, "functools.cached_property", loop_time("o.p", ours, repeats) - empty)
    if arte and count <= 1000:
        class Original:
            @arte.cache_on_disk
            def m(self):
                return 1.5

        theirs = [Original() for _ in range(min(count, 100))]
        for i, o in enumerate(theirs):
            arte.set_tmpdir(o, directory)
            arte.set_tag(o, f"arte{i}")
            o.m()
        rows.add(name, "arte", loop_time("o.m()", theirs, 3000 // len(theirs)) - empty)


def best_of(make, use, rounds):
    best = float("inf")
    for i in range(rounds):
        prepared = make(i)
        gc.disable()
        begin = clock()
        result = use(prepared)
        best = min(best, clock() - begin)
        gc.enable()
        del result, prepared
    return best


def disk_hits(directory, rows, elements, label, goal, rounds):
    name = f"disk hit, {label}"

    class Value:
        @cod.cache_on_disk
        def m(self):
            return np.ones(elements)

    def ours(i):
        value = Value()
        cod.set_tmpdir(value, directory)
        cod.set_tag(value, f"disk{elements}")
        return value

    ours(0).m(), ours(0).m()
    time.sleep(2 if elements > 1e6 else 0)  # the durable mark is written when the disk has the file
    measured = best_of(ours, lambda v: v.m(), rounds)
    rivals = {}
    path = os.path.join(directory, f"{elements}.npy")
    np.save(path, np.ones(elements))
    rivals["np.load"] = best_of(lambda i: path, np.load, rounds)
    if elements <= 1e6:
        if arte:
            class Original:
                @arte.cache_on_disk
                def m(self):
                    return np.ones(elements)

            def theirs(i):
                value = Original()
                arte.set_tmpdir(value, directory)
                arte.set_tag(value, f"arte{elements}")
                return value

            theirs(0).m()
            rivals["arte"] = best_of(theirs, lambda v: v.m(), rounds)
        if joblib:
            function = joblib.Memory(os.path.join(directory, "joblib"), verbose=0).cache(np.ones)
            function(elements)
            rivals["joblib"] = best_of(lambda i: None, lambda _: function(elements), rounds)
        if diskcache:
            with diskcache.Cache(os.path.join(directory, "diskcache")) as cache:
                cache["k"] = np.ones(elements)
                rivals["diskcache"] = best_of(lambda i: None, lambda _: cache["k"], rounds)
        if cachier:
            cached = cachier.cachier(cache_dir=os.path.join(directory, "cachier"), separate_files=True, pickle_reload=True)(np.ones)
            cached(elements)
            rivals["cachier"] = best_of(lambda i: None, lambda _: cached(elements), rounds)
    limits = [goal]
    if elements <= 1e6:
        limits += [rivals[n] / 4 for n in ("arte", "joblib") if n in rivals] + [rivals[n] for n in ("diskcache",) if n in rivals]
    rows.add(name, "cache_on_disk", measured, min(limits))
    for rival, seconds in rivals.items():
        rows.add(name, rival, seconds)


def stores(directory, rows, rounds):
    class Value:
        def __init__(self, array):
            self.array = [array]

        @cod.cache_on_disk
        def m(self):
            return self.array.pop()

    times = {"cache_on_disk": [], "np.save": []}
    for i in range(rounds):
        value = Value(np.random.default_rng(i).random(1_000_000))
        cod.set_tmpdir(value, directory)
        cod.set_tag(value, f"store{i}")
        begin = clock()
        value.m()
        times["cache_on_disk"].append(clock() - begin)
        array = np.random.default_rng(i).random(1_000_000)
        path = os.path.join(directory, f"store{i}", "a.npy")
        os.makedirs(os.path.dirname(path))
        begin = clock()
        np.save(path, array)
        times["np.save"].append(clock() - begin)
    name = "store of 8 MB (median)"
    rows.add(name, "np.save", statistics.median(times["np.save"]))
    rows.add(name, "cache_on_disk", statistics.median(times["cache_on_disk"]), statistics.median(times["np.save"]))


def tagging(directory, rows):
    objects = [Ours() for _ in range(10_000)]
    cod.set_tmpdir(objects, directory)
    counter = iter(range(100))
    seconds = best_of(lambda i: f"tag{next(counter)}", lambda tag: cod.set_tag(objects, tag), 7)
    rows.add("set_tag, each of 10,000 objects", "cache_on_disk", seconds / len(objects), 2e-6)


def importing(rows):
    def seconds(code):
        best = float("inf")
        for _ in range(7):
            output = subprocess.run([sys.executable, "-c", f"import time, numpy; t = time.perf_counter(); {code}; print(time.perf_counter() - t)"],
                                    capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
            best = min(best, float(output.stdout))
        return best

    rows.add("import, after numpy", "cache_on_disk", seconds("import cache_on_disk"), 10e-3)


def memory_use(directory, rows):
    code = (
        "import sys, gc\nimport cache_on_disk as cod\n"
        "class A:\n    __slots__ = ('__weakref__',)\n    @cod.cache_on_disk\n    def m(self): return None\n"
        "def rss(): return int(open('/proc/self/statm').read().split()[1]) * 4096\n"
        "cod.set_tag([A() for _ in range(1000)], 'x')\nobjects = [A() for _ in range(100_000)]\n"
        "before = rss()\ncod.set_tag(objects, 'x')\ngc.collect()\nprint((rss() - before) / len(objects))")
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CACHE_ON_DISK_DIR": directory})
    rows.add("memory, each of 100,000 tagged objects", "cache_on_disk", float(output.stdout), 200, "bytes")


class Rows:
    def __init__(self):
        self.rows, self.missed = [], 0

    def add(self, case, who, value, goal=None, unit="s"):
        self.rows.append((case, who, value, goal, unit))

    @staticmethod
    def text(value, unit):
        if unit == "bytes":
            return f"{value:.0f} B"
        for factor, name in ((1e9, "ns"), (1e6, "µs"), (1e3, "ms")):
            if value * factor < 1000:
                return f"{value * factor:.3g} {name}"
        return f"{value:.3g} s"

    def print(self):
        last = None
        for case, who, value, goal, unit in self.rows:
            note = "" if goal is None else f"   goal {self.text(goal, unit)}: {'reached' if value <= goal else 'MISSED'}"
            self.missed += goal is not None and value > goal
            print(f"{case if case != last else '':<42}{who:<28}{self.text(value, unit):>10}{note}")
            last = case

    def plot(self, path):
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        cases = [c for c in dict.fromkeys(r[0] for r in self.rows) if sum(r[0] == c for r in self.rows) > 1]
        figure, all_axes = pyplot.subplots(len(cases), 1, figsize=(8, 1.7 * len(cases)), layout="constrained")
        for case, axes in zip(cases, all_axes):
            rows = [r for r in self.rows if r[0] == case]
            axes.barh([r[1] for r in rows], [r[2] * 1e6 for r in rows], color=["C1" if r[1] == "cache_on_disk" else "C0" for r in rows])
            axes.set(xscale="log", title=case, xlabel="µs")
        figure.savefig(path, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", help="where to draw the comparison")
    parser.add_argument("--quick", action="store_true", help="without the 400 MB and the 100,000 objects")
    options = parser.parse_args()
    directory, rows = tempfile.mkdtemp(prefix="cache_on_disk_bench"), Rows()
    try:
        for count in (1, 1000) if options.quick else (1, 1000, 100_000):
            memory_hits(directory, rows, count)
        disk_hits(directory, rows, 112, "1 KB", 20e-6, 300)
        disk_hits(directory, rows, 1_000_000, "8 MB", 60e-6, 20)
        if not options.quick:
            disk_hits(directory, rows, 50_000_000, "400 MB", 60e-6, 5)
        stores(directory, rows, 15)
        tagging(directory, rows)
        importing(rows)
        memory_use(directory, rows)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    rows.print()
    if options.output:
        rows.plot(options.output)
    return rows.missed > 0


if __name__ == "__main__":
    sys.exit(main())
