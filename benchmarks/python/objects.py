"""set_tag and clear_cache over many objects, per object; bytes of memory per tagged object."""

import itertools
import os
import subprocess
import sys

import measure
import numpy
from measure import Variant, compare, emit
from rivals import arte

import cache_on_disk as cod

MEMORY = """
import gc, os, sys, functools
def rss(): return int(open('/proc/self/statm').read().split()[1]) * 4096
who = sys.argv[1]
if who == 'cached_property':
    class A:
        @functools.cached_property
        def m(self): return float(id(self))
else:
    if who == 'ours': import cache_on_disk as module
    else: import arte.dataelab.cache_on_disk as module
    class A:
        @module.cache_on_disk
        def m(self): return float(id(self))
count = 10_000 if who == 'arte' else 100_000  # so many tags of its own take arte a while
def tag(objects, name):
    if who == 'ours':
        module.set_tmpdir(objects, sys.argv[2])
        module.set_tag(objects, name)
        module.set_options(mode='readonly')
    if who == 'arte':
        for i, o in enumerate(objects):
            module.set_tmpdir(o, sys.argv[2])
            module.set_tag(o, name + str(i))  # all under one tag would share one file, and so one value
def call(objects):
    for o in objects: o.m if who == 'cached_property' else o.m()
warm = [A() for _ in range(100)]
tag(warm, 'warm'); call(warm)
objects = [A() for _ in range(count)]
gc.collect(); before = rss()
tag(objects, 'x'); gc.collect()
print((rss() - before) / count)
call(objects); gc.collect()
print((rss() - before) / count)
values = {o.m if who == 'cached_property' else o.m() for o in objects}
if len(values) < count: sys.exit('two objects share a value')
"""


class Ours:
    @cod.cache_on_disk
    def m(self):
        return 1.5


if arte:

    class Original:
        @arte.cache_on_disk
        def m(self):
            return 1.5


def classes():
    yield "ours", cod, Ours
    if arte:
        yield "arte", arte, Original


def attributes_of_one(cls, count):
    """A root with that many objects as attributes. arte enters no lists, and of what it finds one of each class: each has its own."""
    root = type("Root", (), {})()
    for i in range(count):
        setattr(root, f"object{i}", type(f"{cls.__name__}{i}", (cls,), {})())
    return root


def assert_tagged(module, root, method):
    """One that was not tagged would be fast, and no use."""
    for one in list(vars(root).values())[::99]:
        one.m()
        if not os.path.exists(module.get_disk_cacher(one, method).fullpath()):
            raise RuntimeError("an object was not tagged")
    module.clear_cache(root)


def read_all(root):
    """What it takes to come by each object's attributes, in Python's own terms: the floor."""
    for one in root:
        one.number  # noqa: B018


def walks(directory):
    counts = (10, 1000, 10_000) if measure.QUICK else (10, 1000, 100_000, 1_000_000)
    for count in counts:
        ours = Tree(cod, [Ours() for _ in range(count)], directory)
        for number, one in enumerate(ours.root):
            one.number = number
        measure_walks(
            f"{count} objects",
            count,
            {"ours": ours},
            [Variant("read an attribute of each", lambda _, tree=ours: read_all(tree.root))],
        )
    for count in counts[:2]:  # so many classes
        trees = {who: Tree(module, attributes_of_one(cls, count), directory) for who, module, cls in classes()}
        if "arte" in trees:
            assert_tagged(arte, trees["arte"].root, Original.m)
        measure_walks(f"{count} objects, a class each", count, trees)


class Tree:
    """A root that is tagged, again and again, and cleared."""

    def __init__(self, module, root, directory):
        self.module, self.root, self.numbers = module, root, itertools.count()
        module.set_tmpdir(root, directory)
        self.set_tag(None)

    def set_tag(self, _):
        self.module.set_tag(self.root, f"walk{next(self.numbers)}")

    def clear(self, _):
        self.module.clear_cache(self.root)


def measure_walks(case, count, trees, floors=()):
    rounds = 5 if count > 1000 else None
    at_hand = (lambda: measure.have_memory(500 * count)) if count > 1000 else None
    per_object(
        "python_set_tag",
        case,
        [*(Variant(who, tree.set_tag) for who, tree in trees.items()), *floors],
        rounds,
        count,
        at_hand,
    )
    per_object(
        "python_clear_cache", case, [Variant(who, tree.clear) for who, tree in trees.items()], rounds, count, at_hand
    )


class Holder:
    """An object with one cached method, and something large that holds none."""

    def __init__(self, large):
        self.large = large


def holders(size=1 << 20):
    """The same of ours and of arte's, by whom."""
    for who, module, _ in classes():

        class Kind(Holder):
            @module.cache_on_disk
            def m(self):
                return FRESH[: size // 8].copy()

        yield who, module, Kind


FRESH = numpy.arange(1 << 17, dtype=float)  # 1 MiB


def strangers(directory):
    """What objects hold besides cached methods: a large dict of plain values, a figure."""
    plain = {f"name{i}": float(i) for i in range(300_000)}
    cases = {
        "an object with a dict of 300,000 plain values": plain,
        "an object with a dict of 300,000 plain values and a list": {**plain, "list": [1]},
    }
    try:
        from matplotlib.figure import Figure

        figure = Figure()
        for axes in figure.subplots(4, 4).flat:
            axes.plot([1, 2, 3])
        cases["an object with a figure of 16 axes"] = figure
    except ImportError:
        print("matplotlib is not installed: figures are left out", file=sys.stderr)
    for case, large in cases.items():
        trees = {who: Tree(module, kind(large), directory) for who, module, kind in holders()}
        compare("python_set_tag", case, [Variant(who, tree.set_tag) for who, tree in trees.items()], most=50)


def fresh_files(directory):
    """clear_cache of what was stored a moment ago, which the kernel may be writing to the disk."""
    for case, size, most in (("1 KiB", 1 << 10, 1), ("1 MiB", 1 << 20, 8)):
        variants = []
        for who, module, kind in holders(size):
            numbers = itertools.count()
            small = kind(None)  # the same one again and again, as a program clears one tag more than once
            module.set_tmpdir(small, directory)
            module.set_tag(small, f"{who} {case}")

            def stored(module=module, kind=kind, numbers=numbers, who=who, small=small, most=most):
                one = small
                if most > 1:
                    one = kind(None)
                    module.set_tmpdir(one, directory)
                    module.set_tag(one, f"{who}{next(numbers)}")
                one.m()
                return one

            variants.append(Variant(who, module.clear_cache, prepare=stored))
        compare("python_clear_cache", f"a file of {case} just stored", variants, 9 if most > 1 else 99, most=most)


def per_object(scenario, case, variants, rounds, count, just_before):
    original = measure.emit
    measure.emit = lambda *words: original(*words[:3], words[3] / count)
    try:
        compare(scenario, case, variants, rounds, most=50, just_before=just_before)
    finally:
        measure.emit = original


def memory(directory):
    for who in ["ours", "cached_property"] + (["arte"] if arte else []):
        for number in range(3):
            folder = os.path.join(directory, f"memory {who} {number}")  # what the run before stored would be loaded
            os.mkdir(folder)
            output = subprocess.run(
                [sys.executable, "-c", MEMORY, who, folder],
                capture_output=True,
                text=True,
                env={**os.environ, "TMPDIR": folder},
            )
            if output.returncode != 0:
                print(output.stderr, file=sys.stderr)
                continue
            tagged, called = map(float, output.stdout.split())
            emit("memory_use", "each tagged object (Python)", who, tagged, "B")
            emit("memory_use", "each tagged object with its value (Python)", who, called, "B")


def run(directory):
    walks(directory)
    strangers(directory)
    fresh_files(directory)
    memory(directory)
