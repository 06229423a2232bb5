"""Takes samples: all variants of a case in turns, in a new order each round, the collector of cycles off while the clock runs.

A line for each sample goes to standard output: scenario, case, who, value, unit, separated by tabs.
"""

import gc
import mmap
import random
import sys
import time

clock = time.perf_counter
ROUNDS, QUICK = 9, False


def emit(scenario, case, who, value, unit="s"):
    print(scenario, case, who, repr(float(value)), unit, sep="\t", flush=True)


def have_memory(size):
    """Has as much memory at hand as two values of this many bytes take, and more; support.hpp says why."""
    with mmap.mmap(-1, 2 * size + (256 << 20), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory.madvise(mmap.MADV_HUGEPAGE)
        for i in range(0, len(memory), mmap.PAGESIZE):
            memory[i] = 1


class Variant:
    """One way to do a thing: `run(prepared)` is timed, `prepare()` before and `clean()` after are not.

    What was prepared and what came of it are dropped by each run, so that all variants may use their memory again.
    """

    def __init__(self, who, run, prepare=lambda: None, clean=lambda: None):
        self.who, self.run, self.prepare, self.clean = who, run, prepare, clean

    def sample(self, count, just_before=None):
        """Mean seconds of `count` runs."""
        prepared = [self.prepare() for _ in range(count)]
        run = self.run
        if just_before:
            just_before()
        gc.collect()
        gc.disable()
        begin = clock()
        while prepared:
            run(prepared.pop())
        seconds = clock() - begin
        gc.enable()
        self.clean()
        return seconds / count


def compare(scenario, case, variants, rounds=None, most=500, budget=0.02, just_before=None):
    """Samples of each variant, each of as many runs as fit into `budget` seconds, at most `most`.

    `just_before()` is called before each sample, when all is prepared.
    """
    counts = {}
    for variant in variants:
        try:
            variant.sample(1, just_before)  # what happens once, happens now
            counts[variant.who] = max(1, min(most, int(budget / max(variant.sample(1, just_before), 1e-7))))
        except Exception as error:  # whatever a rival throws: it cannot do this
            print(f"{scenario}, {case}: {variant.who} failed: {error!r}", file=sys.stderr)
    variants = [variant for variant in variants if variant.who in counts]
    for _ in range(rounds or ROUNDS):
        for variant in random.sample(variants, len(variants)):
            emit(scenario, case, variant.who, variant.sample(counts[variant.who], just_before))


def loop_seconds(body, objects, repeats, names=None):
    """Seconds of one `body` for each object `o`, the cost of the loop included."""
    scope = dict(names or {})
    exec(
        f"def run(objects, repeats):\n    for _ in range(repeats):\n        for o in objects:\n            {body}",
        scope,
    )
    gc.collect()
    gc.disable()
    begin = clock()
    scope["run"](objects, repeats)
    seconds = clock() - begin
    gc.enable()
    return seconds / repeats / len(objects)
