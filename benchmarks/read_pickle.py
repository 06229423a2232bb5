"""How long the reader of pickles takes, and how much memory, against CPython's C pickle on the same values.

    python3 read_pickle.py read_pickle

read_pickle is the program of read_pickle.cpp.
"""

import os
import pickle
import random
import subprocess
import sys
import tempfile

try:
    import numpy
except ImportError:
    numpy = None

ROUNDS = 7

# The peak of memory is measured as read_pickle.cpp does it: from before the pickle's bytes are read.
MEASURE = """
import gc, pickle, sys, time
def peak():
    return int([line for line in open('/proc/self/status') if line.startswith('VmHWM')][0].split()[1])
with open('/proc/self/clear_refs', 'w') as file:
    file.write('5')
before = peak()
with open(sys.argv[1], 'rb') as file:
    data = file.read()
buffers = None
if len(sys.argv) > 3:
    with open(sys.argv[3], 'rb') as file:
        buffers = list(iter(lambda: file.read(int(sys.argv[4])), b''))
gc.disable()
best = 1e9
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    value = pickle.loads(data, buffers=buffers)
    best = min(best, time.perf_counter() - start)
    del value
print(best, peak() - before)
"""
# What read_pickle.cpp can read as a C++ type.
TYPES = {"a million floats": "vector", "dict of 100,000 strings": "map"}


def values():
    rng = random.Random(1)
    yield "a million floats", [rng.random() for _ in range(1000000)]
    yield "dict of 100,000 strings", {"key %d" % i: "value %d" % i for i in range(100000)}
    yield (
        "50,000 nested records",
        [
            {
                "id": i,
                "name": "n%d" % i,
                "at": (rng.random(), rng.random()),
                "ok": i % 2 == 0,
                "tags": ["a", "b", str(i)],
            }
            for i in range(50000)
        ],
    )
    if numpy:
        yield "dict of 10,000 arrays", {"a%d" % i: numpy.full(100, i, "f8") for i in range(10000)}
        yield "dict of 10 large arrays", {"a%d" % i: numpy.full(1000000, i, "f8") for i in range(10)}


def commands(program, folder, name, value, rounds=1):
    """who -> the command that reads the value, which is written into the folder, so many times. It prints seconds and KiB."""
    path, rounds = os.path.join(folder, "value.pickle"), str(rounds)
    with open(path, "wb") as file:
        pickle.dump(value, file, 4)
    arrays = "array" in name
    python = [sys.executable, "-c", "import numpy\n" * arrays + MEASURE]
    found = {"ours": [program, path, rounds], "pickle.loads": [*python, path, rounds]}
    if name in TYPES:
        found["ours, as a C++ type"] = [program, path, rounds, TYPES[name]]
    if arrays:
        stream, parts, buffers = path + ".5", path + ".buffers", []
        with open(stream, "wb") as file:
            pickle.dump(value, file, 5, buffer_callback=buffers.append)
        with open(parts, "wb") as file:
            file.writelines(buffers)
        size = buffers[0].raw().nbytes  # that of them all
        found["pickle.loads, buffers out of band"] = [*python, stream, rounds, parts, str(size)]
    return found


def main():
    print("%-26s %-34s %12s %14s" % ("", "", "time", "memory"))
    with tempfile.TemporaryDirectory() as folder:
        for name, value in values():
            for who, command in commands(sys.argv[1], folder, name, value, ROUNDS).items():
                seconds, kib = map(float, subprocess.check_output(command).split())
                print("%-26s %-34s %9.2f ms %10.1f MiB" % (name, who, seconds * 1e3, kib / 1024))


if __name__ == "__main__":
    main()
