"""A value from disk, by an object or a process that has none in memory; and a missing one, computed and stored."""

import itertools
import os
import shutil

import measure
import numpy as np
from measure import Variant, compare
from rivals import FUNCTIONS, MODULES, method_class, tagged

import cache_on_disk as cod

try:
    from astropy import units
except ImportError:
    units = None

MiB = 1 << 20
SIZES = {"8 B": 1, "1 KiB": 128, "64 KiB": 8 << 10, "1 MiB": 128 << 10, "64 MiB": 8 << 20, "1 GiB": 128 << 20}


def numbers(count):
    return np.random.default_rng(1).random(count)


def cases():
    for name, count in SIZES.items():
        if not (measure.QUICK and count > 8 << 20):
            yield f"array, {name}", count * 8, lambda count=count: numbers(count)
    yield "dict of 16 arrays of 64 KiB", MiB, lambda: {f"band {i}": numbers(8 << 10) for i in range(16)}
    if units:
        yield "quantity, 1 MiB", MiB, lambda: numbers(128 << 10) * units.m


def use(value):
    return value.sum() if hasattr(value, "sum") else sum(a.sum() for a in value.values())


def settle():
    """Until all is on the disk, and large values of ours that were checked bear the mark that says so."""
    os.sync()
    cod._core.wait_for_marks() if hasattr(cod._core, "wait_for_marks") else measure.time.sleep(2)


def hits(directory):
    for number, (case, size, make) in enumerate(cases()):
        folder = os.path.join(directory, f"hits{number}")
        os.mkdir(folder)
        variants, slices = [], []
        value = make()
        middle = len(value) // 2

        def add(who, run, prepare=lambda: None):
            if size >= MiB:
                variants.append(Variant(who, lambda one: use(run(one)), prepare))
                if who != "diskcache" and who != "cachier":
                    slices.append(Variant(who, lambda one: float(run(one)[middle]), prepare))
            else:
                variants.append(Variant(who, run, prepare))

        for who, module in MODULES.items():
            cls = method_class(module, lambda: value)
            prepare = lambda module=module, cls=cls: tagged(
                module, cls, folder, "hit" + module.__name__.replace(".", "")
            )
            for _ in range(2):
                prepare().m()
            add(who, lambda one: one.m(), prepare)
        for who, rival in FUNCTIONS.items():
            function = rival(lambda i: value, folder)
            function(0)
            add(who, lambda _, function=function: function(0))
        if isinstance(value, np.ndarray) and type(value) is np.ndarray:
            path = os.path.join(folder, "plain.npy")
            np.save(path, value)
            add("np.load", lambda _: np.load(path))
            add("np.load, mmap_mode='r'", lambda _: np.load(path, mmap_mode="r"))
        if size > MiB:
            settle()
        rounds = 5 if size > MiB else None
        at_hand = (lambda: measure.have_memory(size)) if size > MiB else None
        compare("python_disk_hit", case, variants, rounds, just_before=at_hand)
        if "array," in case and slices:
            compare("python_disk_slice", case, slices, rounds, just_before=at_hand)
        del value, variants, slices
        shutil.rmtree(folder)


def drop_values(folder):
    """Deletes the large files alone: a rival finds its database, and the code of the function, as it left them."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if os.path.getsize(path) > MiB:
                os.remove(path)


def stores(directory):
    for number, (case, size, make) in enumerate(cases()):
        folder = os.path.join(directory, f"stores{number}")
        counter, ready, variants, new_tags = itertools.count(), [], [], []

        def emptied(folder=folder):
            shutil.rmtree(folder, ignore_errors=True)
            os.mkdir(folder)

        emptied()
        value = make()
        fresh = (
            (lambda: value.copy()) if not isinstance(value, dict) else (lambda: {k: a.copy() for k, a in value.items()})
        )

        def prepare_arguments():
            ready.append(fresh())  # nobody else holds what the function returns
            return next(counter)

        for who, module in MODULES.items():
            cls = method_class(module, lambda: ready.pop())

            def prepare(module=module, cls=cls):
                one = tagged(module, cls, folder, f"store{prepare_arguments()}")
                one.small()  # the tag is in use
                return one

            variants.append(Variant(who, lambda one: one.m(), prepare, emptied if size > MiB else lambda: None))

            def prepare_new(module=module, cls=cls):
                return tagged(module, cls, folder, f"new{prepare_arguments()}")

            new_tags.append(Variant(who, lambda one: one.m(), prepare_new, emptied))
        if type(value) is np.ndarray:

            def save(i):
                path = os.path.join(folder, f"{i}.npy")
                np.save(path + ".tmp.npy", ready.pop())
                os.replace(path + ".tmp.npy", path)

            variants.append(
                Variant("np.save, os.replace", save, prepare_arguments, emptied if size > MiB else lambda: None)
            )
        for who, rival in FUNCTIONS.items():
            if "mmap" in who:
                continue  # stores as without
            own = folder + who
            os.mkdir(own)
            function = rival(lambda i: ready.pop(), own)
            clean = (lambda own=own: drop_values(own)) if size > MiB else lambda: None
            variants.append(Variant(who, function, prepare_arguments, clean))

        def settled():
            """The kernel slows whoever writes while many pages of the sample before are still to be written."""
            os.sync()
            measure.have_memory(size)

        compare(
            "python_store",
            case,
            variants,
            5 if size > MiB else None,
            most=20,
            budget=0.01,
            just_before=settled if size > MiB else None,
        )
        if case == "array, 1 KiB":
            compare("python_store", case + ", the first of a tag", new_tags, most=20, budget=0.01)
        del value, variants, new_tags
        for path in os.listdir(directory):
            shutil.rmtree(os.path.join(directory, path), ignore_errors=True)


def run(directory):
    hits(directory)
    stores(directory)
