"""What client.cpp does, with the Python package: the tasks call and storm, the same words and events."""

import faulthandler
import os
import random
import sys
import time

import numpy as np

import cache_on_disk as cod

faulthandler.enable()  # SIGABRT, by which the campaign ends what is stuck: the stacks of all threads
words = dict(word.split("=", 1) for word in sys.argv[2:])


def number(name, otherwise=0):
    return float(words.get(name, otherwise))


def tell(event, **fields):
    line = "\t".join([f"{time.monotonic() * 1000:.1f}", event, *(f"{name}={value}" for name, value in fields.items())])
    print(line.replace("\n", " "), flush=True)


class Series:
    """Values that tell which one they are."""

    computed = 0

    def __init__(self, key, length, quiet=False):
        self.key, self.length, self.quiet = key, length, quiet

    def is_right(self, value):
        return np.array_equal(value["elements"], np.arange(self.length) + self.key * 1e7) and value["key"] == self.key

    @cod.cache_on_disk
    def vector(self):
        Series.computed += 1
        if not self.quiet:
            tell("computing")
        time.sleep(number("takes") / 1000)
        return {"key": self.key, "elements": np.arange(self.length) + self.key * 1e7}


def placed(series, suffix=""):
    cod.set_tmpdir(series, words["directory"])
    cod.set_tag(series, words["tag"] + suffix)
    return series


def call():
    series = placed(Series(1, int(number("length", 128))))
    while "go" in words and not os.path.exists(words["go"]):
        time.sleep(0.002)
    begin = time.monotonic()
    right = series.is_right(series.vector())
    tell("called", computed=Series.computed, edition=0 if right else -1, took=round((time.monotonic() - begin) * 1000))


def storm():
    dice, lengths = random.Random(number("seed", 1)), [200_000, 1000, 40_000]
    calls = wrong = slowest = 0
    end = time.monotonic() + number("seconds", 10)
    while (begin := time.monotonic()) < end:
        key = dice.randrange(int(number("keys", 6)))
        series = placed(Series(key, lengths[key % 3], True), str(key))
        choice = dice.randrange(10)
        if choice < number("changes", 2):
            cod.refresh(series) if choice % 2 else cod.clear_cache(series)
        wrong += not series.is_right(series.vector())
        calls += 1
        slowest = max(slowest, round((time.monotonic() - begin) * 1000))
    tell("stormed", calls=calls, wrong=wrong, computed=Series.computed, slowest=slowest)


try:
    {"call": call, "storm": storm}[sys.argv[1]]()
except Exception as error:
    tell("exception", message=f"{type(error).__name__}: {error}")
    raise
