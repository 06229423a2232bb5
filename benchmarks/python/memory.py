"""How much the peak of memory grows while 256 MiB are stored, or loaded and used; each in a process of its own."""

import os
import subprocess
import sys

import measure
import numpy as np
from rivals import FUNCTIONS, MODULES, joblib_cached, method_class, tagged

COUNT = 32 << 20
ROWS = {
    "store": ["peak of storing 256 MiB, beyond the array (Python)"],
    "load": ["peak of loading 256 MiB (Python)", "peak of loading 256 MiB (Python), no other process shares"],
}
PLAIN = {"store": ["np.save"], "load": ["np.load", "np.load, mmap_mode='r'"]}


def status(key):
    """A line of /proc/self/status, in bytes."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(key + ":"))


def asking(who, what, directory):
    """A function that returns the value; what it is computed from is there before the clock of memory starts."""
    ready = [np.ones(COUNT)] if what == "store" else []

    def compute(*_):
        return ready.pop()  # nobody else holds what the function returns; a miss of what must be there raises

    if who in PLAIN[what]:
        path, mode = os.path.join(directory, "plain.npy"), "r" if "mmap" in who else None
        return (lambda: np.save(path, ready[0])) if what == "store" else (lambda: np.load(path, mmap_mode=mode))
    if who in MODULES:
        return tagged(MODULES[who], method_class(MODULES[who], compute), directory, "memory").m
    if who == "joblib, mmap_mode='r'":
        function = joblib_cached(compute, directory, "r")  # what joblib has stored
    else:
        function = FUNCTIONS[who](compute, directory)
    return lambda: function(0)


def grown(who, what, directory):
    ask = asking(who, what, directory)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # the peak starts from here
    before = status("VmRSS")
    own = status("RssAnon")
    value = ask()
    if what == "load" and value.sum() != COUNT:
        raise RuntimeError("another value")
    return status("VmHWM") - before, status("RssAnon") - own


def run(directory):
    people = [who for who in ("joblib", "joblib, mmap_mode='r'", "diskcache") if who in FUNCTIONS]
    for number in range(3):
        folder = os.path.join(directory, f"memory{number}")
        os.mkdir(folder)
        for what, rows in ROWS.items():
            for who in ["ours", *people, *PLAIN[what]]:
                if what == "store" and "mmap" in who:
                    continue  # stores as without
                output = subprocess.run([sys.executable, __file__, who, what, folder], capture_output=True, text=True)
                print(output.stderr, end="", file=sys.stderr)
                for row, value in zip(rows, output.stdout.split()):
                    measure.emit("memory_use", row, who, value, "B")


if __name__ == "__main__":
    print(*grown(*sys.argv[1:]))
