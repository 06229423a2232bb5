"""What the campaigns share: figures, time, processes, and a class whose right values anybody can tell."""

import contextlib
import mmap
import os
import random
import signal
import struct
import time
import traceback
import zlib

import numpy as np
from report import Report, Skipped  # noqa: F401  (for the other files)

import cache_on_disk as cod


def running(plan):
    """Endless until the plan's time is over."""
    end = time.monotonic() + plan.seconds
    while time.monotonic() < end:
        yield


class Counters:
    """Counters in memory shared with forked children, which survive them. Each process adds to a place of its own."""

    names = ("calls", "computed", "wrong", "failed", "arrived", "moment")
    places = 256

    def __init__(self):
        self.memory = mmap.mmap(-1, 8 * len(self.names) * self.places)
        self.place = 0

    def add(self, name, number=1):
        at = 8 * (self.place * len(self.names) + self.names.index(name))
        (value,) = struct.unpack_from("q", self.memory, at)
        struct.pack_into("q", self.memory, at, value + number)

    def get(self, name):
        at = self.names.index(name)
        return sum(
            struct.unpack_from("q", self.memory, 8 * (place * len(self.names) + at))[0] for place in range(self.places)
        )


def fork(body, counters=None, place=0):
    """Runs body in a child; returns its id."""
    child = os.fork()
    if child:
        return child
    code = 2
    try:
        if counters:
            counters.place = place
        body()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def kill(child):
    """Kills a child and waits for its end."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def wait(child):
    """The exit code of a child, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


lengths = [1, 100, 496, 4000, 8176, 20_000, 131_072, 400_000]


class specimen:
    """Values of one tag: arrays that are read and mapped, a dictionary, text."""

    wrong = "CAMPAIGN_WRONG" in os.environ  # --wrong
    methods = [("array", (k,)) for k in range(len(lengths))] + [("fit", ()), ("text", ())]

    def __init__(self, tag, on_compute=lambda: None):
        self.tag_name, self.on_compute = tag, on_compute

    def number(self):
        return zlib.crc32(self.tag_name.encode()) % 1000 + (self.wrong and random.random() < 0.1)

    @cod.cache_on_disk(by_arguments=True)
    def array(self, k):
        self.on_compute()
        return np.arange(lengths[k]) * 1e-3 + (self.number() + k * 1000)

    @cod.cache_on_disk
    def fit(self):
        self.on_compute()
        return {"tag": self.tag_name, "number": self.number(), "list": [self.number(), np.full(3, self.number())]}

    @cod.cache_on_disk
    def text(self):
        self.on_compute()
        return f"the text of {self.tag_name}, {self.number()}"

    def is_right(self, method):
        name, arguments = method
        value, number = getattr(self, name)(*arguments), zlib.crc32(self.tag_name.encode()) % 1000
        if name == "array":
            (k,) = arguments
            return np.array_equal(value, np.arange(lengths[k]) * 1e-3 + (number + k * 1000))
        if name == "fit":
            return value["tag"] == self.tag_name and value["number"] == number and (value["list"][1] == number).all()
        return value == f"the text of {self.tag_name}, {number}"


def tagged(directory, tag, on_compute=lambda: None):
    made = specimen(tag, on_compute)
    cod.set_tmpdir(made, directory)
    cod.set_tag(made, tag)
    return made


@contextlib.contextmanager
def counting_failures(counters):
    """An exception of a call is counted and shown, not passed on."""
    try:
        yield
    except Exception:
        traceback.print_exc()
        counters.add("failed")


def temporary_files(directory):
    return [
        os.path.join(path, name)
        for path, _, names in os.walk(directory)
        for name in names
        if name.startswith(".") and name != ".lock"
    ]
