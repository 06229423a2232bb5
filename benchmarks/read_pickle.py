"""How long the reader of pickles takes, and how much memory, against CPython's C pickle on the same files.

    python3 read_pickle.py read_pickle

read_pickle is the program of read_pickle.cpp. Ratios below 1 are in our favour.
"""
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time

try:
    import numpy
except ImportError:
    numpy = None

ROUNDS = 7

MEASURE = """
import pickle, sys, time
def peak():
    return int([line for line in open('/proc/self/status') if line.startswith('VmHWM')][0].split()[1])
data = open(sys.argv[1], "rb").read()
before = peak()
best = 1e9
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    value = pickle.loads(data)
    best = min(best, time.perf_counter() - start)
    del value
print(best, peak() - before)
"""


def values():
    rng = random.Random(1)
    yield "a million floats", [rng.random() for _ in range(1000000)]
    yield "dict of 100,000 strings", {"key %d" % i: "value %d" % i for i in range(100000)}
    yield "50,000 nested records", [{"id": i, "name": "n%d" % i, "at": (rng.random(), rng.random()), "ok": i % 2 == 0,
                                     "tags": ["a", "b", str(i)]} for i in range(50000)]
    if numpy:
        yield "dict of 10,000 arrays", {"a%d" % i: numpy.full(100, i, "f8") for i in range(10000)}
        yield "dict of 10 large arrays", {"a%d" % i: numpy.full(1000000, i, "f8") for i in range(10)}


def main():
    print("%-26s %12s %12s %7s %14s" % ("", "reader", "pickle.loads", "ratio", "memory ratio"))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "value.pickle")
        for name, value in values():
            with open(path, "wb") as file:
                pickle.dump(value, file, 4)
            ours = subprocess.check_output([sys.argv[1], path, str(ROUNDS)]).split()
            theirs = subprocess.check_output([sys.executable, "-c",
                                              ("import numpy\n" if numpy and "array" in name else "") + MEASURE,
                                              path, str(ROUNDS)]).split()
            ours, theirs = [float(x) for x in ours], [float(x) for x in theirs]
            print("%-26s %9.2f ms %9.2f ms %7.2f %14.2f" % (name, ours[0] * 1e3, theirs[0] * 1e3, ours[0] / theirs[0],
                                                            ours[1] / max(theirs[1], 1)))


if __name__ == "__main__":
    main()
