"""1 to 64 processes, released at once, ask for one missing value. And how long importing takes."""
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

COMPUTING = 0.05
PATIENCE = 20  # seconds; some callers of cachier 4 wait for ever


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


def child(who, directory, ready, gate, done):
    ask = asking(who, directory)
    ready.release()
    gate.wait()
    ask()
    done.put(clock())


def crowd(context, who, count, directory):
    ready, gate, done = context.Semaphore(0), context.Event(), context.SimpleQueue()
    children = [context.Process(target=child, args=(who, directory, ready, gate, done)) for _ in range(count)]
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
                seconds = crowd(context, who, count, folder)
                if seconds is not None:
                    emit("python_crowd_missing", f"{count} processes", who, seconds)
                shutil.rmtree(folder)


def imports():
    modules = {"ours": "cache_on_disk", "arte": "arte.dataelab.cache_on_disk", "joblib": "joblib", "diskcache": "diskcache", "cachier": "cachier"}
    wanted = [w for w in modules if w in MODULES or w in FUNCTIONS]
    for _ in range(measure.ROUNDS):
        for who in random.sample(wanted, len(wanted)):
            code = f"import time, numpy; t = time.perf_counter(); import {modules[who]}; print(time.perf_counter() - t)"
            output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            emit("python_import", "after numpy", who, output.stdout.split()[-1])


def run(directory):
    imports()
    crowds(directory)
