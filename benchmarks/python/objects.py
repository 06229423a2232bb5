"""set_tag and clear_cache over many objects, per object; bytes of memory per tagged object."""
import os
import subprocess
import sys

import cache_on_disk as cod

import measure
from measure import Variant, compare, emit
from rivals import arte

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


def classes():
    class Ours:
        @cod.cache_on_disk
        def m(self):
            return 1.5

    yield "ours", cod, Ours
    if arte:
        class Original:
            @arte.cache_on_disk
            def m(self):
                return 1.5

        yield "arte", arte, Original


def attributes_of_one(module, cls, count):
    """A root with that many objects as attributes. Of what arte finds there it enters one of each class: each has its own."""
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
        one.number


def walks(directory):
    for count in (10, 1000, 10_000) if measure.QUICK else (10, 1000, 100_000, 1_000_000):
        setting, clearing = [], []
        for who, module, cls in classes():
            if who == "arte" and count > 1000:
                continue  # so many classes
            # arte does not enter lists.
            root = attributes_of_one(module, cls, count) if who == "arte" else [cls() for _ in range(count)]
            if who == "ours":
                for number, one in enumerate(root):
                    one.number = number
            numbers = iter(range(10**9))
            module.set_tmpdir(root, directory)

            def set_all(_, module=module, root=root, numbers=numbers):
                module.set_tag(root, f"walk{next(numbers)}")

            def clear_all(_, module=module, root=root):
                module.clear_cache(root)

            set_all(None)
            if who == "arte":
                assert_tagged(module, root, cls.m)
            setting.append(Variant(who, set_all))
            clearing.append(Variant(who, clear_all))
            if who == "ours":
                setting.append(Variant("read an attribute of each", lambda _, root=root: read_all(root)))
        rounds = 5 if count > 1000 else None
        at_hand = (lambda: measure.have_memory(500 * count)) if count > 1000 else None
        for scenario, variants in (("python_set_tag", setting), ("python_clear_cache", clearing)):
            per_object(scenario, f"{count} objects", variants, rounds, count, at_hand)


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
            output = subprocess.run([sys.executable, "-c", MEMORY, who, folder], capture_output=True, text=True,
                                    env={**os.environ, "TMPDIR": folder})
            if output.returncode != 0:
                print(output.stderr, file=sys.stderr)
                continue
            tagged, called = map(float, output.stdout.split())
            emit("memory_use", "each tagged object (Python)", who, tagged, "B")
            emit("memory_use", "each tagged object with its value (Python)", who, called, "B")


def run(directory):
    walks(directory)
    memory(directory)
