"""1 to 64 processes, released at once, ask for one missing value, or for many that are there. And how long importing takes."""

import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import time

import measure
from measure import clock, emit
from rivals import FUNCTIONS, MODULES, diskcache, method_class, tagged

import cache_on_disk as cod

COMPUTING = 0.05
PATIENCE = 20  # seconds; some callers of cachier 4 wait for ever
PRESENT = 200
filling = False


def compute(*_):
    """Work that takes a processor for a while, however many share it."""
    end = time.thread_time() + COMPUTING
    while time.thread_time() < end:
        pass
    return 0.5


def asking(who, directory):
    """A function that asks for the value."""
    if who in MODULES:
        value = tagged(MODULES[who], method_class(MODULES[who], compute), directory, "crowd")
        return value.m
    if who == "diskcache, barrier":
        cache = diskcache.Cache(os.path.join(directory, "diskcache"))
        function = diskcache.barrier(cache, diskcache.Lock)(cache.memoize()(compute))
    else:
        function = FUNCTIONS[who](compute, directory)
    return lambda: function(0)


def number(i):
    """One of the values that are there."""
    if not filling:
        raise RuntimeError("a miss")
    return i / 2


def asking_present(who, directory):
    """A function that asks for them all. arte keeps one value a method: it has an object for each, tagged before."""
    if who == "arte":
        objects = [
            tagged(MODULES[who], method_class(MODULES[who], lambda i=i: number(i)), directory, f"crowd{i}")
            for i in range(PRESENT)
        ]
        return lambda: [one.m() for one in objects]
    if who == "ours":

        class Numbers:
            number = cod.cache_on_disk(by_arguments=True)(lambda self, i: number(i))

        function = tagged(cod, Numbers, directory, "crowd").number
    else:
        function = FUNCTIONS[who](number, directory)
    return lambda: [function(i) for i in range(PRESENT)]


def fill(who, directory):
    global filling
    filling = True
    asking_present(who, directory)()


def child(asking, who, directory, ready, gate, done):
    ask = asking(who, directory)
    ready.release()
    gate.wait()
    ask()
    done.put(clock())


def crowd(context, asking, who, count, directory):
    ready, gate, done = context.Semaphore(0), context.Event(), context.SimpleQueue()
    children = [context.Process(target=child, args=(asking, who, directory, ready, gate, done)) for _ in range(count)]
    for one in children:
        one.start()
    for _ in children:
        ready.acquire()
    begin = clock()
    gate.set()
    last = 0
    for _ in children:
        if not done._reader.poll(PATIENCE):
            for one in children:
                one.kill()
            print(f" ({who}: some of {count} processes got no answer)", end="", file=sys.stderr, flush=True)
            return None
        last = max(last, done.get())
    for one in children:
        one.join()
    return last - begin


def crowds(directory):
    context = multiprocessing.get_context("fork")
    names = list(MODULES) + [n for n in FUNCTIONS if "mmap" not in n] + (["diskcache, barrier"] if diskcache else [])
    for count in (1, 4, 16) if measure.QUICK else (1, 4, 16, 64):
        for _ in range(3):
            for who in random.sample(names, len(names)):
                folder = os.path.join(directory, "crowd")
                os.mkdir(folder)
                seconds = crowd(context, asking, who, count, folder)
                if seconds is not None:
                    emit("python_crowd_missing", f"{count} processes", who, seconds)
                shutil.rmtree(folder)


def present(directory):
    context = multiprocessing.get_context("fork")
    names = list(MODULES) + [n for n in FUNCTIONS if "mmap" not in n]
    folders = {who: os.path.join(directory, f"present{i}") for i, who in enumerate(names)}
    for who, folder in folders.items():
        os.mkdir(folder)
        # In a process of its own: nobody inherits a value that is in memory, or an open database.
        filler = context.Process(target=fill, args=(who, folder))
        filler.start()
        filler.join()
    for count in (1, 4, 16):
        for _ in range(5):
            for who in random.sample(names, len(names)):
                seconds = crowd(context, asking_present, who, count, folders[who])
                if seconds is not None:
                    emit("python_crowd_present", f"{count} processes", who, seconds)


def imports():
    modules = {
        "ours": "cache_on_disk",
        "arte": "arte.dataelab.cache_on_disk",
        "joblib": "joblib",
        "diskcache": "diskcache",
        "cachier": "cachier",
    }
    wanted = [w for w in modules if w in MODULES or w in FUNCTIONS]
    for _ in range(measure.ROUNDS):
        for who in random.sample(wanted, len(wanted)):
            code = f"import time, numpy; t = time.perf_counter(); import {modules[who]}; print(time.perf_counter() - t)"
            output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            emit("python_import", "after numpy", who, output.stdout.split()[-1])


def run(directory):
    imports()
    crowds(directory)
    present(directory)
